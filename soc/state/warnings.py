"""Warnings as rows: one per cause and unit while open, updated and never repeated (ioc-hub.md 12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from soc.access import Scope
from soc.alert import SYSTEM_ACTOR, Actor, ActorKind
from soc.errors import NotFound
from soc.reminder import Receiver
from soc.state.numbers import next_number
from soc.state.scoped import within
from soc.state.tables.command import warning, warning_event
from soc.warning import OPEN, WarningCause, WarningLevel, WarningState

NUMBERS = "warning"
WarningKey = tuple[WarningCause, str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence in both languages."""

    vi: str
    en: str

    def of(self, language: str) -> str:
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning as it stands. `subject`: the KPI, subsystem or incident; `figures`: ids of observations. `deadline`:
    acknowledge before. `receiver`: to whom it has gone so far. `times`: how often its cause was seen. `gone_at`: since
    when the cause is gone; people still close it."""

    id: str
    number: int
    cause: WarningCause
    subject: str
    unit: str
    level: WarningLevel
    sentence: Told
    advice: Told
    figures: tuple[str, ...]
    raised_at: datetime
    updated_at: datetime
    deadline: datetime
    receiver: Receiver = Receiver.FOCAL_POINT
    state: WarningState = WarningState.NEW
    gone_at: datetime | None = None
    reason: str = ""
    revision: int = 1

    @property
    def name(self) -> str:
        """CB-000012."""
        return f"CB-{self.number:06d}"

    @property
    def key(self) -> WarningKey:
        return self.cause, self.subject, self.unit

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class WarningEvent:
    """One line of its history; never changed, never deleted."""

    seq: int
    at: datetime
    actor: str
    actor_kind: ActorKind
    kind: str
    after: Mapping[str, Any]
    note: str


class Warnings:
    """The moves stand in soc/warning.py."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raise_new(self, some: Iterable[Warned], *, at: datetime) -> tuple[Warned, ...]:
        """Numbers and keeps them; the caller has made sure that none of their keys is open."""
        made = []
        for draft in some:
            one = replace(draft, number=next_number(self._connection, NUMBERS))
            self._connection.execute(insert(warning), _row(one))
            self._tell(one, "raise", _changes(one), "", by=SYSTEM_ACTOR, at=at)
            made.append(one)
        return tuple(made)

    def change(
        self, old: Warned, new: Warned, scope: Scope, kind: str, note: str, *, by: Actor, at: datetime
    ) -> Warned:
        """Writes it with a line of history. Raises NotFound outside the scope."""
        if not scope.sees(old.unit):
            raise NotFound
        written = replace(new, revision=old.revision + 1)
        self._connection.execute(update(warning).where(warning.c.id == old.id).values(_row(written)))
        self._tell(written, kind, _changes(written, old), note, by=by, at=at)
        return written

    def get(self, warning_id: str, scope: Scope) -> Warned:
        """Raises NotFound, also outside the scope."""
        mine = (warning.c.id == warning_id, within(scope, warning.c.unit_id))
        record = self._connection.scalar(select(warning.c.record).where(*mine))
        if record is None:
            raise NotFound
        return msgspec.convert(record, Warned)

    def all(self, scope: Scope, *, open_only: bool = True, limit: int = 500) -> tuple[Warned, ...]:
        """By level, the most urgent first, then by age, the oldest first."""
        statement = select(warning.c.record).where(within(scope, warning.c.unit_id))
        if open_only:
            statement = statement.where(warning.c.open_key.is_not(None))
        rows = self._connection.scalars(statement.order_by(warning.c.number.desc()).limit(limit))
        found = [msgspec.convert(one, Warned) for one in rows]
        order = tuple(reversed(WarningLevel))
        return tuple(sorted(found, key=lambda one: (order.index(one.level), one.raised_at, one.number)))

    def history(self, warning_id: str, scope: Scope) -> tuple[WarningEvent, ...]:
        """Oldest first."""
        table = warning_event.c
        statement = select(warning_event).where(table.warning_id == warning_id, within(scope, table.unit_id))
        rows = self._connection.execute(statement.order_by(table.seq))
        return tuple(WarningEvent(**{name: getattr(row, name) for name in _TOLD}) for row in rows)

    def _tell(self, of: Warned, kind: str, told: Mapping[str, Any], note: str, *, by: Actor, at: datetime) -> None:
        line = {"warning_id": of.id, "unit_id": of.unit, "at": at, "actor": by.id, "actor_kind": by.kind}
        self._connection.execute(insert(warning_event), line | {"kind": kind, "after": told, "note": note})


_TOLD = ("seq", "at", "actor", "actor_kind", "kind", "after", "note")
_COLUMNS = ("id", "number", "cause", "subject", "level", "state", "raised_at", "deadline", "revision")


def _changes(new: Warned, old: Warned | None = None) -> dict[str, Any]:
    now: dict[str, Any] = msgspec.to_builtins(new)
    was: dict[str, Any] = {} if old is None else msgspec.to_builtins(old)
    return {name: value for name, value in now.items() if name not in was or was[name] != value}


def _row(one: Warned) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(one, name) for name in _COLUMNS}
    key = "|".join(one.key) if one.open else None
    return row | {"unit_id": one.unit, "open_key": key, "record": msgspec.to_builtins(one)}
