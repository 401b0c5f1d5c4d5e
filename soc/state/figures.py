"""Figures of the past, by unit, so that any scope can be summed; thinned with age (ioc-hub.md 8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from soc.access import Scope
from soc.state.scoped import within
from soc.state.tables.figures import figure, figure_run
from soc.state.upsert import upsert

HOURLY_DAYS = 8
DAILY_DAYS = 800


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One unit's part of a figure. For a count the denominator is 0."""

    kpi: str
    unit: str
    numerator: int
    denominator: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """The sum over a scope at one time."""

    at: datetime
    numerator: int
    denominator: int


class Figures:
    """A run that finds nothing still leaves its time: nothing and not looked are two things."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, rows: Iterable[FigureRow], *, at: datetime) -> None:
        """One run. Units without any part may be left out. A second run of the same time changes nothing."""
        if self._connection.scalar(select(figure_run.c.at).where(figure_run.c.at == at)) is not None:
            return
        self._connection.execute(insert(figure_run), {"at": at})
        made = [
            {
                "kpi_id": row.kpi,
                "at": at,
                "unit_id": row.unit,
                "numerator": row.numerator,
                "denominator": row.denominator,
            }
            for row in rows
        ]
        upsert(self._connection, figure, made)
        self._thin(at)

    def latest(self) -> datetime | None:
        """When the last run was."""
        latest: datetime | None = self._connection.scalar(select(func.max(figure_run.c.at)))
        return latest

    def runs(self, since: datetime) -> tuple[datetime, ...]:
        """The times at which somebody looked, oldest first."""
        statement = select(figure_run.c.at).where(figure_run.c.at >= since).order_by(figure_run.c.at)
        return tuple(self._connection.scalars(statement))

    def trend(self, kpi: str, scope: Scope, *, since: datetime) -> tuple[Point, ...]:
        """A point for each run, oldest first, zeros where no unit of the scope had a part."""
        statement = (
            select(figure.c.at, func.sum(figure.c.numerator), func.sum(figure.c.denominator))
            .where(figure.c.kpi_id == kpi, figure.c.at >= since, within(scope, figure.c.unit_id))
            .group_by(figure.c.at)
        )
        sums = {row[0]: (row[1], row[2]) for row in self._connection.execute(statement)}
        return tuple(Point(at, *sums.get(at, (0, 0))) for at in self.runs(since))

    def _thin(self, now: datetime) -> None:
        """Hourly for a week, then the first of each day (UTC), for two years."""
        self._drop(self._connection.scalars(select(figure_run.c.at).where(figure_run.c.at < _ago(now, DAILY_DAYS))))
        old = self._connection.scalars(
            select(figure_run.c.at).where(figure_run.c.at < _ago(now, HOURLY_DAYS)).order_by(figure_run.c.at)
        )
        kept, extra = set(), []
        for at in old:
            if at.date() in kept:
                extra.append(at)
            kept.add(at.date())
        self._drop(extra)

    def _drop(self, times: Iterable[datetime]) -> None:
        for at in list(times):
            self._connection.execute(delete(figure).where(figure.c.at == at))
            self._connection.execute(delete(figure_run).where(figure_run.c.at == at))


def _ago(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)
