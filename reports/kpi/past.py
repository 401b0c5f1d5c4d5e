"""What the hub already knows of the figures of a batch, read at once, and grown while the batch is judged."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from reports.kpi.checks.history import Point, first_day_needed
from reports.kpi.checks.order import Last
from reports.kpi.checks.sums import Amount
from reports.kpi.world import PEOPLE
from soc.access import Scope
from soc.observation import Cumulative, NaturalKey, Observation
from soc.period import Period, PeriodType
from soc.state.observation_rows import dimensions_text
from soc.state.series import SeriesPoint, Stretch
from soc.state.store import Tx

SeriesKey = tuple[str, str, PeriodType, str, Cumulative]
WholeKey = tuple[str, str, Period, Cumulative]


@dataclass(slots=True)
class Past:
    """`contents`: id -> hash. `last`: revisions, held ones too. `series`: earlier figures in force, oldest first.
    `wholes`: all breakdowns of the figures of the batch. `senders`: who sent the newest of each KPI and unit.
    `origins`: the accepted ones that the profile names. `limits`: when each period is late."""

    contents: dict[str, str] = field(default_factory=dict)
    last: dict[NaturalKey, Last] = field(default_factory=dict)
    series: dict[SeriesKey, list[Point]] = field(default_factory=dict)
    wholes: dict[WholeKey, dict[str, Amount]] = field(default_factory=dict)
    senders: dict[tuple[str, str], str] = field(default_factory=dict)
    origins: dict[tuple[str, str], str] = field(default_factory=dict)
    limits: dict[tuple[str, Period], datetime | None] = field(default_factory=dict)

    def accepted_origin(self, key: NaturalKey) -> str | None:
        """The one of the profile, else of what is stored; people who hand in by form or file are no origin."""
        stored = self.senders.get((key.kpi, key.unit))
        return self.origins.get((key.kpi, key.unit)) or (None if stored in PEOPLE else stored)

    def earlier(self, key: NaturalKey) -> list[Point]:
        """Figures of the same series that end before it, oldest first."""
        ends = _place(key.period)
        return [point for point in self.series.get(series_of(key), ()) if _place(point.period) < ends]

    def take(self, one: Observation, content: str, *, held: bool) -> None:
        """An item of the batch was accepted; what follows in the batch is judged with it."""
        self.contents[one.id] = content
        self.last[one.key] = Last(one.revision, one.id)
        if held or one.key.forecast:
            return
        self._put(series_of(one.key), Point(one.key.period, one.value, one.status))
        amount = Amount(one.value, one.numerator, one.denominator)
        self.wholes.setdefault(whole_of(one.key), {})[dimensions_text(one.key.dimensions)] = amount

    def read_point(self, kpi: str, point: SeriesPoint, *, whole: bool) -> None:
        """`whole`: read for its breakdown, not for its series."""
        if whole:
            key = (kpi, point.unit, point.period, point.cumulative)
            amount = Amount(point.value, point.numerator, point.denominator)
            self.wholes.setdefault(key, {})[point.dimensions] = amount
        else:
            series = (kpi, point.unit, point.period.type, point.dimensions, point.cumulative)
            self.series.setdefault(series, []).append(Point(point.period, point.value, point.status))

    def _put(self, series: SeriesKey, point: Point) -> None:
        points = self.series.setdefault(series, [])
        points[:] = [one for one in points if one.period != point.period]
        insort(points, point, key=lambda one: _place(one.period))


def read_past(tx: Tx, scope: Scope, some: Sequence[Observation]) -> Past:
    """For these items. A few queries a KPI, whatever the number of items."""
    past = Past()
    found = tx.observations.find(one.id for one in some)
    past.contents = {name: content for name, (_, content) in found.items()}
    past.last = {key: Last(*last) for key, last in tx.observations.last_of(one.key for one in some).items()}
    past.senders = tx.series.senders(scope, {(one.key.kpi, one.key.unit) for one in some})
    current = [one.key for one in some if not one.key.forecast]
    for (kpi, kind), keys in _grouped(current).items():
        if kind is not PeriodType.REALTIME:
            for point in tx.series.points(scope, _history(kpi, kind, keys)):
                past.read_point(kpi, point, whole=False)
        for point in tx.series.points(scope, _wholes(kpi, kind, keys)):
            past.read_point(kpi, point, whole=True)
    for points in past.series.values():
        points.sort(key=lambda one: _place(one.period))
    return past


def series_of(key: NaturalKey) -> SeriesKey:
    return key.kpi, key.unit, key.period.type, dimensions_text(key.dimensions), key.cumulative


def whole_of(key: NaturalKey) -> WholeKey:
    return key.kpi, key.unit, key.period, key.cumulative


def _grouped(keys: Iterable[NaturalKey]) -> dict[tuple[str, PeriodType], list[NaturalKey]]:
    found: dict[tuple[str, PeriodType], list[NaturalKey]] = {}
    for key in keys:
        found.setdefault((key.kpi, key.period.type), []).append(key)
    return found


def _history(kpi: str, kind: PeriodType, keys: Sequence[NaturalKey]) -> Stretch:
    return Stretch(
        kpi,
        kind,
        {key.unit for key in keys},
        min(first_day_needed(key.period) for key in keys),
        max(key.period.start for key in keys),
        {dimensions_text(key.dimensions) for key in keys},
    )


def _wholes(kpi: str, kind: PeriodType, keys: Sequence[NaturalKey]) -> Stretch:
    starts = [key.period.start for key in keys]
    return Stretch(kpi, kind, {key.unit for key in keys}, min(starts), max(starts))


def _place(period: Period) -> tuple[date, float]:
    return period.end, _instant(period.at)


def _instant(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
