"""One tile with all that stands beside it: its trend, the same period of last year, the value before a correction
(ioc-hub.md 8, 9, 14.1). A gap of the trend is a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from reports.kpi.board import BoardTile, Reader, Row, View
from reports.kpi.compare import Basis
from reports.kpi.definitions import Kpi, RollUp
from reports.kpi.figure import Book, Figure, Lack
from reports.kpi.rollup import ENOUGH, NOTHING, Amount, amount_of, over_units
from reports.kpi.tile import Beside, Frame, tile
from reports.kpi.world import World
from soc.observation import Cumulative, Dimensions, Known
from soc.period import Period, PeriodType, period_of, previous, year_before, year_to_date
from soc.state.observation_rows import Wanted
from soc.state.store import Tx

DAY = timedelta(days=1)
LENGTH = 12


def detail(tx: Tx, world: World, view: View, row: Row, *, length: int = LENGTH) -> BoardTile:
    """The tile of a row at the view's level, with its trend, oldest first."""
    reader = Reader(world, view)
    kpi, dimensions = world.catalogue.kpis[row.headline.kpi], row.headline.dimensions
    book = reader.books(tx, [kpi.id], dimensions)[kpi.id]
    drawn = reader.tile(row, book, reader.held(tx))
    figure = drawn.figure
    if figure.period is None or figure.lack is Lack.WITHHELD:
        return drawn
    beside = Beside(
        bases={Basis.LAST_YEAR: _last_year(tx, reader, book, figure, dimensions)},
        held=frozenset(drawn.tile.origin.held),
        points=_trend(tx, reader, book, figure, dimensions, length),
        old=_before_correction(tx, view, figure),
    )
    good, watch = row.headline.good, row.headline.watch
    limits = world.profile.limits_of(kpi) if good is None else (good, watch)
    frame = Frame(world.organisation, book.terms.reporting, limits, view.at)
    return replace(drawn, tile=tile(figure, row.headline, frame, beside))


def _trend(
    tx: Tx, reader: Reader, book: Book, figure: Figure, dimensions: Dimensions, length: int
) -> tuple[Decimal | None, ...]:
    """Of instants the last of each day, and the figure itself; of periods each of them."""
    assert figure.period is not None
    if book.of_instants:
        units = [(figure.kpi.id, unit) for unit in book.newest]
        today = figure.period.end
        days = [today - number * DAY for number in range(length - 1, 0, -1)]
        read = [
            tx.observations.last_of_day(reader.scope, units, day, dimensions=dimensions, as_of=reader.view.at)
            for day in days
        ]
        return (*(_value(reader, book, figure, some) for some in read), figure.amount.value)
    periods = _back(figure.period, book, length)
    wanted = Wanted((figure.kpi.id,), None, figure.period.type, None, None, dimensions, figure.cumulative)
    wanted = replace(wanted, start_from=min(one.start for one in periods), start_to=figure.period.start)
    found: dict[Period, list[Known]] = {}
    for known in tx.observations.in_force(reader.scope, wanted, as_of=reader.view.as_of):
        found.setdefault(known.observation.key.period, []).append(known)
    before = tuple(_value(reader, book, figure, found.get(period, ())) for period in periods[:-1])
    return (*before, figure.amount.value)


def _last_year(tx: Tx, reader: Reader, book: Book, figure: Figure, dimensions: Dimensions) -> Decimal | None:
    if figure.period is None or figure.period.type is PeriodType.REALTIME:
        return None
    reporting = book.terms.reporting
    own = year_before(period_of(figure.period.type, figure.period.end, reporting), reporting)
    then = year_to_date(own, reporting) if figure.cumulative is Cumulative.YTD else own
    wanted = Wanted((figure.kpi.id,), None, then.type, then.start, then.start, dimensions, figure.cumulative)
    some = tx.observations.in_force(reader.scope, wanted, as_of=reader.view.as_of)
    return _value(reader, book, figure, (one for one in some if one.observation.key.period == then))


def _back(period: Period, book: Book, length: int) -> Sequence[Period]:
    """So many periods up to that one; years to date keep their way to count."""
    reporting = book.terms.reporting
    own = period_of(period.type, period.end, reporting)
    found = [own]
    while len(found) < length:
        found.append(previous(found[-1], reporting))
    found.reverse()
    return found if own == period else [year_to_date(one, reporting) for one in found]


def _value(reader: Reader, book: Book, figure: Figure, some: Iterable[Known]) -> Decimal | None:
    """At the figure's level: its own, or the whole of enough units; anything else is a gap."""
    given = {known.observation.key.unit: amount_of(known.observation) for known in some}
    if figure.unit in given:
        return given[figure.unit].value
    if figure.unit != reader.province or figure.kpi.over_units is RollUp.NONE:
        return None
    return _whole(figure.kpi, given, {known.observation.key.unit for known in figure.basis}).value


def _whole(kpi: Kpi, given: Mapping[str, Amount], units: set[str]) -> Amount:
    known = [amount for unit, amount in given.items() if unit in units and amount.known]
    return over_units(kpi, known) if units and len(known) >= ENOUGH * len(units) else NOTHING


def _before_correction(tx: Tx, view: View, figure: Figure) -> dict[str, Decimal]:
    """The value of the revision before, of a figure that rests on one that was corrected."""
    if len(figure.basis) != 1 or figure.basis[0].observation.restatement is None:
        return {}
    now = figure.basis[0].observation
    older = [
        known.observation.value
        for known in tx.observations.revisions(now.key, view.scope)
        if known.observation.revision < now.revision and known.observation.value is not None
    ]
    return {now.id: older[-1]} if older else {}
