"""An alert's life replayed from its own events: what `doctor` compares every row with (workspace.md 1.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from soc.alert import Action, ActorKind, Alert, AlertEvent, Level, Status, Verdict

UNDO = "undo"

FIELDS = ("status", "owner", "verdict", "reason", "flags", "level")
"""What an event's `before` and `after` may hold of the life; other keys are for readers only."""

TIMES = ("closed_at", "taken_at", "asked_at", "unit_due")
"""What an undo restores besides; all other events lead to these by themselves."""


@dataclass(frozen=True, slots=True)
class Life:
    """The part of an alert that its events alone decide. `revision` is the number of events."""

    status: Status
    level: Level
    owner: str | None = None
    verdict: Verdict | None = None
    reason: str | None = None
    flags: tuple[str, ...] = ()
    closed_at: datetime | None = None
    taken_at: datetime | None = None
    asked_at: datetime | None = None
    unit_due: datetime | None = None
    revision: int = 1

    @classmethod
    def of(cls, alert: Alert) -> Life:
        return cls(
            status=alert.status,
            level=alert.level,
            owner=alert.owner,
            verdict=alert.verdict,
            reason=alert.reason,
            flags=alert.flags,
            closed_at=alert.closed_at,
            taken_at=alert.taken_at,
            asked_at=alert.asked_at,
            unit_due=alert.unit_due,
            revision=alert.revision,
        )


def replay(events: Iterable[AlertEvent]) -> Life:
    """The life that these events, oldest first, have led to. The first one is `raised`."""
    stream = iter(events)
    raised = next(stream)
    life = Life(Status(raised.after["status"]), Level(raised.after["level"]))
    for event in stream:
        life = _after(life, event)
    return life


def _after(life: Life, event: AlertEvent) -> Life:
    changes: dict[str, Any] = {name: event.after[name] for name in FIELDS if name in event.after}
    if "status" in changes:
        changes["status"] = Status(changes["status"])
        changes |= _times(life, event, changes["status"])
    if "level" in changes:
        changes["level"] = Level(changes["level"])
    if changes.get("verdict"):
        changes["verdict"] = Verdict(changes["verdict"])
    if "flags" in changes:
        changes["flags"] = tuple(changes["flags"])
    return replace(life, **changes, revision=life.revision + 1)


def _times(life: Life, event: AlertEvent, status: Status) -> dict[str, datetime | None]:
    if event.kind == UNDO:
        return {name: _time(event.after[name]) for name in TIMES}
    times: dict[str, datetime | None] = {"closed_at": event.at if status is Status.CLOSED else None}
    if event.kind == Action.TAKE and event.actor_kind is ActorKind.PERSON and life.taken_at is None:
        times["taken_at"] = event.at
    if question := event.after.get("question"):
        times |= {"asked_at": event.at, "unit_due": _time(question["deadline"])}
    elif status is not Status.WAITING_UNIT:
        times |= {"asked_at": None, "unit_due": None}
    return times


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
