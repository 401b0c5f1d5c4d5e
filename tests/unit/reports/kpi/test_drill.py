"""For any KPI, period and level the parts give the total, or it is said why not."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.kpi.definitions import UNKNOWN, FreshnessRule, Kpi, RollUp, Sensitivity
from reports.kpi.drill import Parts, Why, parts_of_time, parts_of_units, parts_of_values
from reports.kpi.figure import Book, Expected, Figure, unit_figure, whole_figure
from reports.kpi.freshness import Terms
from reports.kpi.rollup import NOTHING, Amount, Span, over_time, over_units, value_of
from soc.calendar import ZONE, vietnam
from soc.observation import Cumulative, Known, NaturalKey, Observation, Status
from soc.period import Period, PeriodType, Reporting, period_of, previous, realtime
from tests.unit.reports.kpi.figures import D, a_kpi, a_share, month

EXAMPLES = 5_000 if os.environ.get("SOC_PROOF") else 300
NOW = datetime(2026, 11, 19, 10, tzinfo=ZONE)
UNITS = tuple(f"u{number}" for number in range(7))
KPIS = (
    a_kpi("count"),
    a_share("share"),
    a_kpi("none", over_units=RollUp.NONE, over_time=RollUp.NONE),
    a_kpi("stock", over_time=RollUp.LAST),
    a_kpi("mean", over_time=RollUp.MEAN),
    a_kpi("secret", sensitivity=Sensitivity.RESTRICTED),
)
TYPES = (PeriodType.REALTIME, PeriodType.DAY, PeriodType.MONTH, PeriodType.QUARTER)
RULES = {
    PeriodType.REALTIME: FreshnessRule(max_age=timedelta(hours=2), grace=timedelta(hours=1)),
    PeriodType.DAY: FreshnessRule(working_days=1, grace=timedelta(hours=2)),
    PeriodType.MONTH: FreshnessRule(working_days=3, grace_days=1),
    PeriodType.QUARTER: FreshnessRule(working_days=10, grace_days=1),
}


def an_amount(draw: st.DrawFn, kpi: Kpi) -> Amount:
    if not kpi.needs_parts:
        return Amount(draw(st.decimals(0, 10**6, places=1)))
    under = draw(st.integers(0, 500))
    over = draw(st.integers(0, under))
    return Amount(value_of(kpi, D(over), D(under)), D(over), D(under))


def a_known(draw: st.DrawFn, /, kpi: Kpi, unit: str, period: Period, **dims: str) -> Known:
    amount = an_amount(draw, kpi)
    missing = draw(st.integers(0, 9)) == 0
    key = NaturalKey(kpi.id, unit, period, tuple(sorted(dims.items())))
    one = Observation(
        f"{unit}:{period.key}:{key.dimensions}",
        key,
        None if missing else amount.value,
        Status.MISSING if missing else Status.OFFICIAL,
        0,
        None if missing else amount.numerator,
        None if missing else amount.denominator,
    )
    return Known(one, 1, NOW, "b", "s")


@st.composite
def books(draw: st.DrawFn) -> tuple[Book, Expected]:
    """Units with figures of this period, the one before, or none; perhaps the owner's; perhaps some hidden."""
    kpi, kind = draw(st.sampled_from(KPIS)), draw(st.sampled_from(TYPES))
    by_period: dict[Period, dict[str, Known]] = {}
    newest: dict[str, Known] = {}
    givers = draw(st.lists(st.sampled_from(UNITS), unique=True))
    for unit in [*givers, *(["province"] if draw(st.integers(0, 4)) == 0 else [])]:
        for period in _periods(draw, kind):
            known = a_known(draw, kpi, unit, period)
            by_period.setdefault(period, {})[unit] = known
            if unit not in newest or newest[unit].observation.key.period.over < period.over:
                newest[unit] = known
    secret = kpi.sensitivity is Sensitivity.RESTRICTED
    hidden = frozenset(UNITS) if secret else frozenset(draw(st.sets(st.just("u1"))))
    terms = Terms(RULES[kind], RULES[kind], Reporting.ADMIN, vietnam())
    owing = frozenset(draw(st.sets(st.sampled_from(UNITS))))
    pilots = frozenset(draw(st.sets(st.just("u2"))))
    return Book(kpi, terms, by_period, newest, hidden=hidden), Expected(owing, pilots)


def _periods(draw: st.DrawFn, kind: PeriodType) -> Sequence[Period]:
    if kind is PeriodType.REALTIME:
        return [realtime(NOW - timedelta(minutes=draw(st.integers(0, 300))))]
    last = period_of(kind, NOW.date() - (NOW.date() - date(2026, 11, 1)), Reporting.ADMIN)
    before = previous(last, Reporting.ADMIN)
    return draw(st.sampled_from([(last,), (before,), (before, last)]))


@given(books(), st.sampled_from(["province", *UNITS]), st.data())
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_parts_give_the_total_or_it_is_said_why_not(
    drawn: tuple[Book, Expected], level: str, data: st.DataObject
) -> None:
    book, expected = drawn
    figure = whole_figure(book, level, expected, NOW) if level == "province" else unit_figure(book, level, NOW)
    if level == "province":
        _judge(book.kpi, figure, parts_of_units(figure, book))
    by_value = _values(data, book.kpi, figure)
    _judge(book.kpi, figure, parts_of_values(figure, by_value, book))


def _values(data: st.DataObject, kpi: Kpi, figure: Figure) -> Mapping[str, Sequence[Known]]:
    found: dict[str, list[Known]] = {}
    for known in figure.basis:
        for value in data.draw(st.sets(st.sampled_from(["land", "water", UNKNOWN]))):
            key = known.observation.key
            found.setdefault(value, []).append(data.draw(st.composite(a_known)(kpi, key.unit, key.period, topic=value)))
    return found


def _judge(kpi: Kpi, figure: Figure, found: Parts) -> None:
    counted = [row.amount for row in found.rows if row.counted]
    assert len(found.words) == len(found.why)
    if not found.equal:
        assert set(found.why) & {Why.NO_TOTAL, Why.EXCEEDS, Why.NO_FIGURE, Why.WITHHELD}
        if Why.WITHHELD in found.why:
            assert not any(row.amount.known for row in found.rows)
        return
    assert found.total == figure.amount
    assert figure.amount.known
    assert kpi.over_units is not RollUp.NONE or len(found.rows) == 1
    made = over_units(kpi, counted) if kpi.over_units is not RollUp.NONE else counted[0]
    for name in ("numerator", "denominator") if kpi.needs_parts else ("value",):
        assert getattr(made, name) == getattr(figure.amount, name)


@given(st.sampled_from(KPIS), st.data(), st.integers(0, 12), st.booleans())
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_a_longer_period_is_made_of_its_periods_or_it_is_said_why_not(
    kpi: Kpi, data: st.DataObject, length: int, to_date: bool
) -> None:
    amounts = st.one_of(st.just(NOTHING), st.composite(an_amount)(kpi))
    way = Cumulative.YTD if to_date else Cumulative.NONE
    spans = [Span(month(2026, number + 1), data.draw(amounts), way) for number in range(length)]
    found = parts_of_time(kpi, spans)
    assert len(found.rows) == length
    if kpi.over_time is RollUp.NONE:
        assert found.why == (Why.NO_TOTAL,)
        return
    assert found.total == over_time(kpi, spans)
    if found.equal:
        counted = [row.amount for row in found.rows if row.counted]
        names = ("numerator", "denominator") if kpi.needs_parts else ("value",)
        for name in names:
            total = sum((getattr(amount, name) for amount in counted), Decimal(0))
            assert total == getattr(found.total, name)
    elif found.total.known:
        assert found.why in ((Why.LAST_COUNTS,), (Why.MEAN,))


def test_too_much_is_told() -> None:
    kpi = KPIS[0]
    period = period_of(PeriodType.MONTH, date(2026, 11, 1), Reporting.ADMIN)
    terms = Terms(RULES[PeriodType.MONTH], RULES[PeriodType.MONTH], Reporting.ADMIN, vietnam())
    whole = Known(Observation("w", NaturalKey("count", "u0", period), D(3), Status.OFFICIAL, 0), 1, NOW, "b", "s")
    key = replace(whole.observation.key, dimensions=(("topic", "land"),))
    part = replace(whole, observation=replace(whole.observation, key=key, value=D(5)))
    book = Book(kpi, terms, {period: {"u0": whole}}, {"u0": whole})
    found = parts_of_values(unit_figure(book, "u0", NOW), {"land": [part]}, book)
    assert (found.equal, found.why) == (False, (Why.EXCEEDS,))
    assert found.words[0].vi == "Tổng các phần lớn hơn số chung: không khớp"


def test_instants_far_apart_are_told() -> None:
    kpi = KPIS[0]
    some = {
        unit: Known(
            Observation(unit, NaturalKey("count", unit, realtime(at)), D(1), Status.OFFICIAL, 0), 1, at, "b", "s"
        )
        for unit, at in (("u0", NOW), ("u1", NOW - timedelta(hours=2)))
    }
    rule = RULES[PeriodType.REALTIME]
    by_period = {known.observation.key.period: {unit: known} for unit, known in some.items()}
    book = Book(kpi, Terms(rule, rule, Reporting.ADMIN, vietnam()), by_period, some)
    found = parts_of_units(whole_figure(book, "province", Expected(frozenset(some)), NOW), book)
    assert (found.equal, found.why, found.total) == (True, (Why.OTHER_TIMES,), Amount(D(2)))
