"""An alert's life replayed from its own events: what `doctor` compares every row with (workspace.md 1.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from soc.alert import Alert, AlertEvent, Level, Status, Verdict

FIELDS = ("status", "owner", "verdict", "reason", "flags", "level")
"""What an event's `before` and `after` may hold of the life; other keys are for readers only."""


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
        changes["closed_at"] = event.at if changes["status"] is Status.CLOSED else None
    if "level" in changes:
        changes["level"] = Level(changes["level"])
    if changes.get("verdict"):
        changes["verdict"] = Verdict(changes["verdict"])
    if "flags" in changes:
        changes["flags"] = tuple(changes["flags"])
    return replace(life, **changes, revision=life.revision + 1)
