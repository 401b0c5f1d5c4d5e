"""Hits, alerts, and the one table of an alert's life (workspace.md 1.1-1.3).

A hit is one match of a rule or one episode of a correlation; an alert is the group of hits with one
fingerprint, the thing that people work on. Buttons, API and bulk jobs read `MOVES` and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """Sigma's five levels, heaviest first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFORMATIONAL = "informational"


class Status(StrEnum):
    """Where an alert stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING_UNIT = "waiting_unit"
    CLOSED = "closed"
    REOPENED = "reopened"


class Lane(StrEnum):
    """Where an open alert is shown. Together the lanes are all that is open (workspace.md 2.2)."""

    QUEUE = "queue"
    DIGEST = "digest"
    STORM = "storm"


OPEN = tuple(status for status in Status if status is not Status.CLOSED)


class Action(StrEnum):
    """What a person, a unit or the system may do to an alert."""

    ASSIGN = "assign"
    TAKE = "take"
    ASK_UNIT = "ask_unit"
    RESUME = "resume"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Move:
    """`takes_first`: the server performs `take` for the caller before; two events are written."""

    to: Status
    takes_first: bool = False


_UNTAKEN = {
    Action.ASSIGN: Move(Status.ASSIGNED),
    Action.TAKE: Move(Status.IN_PROGRESS),
    Action.ASK_UNIT: Move(Status.WAITING_UNIT, takes_first=True),
    Action.CLOSE: Move(Status.CLOSED, takes_first=True),
}

MOVES: dict[Status, dict[Action, Move]] = {
    Status.NEW: _UNTAKEN,
    Status.ASSIGNED: _UNTAKEN,
    Status.REOPENED: _UNTAKEN,
    Status.IN_PROGRESS: {
        Action.ASSIGN: Move(Status.ASSIGNED),
        Action.TAKE: Move(Status.IN_PROGRESS),
        Action.ASK_UNIT: Move(Status.WAITING_UNIT),
        Action.CLOSE: Move(Status.CLOSED),
    },
    Status.WAITING_UNIT: {
        Action.ASSIGN: Move(Status.WAITING_UNIT),
        Action.TAKE: Move(Status.IN_PROGRESS),
        Action.ASK_UNIT: Move(Status.WAITING_UNIT),
        Action.RESUME: Move(Status.IN_PROGRESS),
        Action.CLOSE: Move(Status.CLOSED),
    },
    Status.CLOSED: {Action.REOPEN: Move(Status.REOPENED)},
}


class Verdict(StrEnum):
    """What the alert turned out to be. Empty until judged; empty is never counted as true."""

    TRUE_POSITIVE = "true_positive"
    BENIGN_TRUE = "benign_true"
    FALSE_POSITIVE = "false_positive"
    UNDETERMINED = "undetermined"


OTHER = "other"  # in every list; needs a note of at least OTHER_NOTE characters
OTHER_NOTE = 10

REASONS: dict[Verdict, tuple[str, ...]] = {
    Verdict.TRUE_POSITIVE: ("compromise_confirmed", "attack_no_effect", "attack_blocked", "policy_violation", OTHER),
    Verdict.BENIGN_TRUE: ("planned_work", "authorised_scan", "admin_activity", "user_confirmed", "exercise", OTHER),
    Verdict.FALSE_POSITIVE: (
        "rule_logic",
        "bad_indicator",
        "parser_error",
        "wrong_asset_data",
        "known_software",
        OTHER,
    ),
    Verdict.UNDETERMINED: ("log_missing", "log_expired", "unit_no_answer", "duplicate", OTHER),
}


@dataclass(frozen=True, slots=True)
class RuleCard:
    """What an alert keeps of its rule for ever; author and link are owed by the licence (DRL 1.1)."""

    id: str
    title: str
    level: Level
    author: str
    link: str = ""
    tags: tuple[str, ...] = ()
    file: str = ""
    version: str = ""  # SHA-256 of the rule's text
    title_vi: str = ""
    meaning_vi: str = ""
    meaning_en: str = ""


@dataclass(frozen=True, slots=True)
class CorrelationFacts:
    """Why a correlation fired: its type, group, window in event time, and the count or value reached.
    `superseded`: a late hit disproved it; it no longer counts."""

    type: str
    group: tuple[tuple[str, str], ...]
    first: datetime
    last: datetime
    count: float
    condition: str
    rules: tuple[str, ...] = ()
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One match. `id` is a function of rule and event (or episode), so a repeated batch writes nothing new.

    `entities`: (field, value) in the rule's order. `matched`: the rule's field names with the event's spelling.
    `events`: the events themselves, at most 20. `count`: member events of an episode, 1 for a single rule.
    """

    id: str
    rule: RuleCard
    at: datetime
    unit: str
    entities: tuple[tuple[str, str], ...]
    matched: dict[str, Any]
    event_ids: tuple[str, ...]
    events: tuple[dict[str, Any], ...] = ()
    correlation: CorrelationFacts | None = None
    count: int = 1
    weak_filter: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """The projection of an alert's own events; `revision` grows with every write (If-Match).

    Hits that join do not touch `revision`, or nobody could close a busy alert. `since_close`: hits that were
    counted silently after closing. `previous`: the closed alert of the same fingerprint that this one follows.

    `band`, `priority`: its place in the queue as of `ordered_at` (soc/order.py); `waited`: per cent of the acknowledge
    limit that counts there, `risk`: the points of its entities' risk, `asset_level`: the system level that counts.
    `ack_due`, `resolve_due`: limits in force when it was raised; `unit_due`: deadline of the open question, asked at
    `asked_at`. `taken_at`: the first take by a person. `storm`: the storm whose row stands for it.
    """

    id: str
    number: int  # CB-000017 on screen
    fingerprint: str
    rule: RuleCard
    unit: str
    level: Level
    status: Status
    owner: str | None
    verdict: Verdict | None
    reason: str | None
    raised_at: datetime
    first_event: datetime
    last_event: datetime
    count: int
    entities: tuple[tuple[str, str], ...]
    matched: dict[str, Any]
    samples: tuple[dict[str, Any], ...] = field(default=())
    correlation: CorrelationFacts | None = None
    weak_filter: tuple[str, ...] = ()
    revision: int = 1
    flags: tuple[str, ...] = ()
    closed_at: datetime | None = None
    since_close: int = 0
    previous: str | None = None
    lane: Lane = Lane.QUEUE
    band: int = 0
    priority: float = 0.0
    ordered_at: datetime | None = None
    waited: int = 0
    risk: float = 0.0
    asset_level: int | None = None
    ack_due: datetime | None = None
    resolve_due: datetime | None = None
    unit_due: datetime | None = None
    asked_at: datetime | None = None
    taken_at: datetime | None = None
    storm: int | None = None


SECOND_PERSON = "needs_second_person"  # closed as false at level critical: a shift lead has still to agree
SUPERSEDED = "superseded"  # late events disproved all of its hits; its count is 0


class ActorKind(StrEnum):
    """Who acted."""

    PERSON = "person"
    SYSTEM = "system"
    UNIT_LINK = "unit_link"
    API_KEY = "api_key"
    PLAYBOOK = "playbook"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: `id` is the account, key or part of the system; the rest is for the audit log."""

    id: str
    kind: ActorKind = ActorKind.PERSON
    session: str = ""
    address: str = ""


SYSTEM_ACTOR = Actor("system", ActorKind.SYSTEM)


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One line of an alert's history; never changed, never deleted."""

    seq: int
    alert_id: str
    at: datetime
    actor: str
    actor_kind: ActorKind
    kind: str
    before: dict[str, Any]
    after: dict[str, Any]
    note: str
    request_id: str


def legal_actions(status: Status) -> tuple[Action, ...]:
    """The moves there are, in the order in which they are shown."""
    return tuple(MOVES[status])
