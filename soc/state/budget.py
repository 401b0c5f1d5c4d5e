"""The day's budget (workspace.md 2.2): low and medium alerts that pass what the team can judge go to the digest.

The heaviest of the day stay in the queue, and whatever somebody has touched; critical and high are never put off.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select, true, update

from soc.alert import Lane, Level, Status
from soc.calendar import ZONE
from soc.state.tables.alerts import alert
from soc.state.upsert import chunks

if TYPE_CHECKING:
    from soc.state.store import State, Tx

PUT_OFF = (Level.MEDIUM, Level.LOW)


def share_out(state: State, now: datetime) -> None:
    """Moves between queue and digest what today's order asks for."""
    today = datetime.combine(now.astimezone(ZONE).date(), time(), ZONE)
    of_today = (alert.c.raised_at >= today, alert.c.level.in_(PUT_OFF), alert.c.lane != Lane.STORM)
    with state.read() as tx:
        many = tx.connection.scalar(select(func.count()).select_from(alert).where(*of_today)) or 0
        put_off = tx.connection.scalar(
            select(func.count()).select_from(alert).where(*of_today, alert.c.lane == Lane.DIGEST)
        )
    if many > state.limits.budget or put_off:
        with state.write() as tx:
            _share(tx, today, state.limits.budget)


def _share(tx: Tx, today: datetime, budget: int) -> None:
    """Touched and closed ones have used their share; the rest stands in line for what is left."""
    untouched = case((alert.c.status == Status.NEW, case((alert.c.owner.is_(None), 1), else_=0)), else_=0)
    of_today = (alert.c.raised_at >= today, alert.c.level.in_(PUT_OFF), alert.c.lane != Lane.STORM)
    statement = select(alert.c.id, alert.c.lane, untouched.label("untouched")).where(*of_today)
    order = (untouched, alert.c.band, alert.c.rank, alert.c.raised_at, alert.c.id)
    rows = tx.connection.execute(statement.order_by(*order)).all()
    wanted = {
        row.id: Lane.DIGEST if row.untouched and place >= budget else Lane.QUEUE for place, row in enumerate(rows)
    }
    for lane in (Lane.QUEUE, Lane.DIGEST):
        moved = [row.id for row in rows if wanted[row.id] is lane and row.lane is not lane]
        for some in chunks(moved):
            tx.connection.execute(update(alert).where(alert.c.id.in_(some), alert.c.open == true()).values(lane=lane))
