"""What each person carries: open alerts by owner, within a scope."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select, true

from soc.access import Scope
from soc.alert import Lane, Level
from soc.state.scoped import within
from soc.state.tables.alerts import alert


@dataclass(frozen=True, slots=True)
class Load:
    """`heavy`: critical and high among the open ones."""

    open: int
    heavy: int


class Team:
    """Reads only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def loads(self, scope: Scope) -> dict[str | None, Load]:
        """By owner, of what lies in the queue; None: nobody's."""
        heavy = alert.c.level.in_((Level.CRITICAL, Level.HIGH))
        statement = (
            select(alert.c.owner, func.count(), func.sum(case((heavy, 1), else_=0)))
            .where(alert.c.open == true(), alert.c.lane == Lane.QUEUE, within(scope, alert.c.unit_id))
            .group_by(alert.c.owner)
        )
        return {row[0]: Load(row[1], row[2]) for row in self._connection.execute(statement)}

    def dues(self, scope: Scope, *, limit: int = 20) -> tuple[str, ...]:
        """Ids of alerts of the queue that nobody has taken, nearest acknowledge limit first."""
        statement = (
            select(alert.c.id)
            .where(
                alert.c.open == true(),
                alert.c.lane == Lane.QUEUE,
                alert.c.taken_at.is_(None),
                alert.c.ack_due.is_not(None),
                within(scope, alert.c.unit_id),
            )
            .order_by(alert.c.ack_due, alert.c.id)
            .limit(limit)
        )
        return tuple(self._connection.scalars(statement))
