"""Sums of alerts by unit, for tiles and their trend: one grouped statement a figure, within a scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, false, func, select, true

from soc.access import Scope
from soc.alert import Level, Status
from soc.state.scoped import within
from soc.state.tables.alerts import alert

UNTAKEN = (Status.NEW, Status.ASSIGNED, Status.REOPENED)


@dataclass(frozen=True, slots=True)
class OpenSum:
    """Open critical alerts of a unit; `untaken`: nobody has taken them; `due`: the nearest limit among those."""

    open: int
    untaken: int
    due: datetime | None


@dataclass(frozen=True, slots=True)
class InTime:
    """Alerts of a unit that were closed or are open past their limit; `kept` of these were closed in time."""

    kept: int
    due: int
    late_open: int

    @property
    def missed(self) -> int:
        return self.due - self.kept


@dataclass(frozen=True, slots=True)
class Heavy:
    """Open critical and high alerts of a unit; `oldest`: since when the longest of them waits to be taken."""

    critical: int
    high: int
    untaken: int
    oldest: datetime | None

    @property
    def open(self) -> int:
        return self.critical + self.high


class UnitSums:
    """Reads only; units without any are left out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def critical(self, scope: Scope) -> dict[str, OpenSum]:
        untaken = alert.c.status.in_(UNTAKEN)
        statement = (
            select(
                alert.c.unit_id,
                func.count(),
                func.sum(case((untaken, 1), else_=0)),
                func.min(case((untaken, alert.c.ack_due))),
            )
            .where(alert.c.open == true(), alert.c.level == Level.CRITICAL, within(scope, alert.c.unit_id))
            .group_by(alert.c.unit_id)
        )
        return {row[0]: OpenSum(row[1], row[2], row[3]) for row in self._connection.execute(statement)}

    def open_by_level(self, scope: Scope) -> dict[tuple[str, str], int]:
        """Open alerts by unit and level."""
        chosen = (alert.c.open == true(), within(scope, alert.c.unit_id))
        statement = select(alert.c.unit_id, alert.c.level, func.count()).where(*chosen)
        rows = self._connection.execute(statement.group_by(alert.c.unit_id, alert.c.level))
        return {(row[0], str(row[1])): row[2] for row in rows}

    def heavy(self, scope: Scope) -> dict[str, Heavy]:
        untaken = alert.c.status.in_(UNTAKEN)
        statement = (
            select(
                alert.c.unit_id,
                func.sum(case((alert.c.level == Level.CRITICAL, 1), else_=0)),
                func.sum(case((alert.c.level == Level.HIGH, 1), else_=0)),
                func.sum(case((untaken, 1), else_=0)),
                func.min(case((untaken, alert.c.raised_at))),
            )
            .where(
                alert.c.open == true(),
                alert.c.level.in_((Level.CRITICAL, Level.HIGH)),
                within(scope, alert.c.unit_id),
            )
            .group_by(alert.c.unit_id)
        )
        return {row[0]: Heavy(row[1], row[2], row[3], row[4]) for row in self._connection.execute(statement)}

    def in_time(self, scope: Scope, *, since: datetime, now: datetime) -> dict[str, InTime]:
        """Of the alerts closed since then, and of those open past their resolve limit now."""
        closed, late = self._closed(scope, since), self._late(scope, now)
        return {
            unit: InTime(kept, ended + late.get(unit, 0), late.get(unit, 0))
            for unit in closed.keys() | late.keys()
            for kept, ended in (closed.get(unit, (0, 0)),)
        }

    def _closed(self, scope: Scope, since: datetime) -> dict[str, tuple[int, int]]:
        """Closed within their limit, and all that were closed."""
        kept = func.sum(case((alert.c.closed_at <= alert.c.resolve_due, 1), else_=0))
        statement = select(alert.c.unit_id, kept, func.count()).where(
            alert.c.open == false(),
            alert.c.resolve_due.is_not(None),
            alert.c.closed_at >= since,
            within(scope, alert.c.unit_id),
        )
        return {row[0]: (row[1], row[2]) for row in self._connection.execute(statement.group_by(alert.c.unit_id))}

    def _late(self, scope: Scope, now: datetime) -> dict[str, int]:
        statement = select(alert.c.unit_id, func.count()).where(
            alert.c.open == true(),
            alert.c.resolve_due < now,
            alert.c.status != Status.WAITING_UNIT,
            within(scope, alert.c.unit_id),
        )
        return {row[0]: row[1] for row in self._connection.execute(statement.group_by(alert.c.unit_id))}
