"""Incidents: their words, and the one table of an incident's life (posture-and-reports.md 3, workspace.md W4).

Forms, API and CSV read `MOVES` and nothing else. Cases grow out of this record later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Category(StrEnum):
    """What kind of thing happened; the closed list of posture-and-reports.md 3."""

    MALWARE = "malware"
    INTRUSION = "intrusion"
    DENIAL_OF_SERVICE = "denial_of_service"
    DATA_LEAK = "data_leak"
    DEFACEMENT = "defacement"
    PHISHING = "phishing"
    SUPPLIER = "supplier"
    INSIDER = "insider"
    SYSTEM_FAILURE = "system_failure"
    OPERATOR_ERROR = "operator_error"
    NATURAL_CAUSE = "natural_cause"
    OTHER = "other"


class Severity(StrEnum):
    """How bad, heaviest first. In doubt between two: the higher one, changed later with a reason."""

    SERIOUS = "serious"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class State(StrEnum):
    """Where it stands. DISMISSED: looked into, and no incident; it counts in no figure."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    CONTAINED = "contained"
    CLOSED = "closed"
    DISMISSED = "dismissed"


class Move(StrEnum):
    """What a person may do to an incident."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    CONTAIN = "contain"
    SPREAD = "spread"  # the containment did not hold
    CLOSE = "close"
    REOPEN = "reopen"
    DESCRIBE = "describe"
    RECLASSIFY = "reclassify"
    CHANGE_T0 = "change_t0"
    REPORT = "report"  # a report was sent
    RECEIPT = "receipt"  # the receiver has answered it
    WITHDRAW = "withdraw"  # a report that was recorded by mistake
    WAIVE = "waive"  # not reportable
    MARK_HIDDEN = "mark_hidden"  # somebody knew and did not tell


_S, _M = State, Move

_RECORDS = (_M.DESCRIBE, _M.RECLASSIFY, _M.CHANGE_T0, _M.REPORT, _M.RECEIPT, _M.WITHDRAW, _M.WAIVE, _M.MARK_HIDDEN)


def _and_records(state: State, moves: dict[Move, State]) -> dict[Move, State]:
    """Papers may come at any time, also after the end."""
    return moves | dict.fromkeys(_RECORDS, state)


MOVES: dict[State, dict[Move, State]] = {
    _S.SUSPECTED: _and_records(_S.SUSPECTED, {_M.CONFIRM: _S.CONFIRMED, _M.DISMISS: _S.DISMISSED}),
    _S.CONFIRMED: _and_records(_S.CONFIRMED, {_M.CONTAIN: _S.CONTAINED}),
    _S.CONTAINED: _and_records(_S.CONTAINED, {_M.CLOSE: _S.CLOSED, _M.SPREAD: _S.CONFIRMED}),
    _S.CLOSED: _and_records(_S.CLOSED, {_M.REOPEN: _S.CONTAINED}),
    _S.DISMISSED: {_M.REOPEN: _S.SUSPECTED},
}

NEEDS_REASON = frozenset({
    *(_M.DISMISS, _M.SPREAD, _M.REOPEN, _M.RECLASSIFY, _M.CHANGE_T0, _M.WITHDRAW, _M.WAIVE, _M.MARK_HIDDEN),
})  # fmt: skip
"""Moves that are refused without a reason."""

HAPPENED = frozenset({State.CONFIRMED, State.CONTAINED, State.CLOSED})
"""States of what was an incident: what reports and figures count."""

UNDER_WAY = frozenset({State.CONFIRMED, State.CONTAINED})


class ReportForm(StrEnum):
    """The forms of posture-and-reports.md 3.1."""

    INITIAL = "initial"
    CAUSE = "cause"  # within 72 hours: cause, scope, remedy
    PROGRESS = "progress"
    FINAL = "final"
    PERSONAL_DATA = "personal_data"


class Channel(StrEnum):
    """How a report went out."""

    OFFICIAL_LETTER = "official_letter"
    PORTAL = "portal"
    MAIL = "mail"
    TELEPHONE = "telephone"
    IN_PERSON = "in_person"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that went with a report."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SentReport:
    """Proof that a report was sent; whether it was on time is judged by `sent_at` alone. `receipt`: what the receiver
    answered. `withdrawn`: why this record was a mistake; then it proves nothing."""

    id: str
    form: ReportForm
    sent_at: datetime
    channel: Channel
    receiver: str
    document_number: str = ""
    receipt: str = ""
    version: str = ""
    files: tuple[SentFile, ...] = ()
    recorded_by: str = ""
    recorded_at: datetime | None = None
    withdrawn: str = ""

    @property
    def counts(self) -> bool:
        return not self.withdrawn


@dataclass(frozen=True, slots=True)
class Waiver:
    """Not reportable: why, and the name of whoever says so."""

    reason: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FormerT0:
    """A moment of detection that was replaced; both are shown."""

    t0: datetime
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """`t0`: detection, to the minute; it chooses the law. `personal_data_at`: detection of a breach of personal data,
    with its own clock. `grave`: harm to national security or a grave outage. `hidden`: it was known and not told.
    `systems`, `alerts`: ids. `number`: SC-000001 on screen.
    """

    id: str
    number: int
    unit: str
    title: str
    category: Category
    severity: Severity
    state: State
    t0: datetime
    opened_at: datetime
    opened_by: str
    summary: str = ""
    systems: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    grave: bool = False
    personal_data_at: datetime | None = None
    confirmed_at: datetime | None = None
    contained_at: datetime | None = None
    closed_at: datetime | None = None
    cause: str = ""
    lessons: str = ""
    hidden: bool = False
    waiver: Waiver | None = None
    reports: tuple[SentReport, ...] = ()
    former_t0: tuple[FormerT0, ...] = ()
    revision: int = 1

    @property
    def contained(self) -> bool:
        return self.contained_at is not None

    @property
    def proofs(self) -> tuple[SentReport, ...]:
        """The reports that count, first sent first."""
        return tuple(sorted((one for one in self.reports if one.counts), key=lambda one: one.sent_at))


def legal_moves(state: State) -> tuple[Move, ...]:
    """The moves there are, in the order in which they are shown."""
    return tuple(MOVES[state])
