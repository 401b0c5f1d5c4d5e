"""What the checks of the hub compare a new figure with: earlier periods of its series, parts of its whole.

Lean on purpose: a batch of 1,000 observations looks at some 20,000 earlier ones, within its second.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, case, func, select

from soc.access import Scope
from soc.observation import Cumulative, Status
from soc.period import Period, PeriodType
from soc.state.observation_rows import SHOWN, TOTAL
from soc.state.scoped import within
from soc.state.tables.hub import observation, observation_hold, observation_latest
from soc.state.upsert import chunks


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """The revision in force of one figure. `dimensions`: canonical text."""

    unit: str
    period: Period
    dimensions: str
    cumulative: Cumulative
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    status: Status


@dataclass(frozen=True, slots=True)
class Stretch:
    """Of one KPI and type: units, first days of periods, and dimensions (None: all of them)."""

    kpi: str
    type: PeriodType
    units: Collection[str]
    start_from: date
    start_to: date
    dimensions: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Stood:
    """How far a series of totals had come. `ends`, `ats`: the newest period's last day and instant at each moment that
    was asked for, None before the first. `last_at`: when its last revision came, by the last of the moments."""

    kpi: str
    unit: str
    type: PeriodType
    ends: tuple[date | None, ...]
    ats: tuple[datetime | None, ...]
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Given:
    """When a figure came, by whom it was sent, and how often it was corrected. `first_at`, `last_at`: of revisions."""

    kpi: str
    unit: str
    period: Period
    cumulative: Cumulative
    sender: str
    first_at: datetime
    last_at: datetime
    revision: int


_COLUMNS = tuple(
    observation.c[name]
    for name in (
        *("unit_id", "start", "end", "at", "dimensions", "cumulative", "revision"),
        *("value", "numerator", "denominator", "status"),
    )
)


class Series:
    """Methods of one transaction. No forecasts, no held values."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def points(self, scope: Scope, stretch: Stretch) -> tuple[SeriesPoint, ...]:
        """In no order."""
        newest: dict[tuple[str, date, date, datetime | None, str, str], tuple[int, SeriesPoint]] = {}
        joined = observation.outerjoin(observation_hold, observation_hold.c.seq == observation.c.seq)
        for some in chunks(sorted(stretch.units)):
            statement = select(*_COLUMNS).select_from(joined).where(*_conditions(scope, stretch, some))
            for unit, start, end, at, dimensions, cumulative, revision, *numbers, status in self._connection.execute(
                statement
            ):
                key = (unit, start, end, at, dimensions, cumulative)
                if key in newest and newest[key][0] > revision:
                    continue
                period = Period(stretch.type, start, end, at)
                value, over, under = (None if text is None else Decimal(text) for text in numbers)
                newest[key] = revision, SeriesPoint(unit, period, dimensions, cumulative, value, over, under, status)
        return tuple(point for _, point in newest.values())

    def stood(self, scope: Scope, kpis: Iterable[str], moments: Sequence[datetime]) -> tuple[Stood, ...]:
        """How far each series had come at each moment, in one pass; missing ones count, forecasts do not."""
        table, found = observation.c, []
        columns = [func.max(case((table.known_at <= at, table.end))) for at in moments]
        columns += [func.max(case((table.known_at <= at, table.at))) for at in moments]
        last = func.max(case((table.known_at <= moments[-1], table.known_at)))
        keys = (table.kpi_id, table.unit_id, table.period_type)
        for some in chunks(kpis):
            statement = select(*keys, *columns, last).where(
                within(scope, table.unit_id), table.kpi_id.in_(some), table.dimensions == TOTAL
            )
            statement = statement.where(table.forecast.is_(False), table.held.is_(False)).group_by(*keys)
            for kpi, unit, kind, *rest in self._connection.execute(statement):
                ends, ats = rest[: len(moments)], rest[len(moments) : -1]
                found.append(Stood(kpi, unit, PeriodType(kind), tuple(ends), tuple(ats), rest[-1]))
        return tuple(found)

    def given(self, scope: Scope, kpis: Iterable[str], start_from: date, until: datetime) -> tuple[Given, ...]:
        """Totals of periods, no instants, that begin then or later, as far as they had come; held ones came too."""
        table, found = observation.c, []
        keys = (table.kpi_id, table.unit_id, table.period_type, table.start, table.end, table.cumulative, table.sender)
        times = (func.min(table.known_at), func.max(table.known_at), func.max(table.revision))
        for some in chunks(kpis):
            statement = select(*keys, *times).where(
                within(scope, table.unit_id),
                table.kpi_id.in_(some),
                table.start >= start_from,
                table.known_at < until,
                table.dimensions == TOTAL,
                table.forecast.is_(False),
                table.at.is_(None),
            )
            for kpi, unit, kind, start, end, way, *rest in self._connection.execute(statement.group_by(*keys)):
                found.append(Given(kpi, unit, Period(PeriodType(kind), start, end), Cumulative(way), *rest))
        return tuple(found)

    def changed_since(self, scope: Scope, after: int) -> tuple[int, frozenset[str]]:
        """The position of the last revision, and of which KPIs totals of periods were stored after that one."""
        table = observation.c
        seen = within(scope, table.unit_id)
        last = self._connection.scalar(select(func.max(table.seq)).where(seen)) or 0
        statement = select(table.kpi_id).where(seen, table.seq > after, table.seq <= last)
        statement = statement.where(table.forecast.is_(False), table.at.is_(None), table.dimensions == TOTAL)
        return last, frozenset(self._connection.scalars(statement.distinct()))

    def senders(self, scope: Scope, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Who sent the newest figure of each KPI and unit."""
        units: dict[str, list[str]] = {}
        for kpi, unit in pairs:
            units.setdefault(kpi, []).append(unit)
        found: dict[tuple[str, str], str] = {}
        latest = observation_latest
        joined = latest.join(observation, observation.c.seq == latest.c.seq)
        for kpi, some_units in units.items():
            for some in chunks(some_units):
                statement = select(latest.c.unit_id, observation.c.sender).select_from(joined)
                statement = statement.where(
                    latest.c.kpi_id == kpi,
                    latest.c.unit_id.in_(some),
                    latest.c.forecast.is_(False),
                    within(scope, latest.c.unit_id),
                )
                for unit, sender in self._connection.execute(statement.order_by(latest.c.seq)):
                    found[(kpi, unit)] = sender
        return found


def _conditions(scope: Scope, stretch: Stretch, units: Collection[str]) -> list[ColumnElement[bool]]:
    table = observation
    found = [
        SHOWN,
        within(scope, table.c.unit_id),
        table.c.forecast.is_(False),
        table.c.kpi_id == stretch.kpi,
        table.c.unit_id.in_(units),
        table.c.period_type == stretch.type,
        table.c.start >= stretch.start_from,
        table.c.start <= stretch.start_to,
    ]
    if stretch.dimensions is not None:
        found.append(table.c.dimensions.in_(sorted(stretch.dimensions)))
    return found
