"""Reads what the signals of warnings are made from: figures, their standing, findings, posture, incidents
(ioc-hub.md 12). The signals themselves are decided in reports/kpi/warnings.py.

A figure that only its unit may see raises no warning with its value in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reports.kpi.board import Reader, View, rows_of
from reports.kpi.definitions import Kpi
from reports.kpi.figure import Book, whole_figure
from reports.kpi.forecast import SEASONS, Point, clip_of, forecast, tag_of
from reports.kpi.freshness import Standing, State
from reports.kpi.readying import readiness_board
from reports.kpi.warnings import (
    Seen,
    Signal,
    of_band,
    of_freshness,
    of_incident,
    of_mismatch,
    of_posture,
    of_sudden_stop,
    of_threshold,
)
from reports.kpi.wholes import MISMATCH
from reports.kpi.world import World
from reports.posture.method import method
from reports.wording import Text
from soc.access import ROOT, SYSTEM
from soc.calendar import ZONE
from soc.incident import UNDER_WAY, Severity
from soc.observation import Cumulative, Known, Status
from soc.period import Period, PeriodType, previous
from soc.state.findings import WantedFindings
from soc.state.observation_rows import TOTAL
from soc.state.series import Stretch
from soc.state.store import Tx
from soc.warning import WarningCause

DAY = timedelta(days=1)
SEASONS_READ = 4
"""So many seasons before a figure make its forecast: two are the least, sixty origins the most that is looked at."""


@dataclass(slots=True)
class Watcher:
    """One look at everything. `bands`: what was found of each newest figure, by its position: it costs a forecast."""

    world: World
    bands: dict[int, Signal | None] = field(default_factory=dict)

    def signals(self, tx: Tx, now: datetime) -> tuple[Signal, ...]:
        reader = Reader(self.world, View(SYSTEM, now))
        books = reader.books(tx, self.world.catalogue.kpis)
        found = [*self._late(reader, books, now)]
        before, self.bands = self.bands, {}
        for name in dict.fromkeys(row.headline.kpi for row in rows_of(self.world)):
            found += self._of_values(reader, books[name], now)
            found += self._of_bands(tx, books[name], now, before)
        found += [*self._mismatches(tx), *_posture(tx, self.world, now), *_incidents(tx), *self._stops(tx, now)]
        return tuple(found)

    def _late(self, reader: Reader, books: Mapping[str, Book], now: datetime) -> Iterator[Signal]:
        """One a unit and subsystem; a dead link that several units share is the matter of whoever has the function."""
        day = now.astimezone(ZONE).date()
        for name in self.world.profile.subsystems:
            subsystem = self.world.catalogue.subsystems[name]
            units: dict[str, dict[str, Standing]] = {}
            lost: dict[str, set[str]] = {}
            for kpi in subsystem.kpis:
                for unit in reader.expected(kpi, day).units:
                    stands = units.setdefault(unit, {})[kpi.id] = books[kpi.id].standing(unit, now)
                    if stands.state is State.LOST:
                        lost.setdefault(books[kpi.id].newest[unit].sender, set()).add(unit)
            shared = frozenset().union(*(some for some in lost.values() if len(some) > 1))
            for unit, standings in sorted(units.items()):
                for signal in of_freshness(name, subsystem.title, unit, standings, now):
                    if signal.cause is not WarningCause.LOST or unit not in shared:
                        yield signal
            if shared:
                broken = {kpi: one for unit in shared for kpi, one in units[unit].items() if one.state is State.LOST}
                holder = self.world.organisation.holder(subsystem.function, day) or self.world.organisation.province
                yield from of_freshness(name, subsystem.title, holder, broken, now)

    def _of_values(self, reader: Reader, book: Book, now: datetime) -> Iterator[Signal]:
        """Limits crossed, by units and by the province; late figures cross nothing."""
        kpi = book.kpi
        limits = self.world.profile.limits_of(kpi)
        for unit, known in sorted(book.newest.items()):
            if unit not in book.hidden and book.standing(unit, now).current:
                signal = of_threshold(kpi, unit, limits, _recent(book, unit, known))
                if signal is not None and (kpi.least_cases or 0) <= (known.observation.denominator or 0):
                    yield signal
        whole = self._whole(reader, book, now)
        if whole is not None and (signal := of_threshold(kpi, reader.province, limits, whole)):
            yield signal

    def _whole(self, reader: Reader, book: Book, now: datetime) -> tuple[Seen, ...] | None:
        """The province's value and the one before it, where it is summed here."""
        if reader.province in book.newest:
            return None
        figure = whole_figure(book, reader.province, reader.expected(book.kpi, now.astimezone(ZONE).date()), now)
        if not figure.coloured or figure.amount.value is None:
            return None
        ids = f"{book.kpi.id}:{reader.province}:{figure.period.key if figure.period else ''}"
        values = [one.value for one in (figure.base, figure.amount)]
        return tuple(Seen(ids, book.kpi.rounded(value)) for value in values if value is not None)

    def _of_bands(self, tx: Tx, book: Book, now: datetime, before: Mapping[int, Signal | None]) -> Iterator[Signal]:
        """What a newest figure was found to be stays so: `before` holds what was found the last time."""
        kpi = book.kpi
        for unit, known in sorted(book.newest.items()):
            period, way = known.observation.key.period, known.observation.key.cumulative
            if unit in book.hidden or period.type not in SEASONS or way is not Cumulative.NONE:
                continue
            signal = before[known.seq] if known.seq in before else self._band(tx, kpi, unit, known)
            self.bands[known.seq] = signal
            if signal is not None and book.standing(unit, now).current:
                yield signal

    def _band(self, tx: Tx, kpi: Kpi, unit: str, known: Known) -> Signal | None:
        slots = self._slots(kpi, known.observation.key.period)
        kind = slots[0].type
        stretch = Stretch(kpi.id, kind, (unit,), slots[0].start, slots[-1].start, (TOTAL,))
        given = {
            point.period: point for point in tx.series.points(SYSTEM, stretch) if point.cumulative is Cumulative.NONE
        }
        series = [
            Point(
                slot,
                given[slot].value if slot in given else None,
                self._tag(slot),
                slot in given and given[slot].status is Status.BREAK,
            )
            for slot in slots
        ]
        while series and series[0].value is None:
            series.pop(0)  # before the first figure nothing was missing
        ahead = Point(known.observation.key.period, None, self._tag(known.observation.key.period))
        found = forecast(series, [ahead], clip_of(kpi))
        value = known.observation.value
        seen = Seen(known.observation.id, None if value is None else kpi.rounded(value))
        return None if found is None else of_band(kpi, unit, seen, found.guesses[0])

    def _slots(self, kpi: Kpi, newest: Period) -> list[Period]:
        """The periods before the newest, oldest first, without a hole."""
        reporting, found, one = self.world.reporting_of(kpi), [], newest
        for _ in range(SEASONS_READ * SEASONS[newest.type] + 3):
            one = previous(one, reporting)
            found.append(one)
        return found[::-1]

    def _tag(self, period: Period) -> str:
        return tag_of(period.start, self.world.calendar) if period.type is PeriodType.DAY else ""

    def _mismatches(self, tx: Tx) -> Iterator[Signal]:
        for one in tx.findings.page(SYSTEM, WantedFindings(checks=(MISMATCH,))):
            kpi = self.world.catalogue.kpis.get(one.kpi)
            if kpi is not None:
                yield of_mismatch(kpi, one.unit, one.figures, Text(one.told["vi"], one.told["en"]))

    def _stops(self, tx: Tx, now: datetime) -> Iterator[Signal]:
        """A sector that ran a day ago and has stopped."""
        before = {row.subsystem.id: row for row in readiness_board(tx, self.world, View(SYSTEM, now - DAY))}
        for row in readiness_board(tx, self.world, View(SYSTEM, now)):
            unit = row.responsible or self.world.organisation.province
            was = before[row.subsystem.id].readiness.today
            signal = of_sudden_stop(row.subsystem.id, row.subsystem.title, unit, was, row.readiness.today)
            if signal is not None:
                yield signal


def _recent(book: Book, unit: str, newest: Known) -> tuple[Seen, ...]:
    """The unit's figure and the one before it, oldest first."""
    kind = newest.observation.key.period.type
    some = sorted(
        (period for period, units in book.by_period.items() if unit in units and period.type is kind),
        key=lambda period: period.over,
    )
    found = []
    for period in some[-2:]:
        one = book.by_period[period][unit].observation
        found.append(Seen(one.id, None if one.value is None else book.kpi.rounded(one.value)))
    return tuple(found)


def _incidents(tx: Tx) -> Iterator[Signal]:
    for one in tx.incidents.all(SYSTEM, states=sorted(UNDER_WAY)):
        if one.severity is Severity.SERIOUS:
            yield of_incident(f"SC-{one.number:06d}", one.unit)


def _posture(tx: Tx, world: World, now: datetime) -> Iterator[Signal]:
    """The class of now against that of the last closed day before today; without a number there is no class."""
    how = method()
    names = tuple(one.text for one in how.letters)
    place = {one.letter: number for number, one in enumerate(how.letters)}
    today = now.astimezone(ZONE).date()
    before = {row.unit: row for row in tx.posture.closed(SYSTEM, today - 7 * DAY, today - DAY)}
    for row in tx.posture.now(SYSTEM):
        was = before.get(row.unit)
        if was is None or was.shown is None or row.shown is None:
            continue
        unit = world.organisation.province if row.unit == ROOT else row.unit
        figure = f"sec_posture_score:{row.unit}:{row.at.isoformat()}"
        signal = of_posture(unit, place[was.letter], place[row.letter], names, figure)
        if signal is not None:
            yield signal
