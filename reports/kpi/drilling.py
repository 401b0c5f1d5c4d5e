"""Reads a figure and its parts, one step at a time: overview, sector, unit or value, rows (ioc-hub.md 10).

Every step has the same period, the same moment and the same dimensions, which its address holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from reports.kpi.board import FINER, Reader, Row, View
from reports.kpi.definitions import Kpi
from reports.kpi.drill import Parts, parts_of_time, parts_of_units, parts_of_values
from reports.kpi.figure import Book, Figure
from reports.kpi.rollup import Span
from reports.kpi.tile import KpiTile
from reports.kpi.world import World
from soc.observation import Dimensions, Known
from soc.period import Period, PeriodType, following, period_of
from soc.state.observation_rows import Wanted
from soc.state.store import Tx


@dataclass(frozen=True, slots=True)
class Step:
    """The tile that was clicked, its figure, and its parts."""

    tile: KpiTile
    figure: Figure
    parts: Parts


def behind_units(tx: Tx, world: World, view: View, row: Row, period: Period | None = None) -> Step:
    """The units of a province's figure; of a unit's, itself."""
    reader, book = _opened(tx, world, view, row, period)
    shown = reader.tile(row, book, reader.held(tx))
    return Step(shown.tile, shown.figure, parts_of_units(shown.figure, book))


def behind_values(tx: Tx, world: World, view: View, row: Row, name: str, period: Period | None = None) -> Step:
    """The values of one breakdown."""
    reader, book = _opened(tx, world, view, row, period)
    shown = reader.tile(row, book, reader.held(tx))
    by_value: dict[str, list[Known]] = {}
    for known in _broken_down(tx, view, shown.figure, row.headline.dimensions, name):
        value = dict(known.observation.key.dimensions)[name]
        by_value.setdefault(value, []).append(known)
    return Step(shown.tile, shown.figure, parts_of_values(shown.figure, by_value, book))


def behind_periods(tx: Tx, world: World, view: View, row: Row, period: Period) -> Parts:
    """The periods of the KPI's own type in a longer one, each at this level; empty where it is not longer."""
    kpi = world.catalogue.kpis[row.headline.kpi]
    reader = Reader(world, view)
    spans = []
    for inner in inner_periods(kpi, period, world):
        figure = reader.figure(reader.book_at(tx, kpi, inner, row.headline.dimensions))
        if figure.lack is None:
            spans.append(Span(inner, figure.amount, figure.cumulative))
    return parts_of_time(kpi, spans)


def rows_behind(tx: Tx, view: View, figure: Figure, most: int = 500) -> tuple[Known, ...]:
    """The last step: observations with provenance, every breakdown that the figure's units gave with it."""
    return tuple(islice(_beside(tx, view, figure), most))


def inner_periods(kpi: Kpi, period: Period, world: World) -> Iterator[Period]:
    """Those of the KPI's own type that lie in it."""
    if kpi.period is PeriodType.REALTIME or FINER.index(kpi.period) >= FINER.index(period.type):
        return
    reporting = world.profile.reporting_of(kpi)
    inner = period_of(kpi.period, period.start, reporting)
    while inner.start <= period.end:
        if inner.start >= period.start and inner.end <= period.end:
            yield inner
        inner = following(inner, reporting)


def _opened(tx: Tx, world: World, view: View, row: Row, period: Period | None) -> tuple[Reader, Book]:
    reader = Reader(world, view)
    kpi, dimensions = world.catalogue.kpis[row.headline.kpi], row.headline.dimensions
    if period is None:
        return reader, reader.books(tx, [kpi.id], dimensions)[kpi.id]
    return reader, reader.book_at(tx, kpi, period, dimensions)


def _broken_down(tx: Tx, view: View, figure: Figure, base: Dimensions, name: str) -> Iterator[Known]:
    for known in _beside(tx, view, figure):
        given = known.observation.key.dimensions
        if len(given) == len(base) + 1 and set(base) <= set(given) and name in dict(given):
            yield known


def _beside(tx: Tx, view: View, figure: Figure) -> Iterator[Known]:
    """Figures of the same KPI, units, periods and way to count as those it rests on."""
    if not figure.basis:
        return
    keys = [known.observation.key for known in figure.basis]
    starts, first = [key.period.start for key in keys], keys[0]
    units = tuple(sorted({key.unit for key in keys}))
    wanted = Wanted((first.kpi,), units, first.period.type, min(starts), max(starts), None, first.cumulative)
    same = {replace(key, dimensions=()) for key in keys}
    for known in tx.observations.in_force(view.scope, wanted, as_of=view.as_of):
        if replace(known.observation.key, dimensions=()) in same:
            yield known
