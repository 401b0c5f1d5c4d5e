"""Questions whose deadline has passed: the alert goes on without the unit's answer (workspace.md 1.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from soc.access import SYSTEM
from soc.alert import SYSTEM_ACTOR, Action, Status
from soc.state import moves
from soc.state.alerts import Entry
from soc.state.tables.alerts import alert

if TYPE_CHECKING:
    from soc.state.store import State, Tx

UNIT_LATE = "unit_late"
CHUNK = 100


def resume_late(state: State, now: datetime) -> int:
    """Resumes every alert whose unit is late, with its flag; answers how many. Short writes."""
    resumed = 0
    while ids := _late(state, now):
        with state.write() as tx:
            resumed += sum(_resume(tx, alert_id, now) for alert_id in ids)
    return resumed


def _late(state: State, now: datetime) -> list[str]:
    with state.read() as tx:
        waits = (alert.c.unit_due <= now, alert.c.status == Status.WAITING_UNIT)
        return list(tx.connection.scalars(select(alert.c.id).where(*waits).order_by(alert.c.unit_due).limit(CHUNK)))


def _resume(tx: Tx, alert_id: str, now: datetime) -> bool:
    old = tx.alerts.get(alert_id, SYSTEM)
    if old.status is not Status.WAITING_UNIT or old.unit_due is None or old.unit_due > now:
        return False
    resumed, entries = moves.decide(old, moves.Wish(Action.RESUME, SYSTEM_ACTOR, now))
    flags = old.flags if UNIT_LATE in old.flags else (*old.flags, UNIT_LATE)
    entry = entries[0]
    flagged = Entry(entry.kind, {**entry.before, "flags": old.flags}, {**entry.after, "flags": flags})
    moves.write(tx, replace(resumed, flags=flags), [flagged], by=SYSTEM_ACTOR, at=now, request_id="")
    return True
