"""The series of a figure at a level, slot by slot: what forecasts and their pages are made of (ioc-hub.md 11).

A slot in which too few units gave their figure is a gap; the figure of a running period is not part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from reports.kpi.board import Reader, View
from reports.kpi.definitions import Kpi, RollUp, Sensitivity
from reports.kpi.figure import LEAST_UNITS
from reports.kpi.forecast import SEASONS, Point, increments, tag_of
from reports.kpi.reorganised import Units, predecessors
from reports.kpi.rollup import ENOUGH, NOTHING, Amount, over_units
from reports.kpi.world import World
from soc.calendar import ZONE
from soc.observation import Cumulative, Status
from soc.period import Period, PeriodType, period_of, previous, year_to_date
from soc.state.observation_rows import TOTAL
from soc.state.series import SeriesPoint, Stretch
from soc.state.store import Tx

LENGTHS = {PeriodType.DAY: 120, PeriodType.MONTH: 48, PeriodType.QUARTER: 24}
"""How far back a forecast looks, in periods."""

YEAR = timedelta(days=370)
Given = Mapping[str, SeriesPoint]


@dataclass(frozen=True, slots=True)
class _Level:
    """Whose series it is. `before`: units of the past that count as it."""

    reader: Reader
    kpi: Kpi
    before: frozenset[str] = frozenset()


def history(tx: Tx, world: World, view: View, kpi: Kpi, *, units: Units = Units.THEN) -> tuple[Point, ...]:
    """Oldest first, from the first known slot to the last known one that is over, of the KPI's own period; empty for
    a period that has no season. What is only told to date is given as what each period added. `units` NOW: a unit's
    series goes on into those that it has taken over whole."""
    if kpi.period not in SEASONS:
        return ()
    reader = Reader(world, view)
    reporting = world.reporting_of(kpi)
    slots = [previous(period_of(kpi.period, view.at.astimezone(ZONE).date(), reporting), reporting)]
    while len(slots) < LENGTHS[kpi.period]:
        slots.append(previous(slots[-1], reporting))
    slots.reverse()
    today = view.at.astimezone(ZONE).date()
    now = units is Units.NOW and reader.level != reader.province
    level = _Level(reader, kpi, predecessors(world.organisation, reader.level, today) if now else frozenset())
    some = tx.series.points(view.scope if now else reader.scope, _stretch(level, slots))
    to_date = not any(one.cumulative is Cumulative.NONE for one in some)
    way = Cumulative.YTD if to_date else Cumulative.NONE
    given: dict[Period, dict[str, SeriesPoint]] = {}
    for one in some:
        if one.cumulative is way:
            given.setdefault(one.period, {})[one.unit] = one
    made = [year_to_date(slot, reporting) if to_date else slot for slot in slots]
    points = [_point(level, slot, given.get(slot, {})) for slot in made]
    if to_date and kpi.over_time is RollUp.SUM:
        # What the first slot added is known only where a year begins with it.
        first = points[0] if made[0] == slots[0] else replace(points[0], value=None)
        points = [first, *increments(points)[1:]]
    return _trimmed([replace(point, period=slot) for point, slot in zip(points, slots, strict=True)])


def slot_of(world: World, period: Period) -> Point:
    """An empty slot of a time to come, with its holiday."""
    tag = tag_of(period.start, world.calendar) if period.type is PeriodType.DAY else ""
    return Point(period, None, tag)


def _stretch(level: _Level, slots: list[Period]) -> Stretch:
    reader, kpi = level.reader, level.kpi
    units: Collection[str] = {reader.level} | level.before
    if reader.level == reader.province:
        units = tuple(reader.world.units.units)
    return Stretch(kpi.id, kpi.period, units, slots[0].start - YEAR, slots[-1].start, {TOTAL})


def _point(level: _Level, period: Period, given: Given) -> Point:
    value = _whole(level, period, given).value
    breaks = any(one.status is Status.BREAK for one in given.values())
    slot = slot_of(level.reader.world, period)
    return replace(slot, value=value, breaks=breaks)


def _whole(level: _Level, period: Period, given: Given) -> Amount:
    """The level's own figure, or the whole of enough units, or of all that it has taken over."""
    reader, kpi = level.reader, level.kpi
    if reader.level in given:
        return _amount(given[reader.level])
    if reader.level != reader.province:
        return _of_those_before(level, period, given)
    if kpi.over_units is RollUp.NONE:
        return NOTHING
    expected = reader.expected(kpi, period.end)
    units = (expected.units | given.keys()) - expected.pilots - {reader.province}
    known = [amount for unit in sorted(units & given.keys()) if (amount := _amount(given[unit])).known]
    if not known or len(known) < ENOUGH * len(units):
        return NOTHING
    if kpi.sensitivity is Sensitivity.RESTRICTED and len(known) < LEAST_UNITS:
        return NOTHING
    return over_units(kpi, known)


def _of_those_before(level: _Level, period: Period, given: Given) -> Amount:
    tree = level.reader.world.units
    there = [unit for unit in sorted(level.before) if (found := tree.get(unit)) and found.holds_on(period.end)]
    known = [amount for unit in there if unit in given and (amount := _amount(given[unit])).known]
    if not there or len(known) < len(there):
        return NOTHING
    if level.kpi.over_units is RollUp.NONE:
        return known[0] if len(known) == 1 else NOTHING
    return over_units(level.kpi, known)


def _amount(one: SeriesPoint) -> Amount:
    return NOTHING if one.status is Status.MISSING else Amount(one.value, one.numerator, one.denominator)


def _trimmed(points: list[Point]) -> tuple[Point, ...]:
    known = [place for place, point in enumerate(points) if point.value is not None]
    return tuple(points[known[0] : known[-1] + 1]) if known else ()


def known_sum(points: tuple[Point, ...]) -> Decimal | None:
    """Of slots that are all known; None with a gap."""
    values = [point.value for point in points]
    return None if None in values else sum((one for one in values if one is not None), Decimal(0))
