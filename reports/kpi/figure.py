"""What a KPI is worth at a level: of one unit its own value, of the province a whole of current ones or the owner's
(ioc-hub.md 6, 9). Late units are left out and named, never filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from reports.kpi.definitions import Kpi, RollUp, Sensitivity
from reports.kpi.freshness import Signs, Standing, State, Terms, due_of, grace_until, standing
from reports.kpi.rollup import ENOUGH, NOTHING, Amount, Coverage, amount_of, coverage_of, over_units
from soc.observation import Cumulative, Known, Observation, Status
from soc.period import Period, PeriodType, period_of, previous

DAY = timedelta(days=1)
LEAST_UNITS = 5
"""A whole of restricted figures rests on at least so many units (ioc-hub.md 16)."""


class Lack(StrEnum):
    """Why a figure has no value."""

    NEVER = "never"
    MISSING = "missing"
    NO_CASES = "no_cases"
    NO_TOTAL = "no_total"
    ALL_LATE = "all_late"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Beats:
    """Whether a sender owes heartbeats, and its last one."""

    owed: bool = False
    at: datetime | None = None


NO_BEATS = Beats()
SETTLED = Standing(State.LIVE, current=True)


@dataclass(frozen=True, slots=True)
class Book:
    """The figures in force of one KPI, one type and one way to count, by period and unit; the newest periods only.
    `beats`: by sender. `hidden`: units whose own value these eyes may not see. `settled`: it was opened at a period of
    its own, and what was given then is not late because others followed."""

    kpi: Kpi
    terms: Terms
    by_period: Mapping[Period, Mapping[str, Known]]
    newest: Mapping[str, Known]
    beats: Mapping[str, Beats] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    settled: bool = False

    @property
    def of_instants(self) -> bool:
        return any(one.observation.key.period.type is PeriodType.REALTIME for one in self.newest.values())

    def overdue(self, period: Period, now: datetime) -> bool:
        """Whether the figure of that very period is past its grace."""
        return now > grace_until(due_of(period, self.terms), self.terms)

    def standing(self, unit: str, now: datetime) -> Standing:
        """Of the unit's own figure."""
        known = self.newest.get(unit)
        if known is None:
            return standing(Signs(None, withheld=unit in self.hidden), self.terms, now)
        if self.settled and unit not in self.hidden:
            return SETTLED
        beat = self.beats.get(known.sender, NO_BEATS)
        signs = Signs(known.observation.key.period, read_at(known), beat.owed, beat.at, unit in self.hidden)
        return standing(signs, self.terms, now)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value at a level. `unit`: whose. `basis`: the revisions it rests on. `base`: one period earlier, to be
    compared with `compared`, which leaves out the units that had none then."""

    kpi: Kpi
    unit: str
    period: Period | None
    amount: Amount
    standing: Standing
    lack: Lack | None = None
    cumulative: Cumulative = Cumulative.NONE
    coverage: Coverage | None = None
    base: Amount = NOTHING
    compared: Amount = NOTHING
    basis: tuple[Known, ...] = ()
    pilots: tuple[str, ...] = ()

    @property
    def coloured(self) -> bool:
        """Whether it may carry a class."""
        whole = self.coverage is None or self.coverage.carries_colour()
        return self.lack is None and self.standing.current and whole


@dataclass(frozen=True, slots=True)
class Expected:
    """Of whom a whole is made. `units`: who owes the figure. `pilots`: shown apart, never part of the whole."""

    units: frozenset[str]
    pilots: frozenset[str] = frozenset()
    enough: Decimal = ENOUGH


def unit_figure(book: Book, unit: str, now: datetime) -> Figure:
    """The unit's own newest figure, or the owner's of the province."""
    stands = book.standing(unit, now)
    known = book.newest.get(unit)
    if stands.state is State.WITHHELD or known is None:
        lack = Lack.WITHHELD if stands.state is State.WITHHELD else Lack.NEVER
        return Figure(book.kpi, unit, None, NOTHING, stands, lack)
    one = known.observation
    before = _before(book, unit, one.key.period)
    return Figure(
        book.kpi,
        unit,
        one.key.period,
        amount_of(one),
        stands,
        _lack(amount_of(one), one.status),
        one.key.cumulative,
        base=NOTHING if before is None else amount_of(before.observation),
        compared=amount_of(one),
        basis=(known,),
    )


def whole_figure(book: Book, province: str, expected: Expected, now: datetime) -> Figure:
    """The owner's value where there is one, else the whole of what the units gave."""
    if province in book.newest:
        return unit_figure(book, province, now)
    units = (expected.units | book.newest.keys()) - expected.pilots - {province}
    given = {unit: known for unit, known in book.newest.items() if unit in units}
    if not given:
        coverage = coverage_of(expected.units - {province}, dict.fromkeys(units)) if len(units) > 1 else None
        return Figure(book.kpi, province, None, NOTHING, Standing(State.NEVER), Lack.NEVER, coverage=coverage)
    if book.kpi.over_units is RollUp.NONE:
        return _without_total(book, province, given, units, now)
    pilots = tuple(sorted(expected.pilots & book.newest.keys()))
    return _summed(book, province, units, pilots, now)


def read_at(known: Known) -> datetime:
    """When it was read at its source; never later than it came here, whatever the sender says."""
    told = (known.observation.note.get("provenance") or {}).get("extracted_at")
    at = known.observation.key.period.at
    try:
        found = datetime.fromisoformat(told) if isinstance(told, str) else (at or known.known_at)
    except ValueError:
        found = at or known.known_at
    return min(found, known.known_at) if found.tzinfo else known.known_at


def period_shown(book: Book, units: frozenset[str], now: datetime) -> Period | None:
    """The newest period that most units have given, or that is past its grace; before that the one before it."""
    some = sorted(book.by_period, key=lambda period: period.over, reverse=True)
    given = [(period, sum(unit in units for unit in book.by_period[period])) for period in some]
    given = [(period, count) for period, count in given if count]
    for period, count in given:
        if count >= ENOUGH * len(units) or book.overdue(period, now):
            return period
    return given[-1][0] if given else None


def _summed(book: Book, province: str, units: frozenset[str], pilots: tuple[str, ...], now: datetime) -> Figure:
    if book.of_instants:
        period, counted = _current(book, units, now)
    else:
        period = period_shown(book, units, now)
        counted = (
            {unit: known for unit, known in book.by_period.get(period, {}).items() if unit in units} if period else {}
        )
    given = {unit: known for unit, known in counted.items() if amount_of(known.observation).known}
    amount = over_units(book.kpi, (amount_of(known.observation) for known in given.values()))
    lack = Lack.ALL_LATE if not given else _lack(amount, Status.OFFICIAL)
    if book.kpi.sensitivity is Sensitivity.RESTRICTED and len(given) < LEAST_UNITS:
        amount, lack = NOTHING, Lack.WITHHELD
    base, compared = (NOTHING, NOTHING) if lack or period is None else _before_whole(book, period, given)
    basis = tuple(given[unit] for unit in sorted(given))
    late = {unit: _late_by(book, unit, period, now) for unit in units - given.keys()}
    return Figure(
        book.kpi,
        province,
        period,
        amount,
        _whole_standing(book, period, given, units, now),
        lack,
        basis[0].observation.key.cumulative if basis else Cumulative.NONE,
        coverage_of(units, late),
        base,
        compared,
        basis,
        pilots,
    )


def _current(book: Book, units: frozenset[str], now: datetime) -> tuple[Period | None, dict[str, Known]]:
    """Of instants: what is current, whatever its instant, under the newest of them."""
    fresh = {u: known for u, known in book.newest.items() if u in units and book.standing(u, now).current}
    shown = fresh or {u: known for u, known in book.newest.items() if u in units}
    period = max((known.observation.key.period for known in shown.values()), key=lambda one: one.over, default=None)
    return period, fresh


def _without_total(
    book: Book, province: str, given: Mapping[str, Known], units: frozenset[str], now: datetime
) -> Figure:
    """The catalogue allows no whole, and its owner gave none: the parts alone."""
    late = {unit: _late_by(book, unit, None, now) for unit in units if not book.standing(unit, now).current}
    period = max((known.observation.key.period for known in given.values()), key=lambda one: one.over)
    best = min((book.standing(unit, now) for unit in given), key=lambda one: one.late_by(now))
    coverage = coverage_of(units, late)
    basis = tuple(given[unit] for unit in sorted(given))
    return Figure(book.kpi, province, period, NOTHING, best, Lack.NO_TOTAL, coverage=coverage, basis=basis)


def _whole_standing(
    book: Book, period: Period | None, given: Mapping[str, Known], units: frozenset[str], now: datetime
) -> Standing:
    """Of the whole: of instants the worst of what is counted; of periods that of the period shown."""
    if book.of_instants or period is None:
        some = [book.standing(unit, now) for unit in (given or units & book.newest.keys())]
        return max(some, key=lambda one: (not one.current, one.late_by(now)), default=Standing(State.NEVER))
    if book.settled:
        return SETTLED
    plain = standing(Signs(period), book.terms, now)
    lost = [one for unit in given if (one := book.standing(unit, now)).state is State.LOST]
    if not lost or len(lost) < len(given):
        return plain
    return replace(plain, state=State.LOST, lost_since=lost[0].lost_since)


def _before_whole(book: Book, period: Period, given: Mapping[str, Known]) -> tuple[Amount, Amount]:
    """One period earlier and now, over the same units: a unit that joins is no increase."""
    before = {unit: one for unit in given if (one := _before(book, unit, period)) is not None}
    if len(before) < ENOUGH * len(given):
        return NOTHING, NOTHING
    base = over_units(book.kpi, (amount_of(one.observation) for one in before.values()))
    return base, over_units(book.kpi, (amount_of(given[unit].observation) for unit in before))


def _before(book: Book, unit: str, period: Period) -> Known | None:
    """The unit's figure of the period before that one; of an instant, the last one of the day before."""
    wanted = period.start - DAY
    if period.type is not PeriodType.REALTIME:
        wanted = period_of(period.type, period.end, book.terms.reporting).start - DAY
    older = [one for one in book.by_period if one.end == wanted and unit in book.by_period[one]]
    if period.type is PeriodType.NINE_MONTHS:
        older = [one for one in book.by_period if one == previous(period, book.terms.reporting)]
    found = max(older, key=lambda one: one.over, default=None)
    return book.by_period[found].get(unit) if found else None


def _late_by(book: Book, unit: str, period: Period | None, now: datetime) -> timedelta | None:
    """How long it owes the figure of that period; None: it never gave any."""
    if unit not in book.newest:
        return None
    if period is None or book.of_instants:
        return book.standing(unit, now).late_by(now)
    return max(now - due_of(period, book.terms), timedelta(0))


def _lack(amount: Amount, status: Status) -> Lack | None:
    if status is Status.MISSING or not amount.known:
        return Lack.MISSING
    return Lack.NO_CASES if amount.value is None else None


def is_hidden(kpi: Kpi, one: Observation | None, unit: str, province: str) -> bool:
    """Whether the unit's value is restricted; the value of the province never is (ioc-hub.md 4.2)."""
    if unit == province:
        return False
    strict = Sensitivity.RESTRICTED
    return kpi.sensitivity is strict or (one is not None and one.sensitivity == strict)
