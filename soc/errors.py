"""Every error we raise on purpose.

SocError
├── FaultsError          a file that is read whole and is wrong: all its faults at once
│   ├── ConfigError      settings
│   ├── RuleError        Sigma rules, filters, correlations
│   ├── MappingError     mapping files and log-source tables
│   ├── UnitError        unit data
│   └── CatalogueError   KPI catalogue and profiles
├── ParseError           a record that is no event; becomes a `pipeline_error`
├── QuerySyntaxError     a query that cannot be read (see soc/query)
├── JournalError         the log between stages
│   └── JournalFull      the quota is reached: stop reading, answer 429
├── StoreError           the event store
├── StateError           the state store
│   ├── PositionMoved    another process has taken over: stop at once
│   ├── IllegalMove      the alert's state table has no such move (409)
│   ├── StaleRevision    somebody changed it since you read it (412)
│   ├── NotFound         absent, or outside the scope: the two are never told apart (404)
│   └── SignInRefused    wrong, too often, too many at once (401, 429)
└── SourceError          a file, port or listener that cannot be used

Codes are `SOC-NNNN`; `socctl explain CODE` prints meaning, usual cause and what to do (soc/codes/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class SocError(Exception):
    """Says what is wrong, where, and what to do. `code` is an address in soc/codes/."""

    def __init__(self, message: str, *, code: str = "SOC-1000") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake in one file; prints as `PATH:LINE: CODE: what is wrong - what to do`."""

    path: str
    line: int
    code: str
    message: str
    column: int = 0

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        if self.line and self.column:
            place += f":{self.column}"
        return f"{place}: {self.code}: {self.message}"


class FaultsError(SocError):
    """All faults of what was read, sorted by place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        code = self.faults[0].code if self.faults else "SOC-1000"
        super().__init__("\n".join(str(fault) for fault in self.faults), code=code)


class ConfigError(FaultsError):
    """The settings cannot be used."""


class RuleError(FaultsError):
    """A rule cannot be used; other rules are not touched."""


class MappingError(FaultsError):
    """A mapping file or log-source table cannot be used."""


class UnitError(FaultsError):
    """The unit data contradicts itself."""


class CatalogueError(FaultsError):
    """The KPI catalogue or a profile cannot be used."""


class ParseError(SocError):
    """A record gives no event. `kind` is one of collectors.md 3.4 (`bad_header`, `bad_body`, ...)."""

    def __init__(self, message: str, *, kind: str = "bad_body") -> None:
        super().__init__(message, code="SOC-1300")
        self.kind = kind


@dataclass(frozen=True, slots=True, order=True)
class QueryFault:
    """One mistake in a query: `length` characters from `position` on. `expected`: what would do there, or the
    nearest names; `found`: what stands there. `soc.query.wording` makes sentences of it, in both languages."""

    position: int
    length: int
    message_id: str
    expected: tuple[str, ...] = ()
    found: str = ""


class QuerySyntaxError(SocError):
    """The query cannot be read: all unknown fields and bad values at once, and at most one fault of form."""

    def __init__(self, faults: Sequence[QueryFault], message: str, *, code: str = "SOC-1400") -> None:
        super().__init__(message, code=code)
        self.faults = tuple(sorted(set(faults)))

    @property
    def position(self) -> int:
        return self.faults[0].position

    @property
    def length(self) -> int:
        return self.faults[0].length

    @property
    def expected(self) -> tuple[str, ...]:
        return self.faults[0].expected

    @property
    def message_id(self) -> str:
        return self.faults[0].message_id


class JournalError(SocError):
    """The log between stages failed."""


class JournalFull(JournalError):
    """The quota of the log is reached; nothing was written."""


class StoreError(SocError):
    """The event store failed or was asked for something it cannot do."""


class StateError(SocError):
    """The state store refused."""


class PositionMoved(StateError):
    """A stored position is not the one we left: another process works here. Stop, roll back."""


class IllegalMove(StateError):
    """The state table has no such move; `legal` names the moves there are."""

    def __init__(self, message: str, legal: Sequence[str]) -> None:
        super().__init__(message, code="SOC-1601")
        self.legal = tuple(legal)


class StaleRevision(StateError):
    """The object changed since it was read; nothing was written."""


class NotFound(StateError):
    """Absent or outside the scope."""

    def __init__(self, message: str = "not found") -> None:
        super().__init__(message, code="SOC-1604")


class SignInRefused(StateError):
    """Nobody is let in. `wait`: seconds until a new try makes sense, None when waiting changes nothing."""

    def __init__(self, message: str, *, code: str, wait: int | None = None) -> None:
        super().__init__(message, code=code)
        self.wait = wait


class SourceError(SocError):
    """A file, port or listener cannot be used."""
