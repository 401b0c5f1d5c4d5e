"""Reads the tiles of a board from the state: the headline figures of every subsystem, at one level, at one moment
(ioc-hub.md 8, 14.1). Two indexed reads a group of KPIs, whatever is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from reports.kpi.definitions import Headline, Kpi
from reports.kpi.figure import Beats, Book, Expected, Figure, is_hidden, unit_figure, whole_figure
from reports.kpi.freshness import Terms
from reports.kpi.profile import units_of
from reports.kpi.tile import Beside, Frame, KpiTile, tile
from reports.kpi.world import World
from soc.access import Scope
from soc.calendar import ZONE
from soc.observation import Cumulative, Dimensions, Known
from soc.period import Period, PeriodType, period_of, previous
from soc.state.observation_rows import Wanted
from soc.state.store import Tx

DAY = timedelta(days=1)
FINER = tuple(PeriodType)


@dataclass(frozen=True, slots=True)
class View:
    """Whose eyes, and when. `level`: a unit; '' is the province. `past`: as it was known at `at`, else as known now.
    `owned`: units whose restricted figures these eyes may see."""

    scope: Scope
    at: datetime
    level: str = ""
    past: bool = False
    owned: frozenset[str] = frozenset()

    @property
    def as_of(self) -> datetime | None:
        return self.at if self.past else None


@dataclass(frozen=True, slots=True)
class Row:
    """A headline and where it stands. `service`: whose tile it is."""

    service: str
    subsystem: str
    headline: Headline


@dataclass(frozen=True, slots=True)
class BoardTile:
    row: Row
    tile: KpiTile
    figure: Figure


def rows_of(world: World) -> tuple[Row, ...]:
    """The headlines of the profile's services, in their order."""
    found: list[Row] = []
    for service in world.profile.services:
        subsystem = world.catalogue.subsystems.get(service.subsystem)
        if subsystem is not None:
            chosen = service.tiles or subsystem.headlines
            found += [Row(service.id, subsystem.id, _within(one, service.where)) for one in chosen]
    return tuple(found)


def every_row(world: World, subsystem: str) -> tuple[Row, ...]:
    """All KPIs of a subsystem, for its page."""
    return tuple(Row(subsystem, subsystem, Headline(kpi.id)) for kpi in world.catalogue.subsystems[subsystem].kpis)


def board(tx: Tx, world: World, view: View, rows: Sequence[Row] | None = None) -> tuple[BoardTile, ...]:
    """The tiles of these rows (none given: the headlines), in their order."""
    wanted = rows_of(world) if rows is None else tuple(rows)
    reader = Reader(world, view)
    groups: dict[Dimensions, list[Row]] = {}
    for row in wanted:
        groups.setdefault(row.headline.dimensions, []).append(row)
    books = {dims: reader.books(tx, [row.headline.kpi for row in some], dims) for dims, some in groups.items()}
    held = reader.held(tx)
    return tuple(reader.tile(row, books[row.headline.dimensions][row.headline.kpi], held) for row in wanted)


@dataclass(slots=True)
class Reader:
    """Books and tiles of one view."""

    world: World
    view: View
    _owing: dict[tuple[str, date], Expected] = field(default_factory=dict)

    @property
    def province(self) -> str:
        return self.world.organisation.province

    @property
    def level(self) -> str:
        return self.view.level or self.province

    def books(self, tx: Tx, kpis: Iterable[str], dimensions: Dimensions = ()) -> dict[str, Book]:
        """One a KPI; an empty one where there is nothing."""
        chosen = [self.world.catalogue.kpis[name] for name in dict.fromkeys(kpis)]
        ids = [kpi.id for kpi in chosen]
        latest: dict[str, list[Known]] = {}
        for known in tx.observations.latest(self.scope, ids, dimensions=dimensions, as_of=self.view.as_of):
            latest.setdefault(known.observation.key.kpi, []).append(known)
        newest = {kpi.id: _one_series(kpi, latest.get(kpi.id, [])) for kpi in chosen}
        earlier = self._earlier(tx, newest, dimensions)
        beats = self._beats(tx)
        return {kpi.id: self._book(kpi, newest[kpi.id], earlier.get(kpi.id, []), beats) for kpi in chosen}

    def book_at(self, tx: Tx, kpi: Kpi, period: Period, dimensions: Dimensions = ()) -> Book:
        """Of one period of the past, with the one before it; of instants there is only the newest."""
        if period.type is PeriodType.REALTIME:
            return self.books(tx, [kpi.id], dimensions)[kpi.id]
        first = self._two_before(kpi.id, period)
        wanted = Wanted((kpi.id,), None, period.type, first.start, period.start, dimensions)
        some = tx.observations.in_force(self.scope, wanted, as_of=self.view.as_of)
        newest = _one_series(kpi, (one for one in some if one.observation.key.period.end == period.end))
        ways = {one.observation.key.cumulative for one in newest.values()}
        earlier = [one for one in some if one.observation.key.cumulative in ways and _ends_before(one, period)]
        return replace(self._book(kpi, newest, earlier, {}), settled=True)

    def figure(self, book: Book) -> Figure:
        if self.level != self.province:
            return unit_figure(book, self.level, self.view.at)
        ends = [known.observation.key.period.end for known in book.newest.values()]
        return whole_figure(book, self.province, self.expected(book.kpi, max(ends, default=self._today)), self.view.at)

    def tile(self, row: Row, book: Book, held: Mapping[tuple[str, Dimensions], frozenset[str]]) -> BoardTile:
        figure = self.figure(book)
        kpi = book.kpi
        good, watch = self.world.profile.limits_of(kpi)
        if row.headline.good is not None:
            good, watch = row.headline.good, row.headline.watch
        frame = Frame(self.world.organisation, book.terms.reporting, (good, watch), self.view.at)
        waiting = held.get((kpi.id, row.headline.dimensions), frozenset())
        return BoardTile(row, tile(figure, row.headline, frame, Beside(held=waiting)), figure)

    def expected(self, kpi: Kpi, day: date) -> Expected:
        """Who owes it on that day; pilots apart."""
        found = self._owing.get((kpi.id, day))
        if found is None:
            profile, organisation = self.world.profile, self.world.organisation
            duties = [duty for duty in profile.owes if duty.holds_on(day) and duty.names(kpi)]
            units = frozenset(unit for duty in duties for unit in units_of(duty.units, kpi, organisation, day))
            pilots = frozenset(one.unit for one in profile.pilots if one.holds_on(day, kpi.subsystem))
            found = self._owing[(kpi.id, day)] = Expected(units, pilots)
        return found

    def held(self, tx: Tx) -> dict[tuple[str, Dimensions], frozenset[str]]:
        """Units whose newer value waits for their answer, by KPI and dimensions; of the past it is not asked."""
        found: dict[tuple[str, Dimensions], set[str]] = {}
        for hold in () if self.view.past else tx.observations.held(self.scope):
            key = hold.known.observation.key
            found.setdefault((key.kpi, key.dimensions), set()).add(key.unit)
        return {key: frozenset(units) for key, units in found.items()}

    def terms(self, kpi: Kpi, kind: PeriodType) -> Terms:
        rule, _ = self.world.profile.freshness_of(kpi, self.world.catalogue)
        table = self.world.catalogue.table[kind]
        own = rule if kind is kpi.period else table
        return Terms(own, table, self.world.profile.reporting_of(kpi), self.world.calendar)

    @property
    def scope(self) -> Scope:
        """A unit's board reads that unit alone."""
        scope, level = self.view.scope, self.view.level
        if not level or level == self.province:
            return scope
        return replace(scope, units=frozenset({level}) if scope.sees(level) else frozenset())

    @property
    def _today(self) -> date:
        return self.view.at.astimezone(ZONE).date()

    def _book(
        self, kpi: Kpi, newest: Mapping[str, Known], earlier: Iterable[Known], beats: Mapping[str, Beats]
    ) -> Book:
        by_period: dict[Period, dict[str, Known]] = {}
        for known in (*earlier, *newest.values()):
            key = known.observation.key
            by_period.setdefault(key.period, {})[key.unit] = known
        kind = next((known.observation.key.period.type for known in newest.values()), kpi.period)
        hidden = frozenset(
            unit
            for unit in {*newest, self.level} - self.view.owned
            if is_hidden(kpi, newest[unit].observation if unit in newest else None, unit, self.province)
        )
        return Book(kpi, self.terms(kpi, kind), by_period, newest, beats, hidden)

    def _earlier(
        self, tx: Tx, newest: Mapping[str, Mapping[str, Known]], dimensions: Dimensions
    ) -> dict[str, list[Known]]:
        """The two periods before the newest one of each KPI; of instants, the last of yesterday."""
        groups: dict[tuple[Period, Period, Cumulative], list[str]] = {}
        instants: list[tuple[str, str]] = []
        for name, some in newest.items():
            last = max(
                (known.observation.key for known in some.values()), key=lambda key: key.period.over, default=None
            )
            if last is not None and last.period.type is PeriodType.REALTIME:
                instants += [(name, unit) for unit in some]
            elif last is not None:
                first = self._two_before(name, last.period)
                groups.setdefault((first, last.period, last.cumulative), []).append(name)
        found: dict[str, list[Known]] = {}
        for known in self._read(tx, groups, instants, dimensions):
            found.setdefault(known.observation.key.kpi, []).append(known)
        return found

    def _read(
        self,
        tx: Tx,
        groups: Mapping[tuple[Period, Period, Cumulative], Sequence[str]],
        instants: Sequence[tuple[str, str]],
        dimensions: Dimensions,
    ) -> Iterator[Known]:
        for (first, last, cumulative), kpis in groups.items():
            # The newest period is in hand; years to date all begin on the same day.
            until = last.start if first == last else last.start - DAY
            wanted = Wanted(tuple(kpis), None, last.type, first.start, until, dimensions, cumulative)
            yield from tx.observations.in_force(self.scope, wanted, as_of=self.view.as_of)
        if instants:
            yesterday = self._today - DAY
            yield from tx.observations.last_of_day(
                self.scope, instants, yesterday, dimensions=dimensions, as_of=self.view.at
            )

    def _two_before(self, kpi: str, last: Period) -> Period:
        reporting = self.world.profile.reporting_of(self.world.catalogue.kpis[kpi])
        own = period_of(last.type, last.end, reporting)
        first = previous(previous(own, reporting), reporting)
        return first if first.start < last.start else last

    def _beats(self, tx: Tx) -> dict[str, Beats]:
        """The last sign of life by system. Only the last one is kept, so of the past none is told."""
        if self.view.past:
            return {}
        found: dict[str, datetime] = {}
        for beat in tx.receipts.beats(self.view.scope):
            found[beat.system] = max(beat.at, found.get(beat.system, beat.at))
        return {system: Beats(True, at) for system, at in found.items()}


def _one_series(kpi: Kpi, some: Iterable[Known]) -> dict[str, Known]:
    """Of the KPI's own period, else the finest that came; to date where that is its usual way, else not."""
    chosen = list(some)
    if not chosen:
        return {}
    finest = min((one.observation.key.period.type for one in chosen), key=lambda kind: _distance(kpi, kind))
    chosen = [one for one in chosen if one.observation.key.period.type is finest]
    usual = Cumulative.YTD if kpi.ytd else Cumulative.NONE
    same = [one for one in chosen if one.observation.key.cumulative is usual]
    return {one.observation.key.unit: one for one in same or chosen}


def _ends_before(known: Known, period: Period) -> bool:
    return known.observation.key.period.end < period.end


def _distance(kpi: Kpi, kind: PeriodType) -> tuple[bool, int]:
    return kind is not kpi.period, FINER.index(kind)


def _within(headline: Headline, where: Dimensions) -> Headline:
    """A headline of a service that is a part of its subsystem."""
    if not where:
        return headline
    return replace(headline, dimensions=tuple(sorted({*headline.dimensions, *where})))
