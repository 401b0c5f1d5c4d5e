"""Wholes follow the catalogue's rule, and a wrong one cannot be written."""

from __future__ import annotations

import os
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.kpi.definitions import UNKNOWN, Kpi, RollUp
from reports.kpi.rollup import (
    NOTHING,
    Amount,
    AsNow,
    Coverage,
    LateUnit,
    NoTotal,
    Span,
    as_now,
    closed,
    coverage_of,
    lateness,
    over_time,
    over_units,
    value_of,
)
from reports.wording import Text
from soc.observation import Cumulative
from soc.period import PeriodType, Reporting, following, year_to_date
from soc.unit import Unit
from tests.unit.reports.kpi.figures import D, a_kpi, a_share, an_organisation, month

EXAMPLES = 20_000 if os.environ.get("SOC_PROOF") else 300
checked = settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
COUNT, SHARE = a_kpi(), a_share()
NONE = a_kpi("feedback_median_hours", over_units=RollUp.NONE, over_time=RollUp.NONE)

numbers = st.decimals(0, 10**12, places=2, allow_nan=False)
counts = st.integers(0, 10**6)


@st.composite
def ratios(draw: st.DrawFn) -> Amount:
    under = draw(counts)
    over = draw(st.integers(0, under))
    return Amount(value_of(SHARE, D(over), D(under)), D(over), D(under))


amounts = {COUNT.id: st.builds(Amount, numbers) | st.just(NOTHING), SHARE.id: ratios() | st.just(NOTHING)}
additive = st.sampled_from([COUNT, SHARE])


@given(st.data(), additive)
@checked
def test_a_whole_is_the_sum_or_the_ratio_of_sums_in_any_order(data: st.DataObject, kpi: Kpi) -> None:
    parts = data.draw(st.lists(amounts[kpi.id], max_size=12))
    whole = over_units(kpi, parts)
    assert over_units(kpi, data.draw(st.permutations(parts))) == whole
    known = [one for one in parts if one.known]
    assert whole.known == bool(known)
    if kpi is COUNT:
        assert (whole.value or 0) == sum(Fraction(one.value or 0) for one in known)
        return
    over = sum((Fraction(one.numerator or 0) for one in known), Fraction(0))
    under = sum((Fraction(one.denominator or 0) for one in known), Fraction(0))
    if known:
        assert (Fraction(whole.numerator or 0), Fraction(whole.denominator or 0)) == (over, under)
        assert (whole.value is None) == (under == 0)
    values = [one.value for one in known if one.value is not None]
    if whole.value is not None:
        assert abs(Fraction(whole.value) - 100 * over / under) < Fraction(1, 10**30)
        assert min(values) <= whole.value <= max(values)


@given(st.lists(st.builds(Amount, numbers) | ratios(), max_size=6), st.sampled_from(["units", "time"]))
@checked
def test_none_never_makes_a_whole(parts: list[Amount], over: str) -> None:
    spans = [Span(month(2026, 1), one) for one in parts]
    with pytest.raises(NoTotal):
        over_units(NONE, parts) if over == "units" else over_time(NONE, spans)


@given(st.data(), additive, st.integers(1, 12))
@checked
def test_a_cumulative_series_takes_its_last(data: st.DataObject, kpi: Kpi, length: int) -> None:
    spans = []
    period = month(2026, 1)
    for _ in range(length):
        to_date = year_to_date(period, Reporting.CALENDAR)
        spans.append(Span(to_date, data.draw(amounts[kpi.id]), Cumulative.YTD))
        period = following(period, Reporting.CALENDAR)
    known = [one for one in spans if one.amount.known]
    whole = over_time(kpi, data.draw(st.permutations(spans)))
    assert whole == (known[-1].amount if known else NOTHING)


@given(st.data(), additive, st.integers(1, 12))
@checked
def test_periods_make_a_whole_by_the_same_rule(data: st.DataObject, kpi: Kpi, length: int) -> None:
    spans = [Span(month(2026, number + 1), data.draw(amounts[kpi.id])) for number in range(length)]
    assert over_time(kpi, spans) == over_units(kpi, (one.amount for one in spans))
    last = a_kpi(over_time=RollUp.LAST, over_units=kpi.over_units)
    known = [one.amount for one in spans if one.amount.known]
    assert over_time(last, spans) == (known[-1] if known else NOTHING)


@given(st.data(), additive)
@checked
def test_the_row_of_what_is_not_known_closes_every_sum(data: st.DataObject, kpi: Kpi) -> None:
    parts = data.draw(st.dictionaries(st.sampled_from(["a", "b", "c", UNKNOWN]), amounts[kpi.id]))
    rest = data.draw(amounts[kpi.id])
    whole = over_units(kpi, [*(one for name, one in parts.items() if name != UNKNOWN), rest])
    found = closed(kpi, whole, parts)
    assert not found.over
    assert UNKNOWN in found.parts
    again = over_units(kpi, found.parts.values())
    if kpi is COUNT:
        assert (again.value or 0) == (whole.value or 0)
    else:
        assert (again.numerator or 0, again.denominator or 0) == (whole.numerator or 0, whole.denominator or 0)


def test_parts_beyond_the_whole_are_told_not_hidden() -> None:
    assert closed(COUNT, Amount(D(3)), {"a": Amount(D(4))}).over
    assert closed(SHARE, Amount(D(50), D(1), D(2)), {"a": Amount(D(50), D(2), D(4))}).over


def test_a_mean_is_over_equal_slots_of_time_only() -> None:
    mean = a_kpi("events_ingested", over_units=RollUp.SUM, over_time=RollUp.MEAN)
    spans = [Span(month(2026, 1), Amount(D(10))), Span(month(2026, 2), Amount(D(20)))]
    assert over_time(mean, spans) == Amount(D(15))
    year = month(2027, 3)
    quarter = type(year)(PeriodType.QUARTER, date(2027, 4, 1), date(2027, 6, 30))
    with pytest.raises(ValueError, match="equal slots"):
        over_time(mean, [*spans, Span(quarter, Amount(D(1)))])
    with pytest.raises(NoTotal):
        over_units(a_kpi(over_units=RollUp.MEAN), [Amount(D(1))])


def test_what_would_count_twice_is_refused() -> None:
    twice = [Span(month(2026, 1), Amount(D(1))), Span(month(2026, 1), Amount(D(2)))]
    with pytest.raises(ValueError, match="twice"):
        over_time(COUNT, twice)
    mixed = [twice[0], Span(month(2026, 2), Amount(D(2)), Cumulative.YTD)]
    with pytest.raises(ValueError, match="to date"):
        over_time(COUNT, mixed)
    with pytest.raises(ValueError, match="never rolled up"):
        over_units(SHARE, [Amount(D(97))])


def test_nothing_over_nothing_adds_nothing() -> None:
    none_came = Amount(None, D(0), D(0))
    assert over_units(SHARE, [none_came, Amount(D(50), D(1), D(2))]) == Amount(D(50), D(1), D(2))
    assert over_units(SHARE, [none_came]) == none_came
    assert none_came.known


def test_coverage_names_the_slowest() -> None:
    late = {"so-y-te": timedelta(days=2, hours=3), "so-tc": timedelta(hours=5), "other": None}
    found = coverage_of([*(f"u{number}" for number in range(36)), "so-y-te", "so-tc"], late)
    assert found == Coverage(36, 38, (LateUnit("so-y-te", late["so-y-te"]), LateUnit("so-tc", late["so-tc"])))
    assert found.words({"so-y-te": "Sở Y tế"}).vi == "36/38 đơn vị; chậm nhất: Sở Y tế, 2 ngày"
    assert found.carries_colour()
    assert not Coverage(34, 38).carries_colour()
    assert Coverage(9, 10).carries_colour()
    assert coverage_of(["a"], {"a": None}).words({}).en == "0/1 units; slowest: a, no figure yet"


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (timedelta(0), Text("0 phút", "0 minutes")),
        (timedelta(minutes=61), Text("1 giờ", "1 hour")),
        (timedelta(days=2), Text("2 ngày", "2 days")),
    ],
)
def test_lateness_is_told_in_the_largest_unit_that_fits(by: timedelta, words: Text) -> None:
    assert lateness(by) == words


def test_a_reorganisation_is_seen_as_then_and_as_now() -> None:
    end = date(2025, 6, 30)
    organisation = an_organisation(
        Unit("old-a", "A", valid_to=end, successor="new"),
        Unit("old-b", "B", valid_to=end, successor="new"),
        Unit("split", "C", valid_to=end),
        *(Unit(name, name, valid_from=date(2025, 7, 1)) for name in ("new", "part-1", "part-2")),
        heirs={"split": ("part-1", "part-2")},
    )
    then = {"old-a": Amount(D(1)), "old-b": Amount(D(2)), "split": Amount(D(5))}
    today = date(2026, 11, 24)
    assert as_now(COUNT, then, organisation, today) == AsNow({"new": Amount(D(3))}, ("split",))
    assert as_now(COUNT, then, organisation, end) == AsNow(then)
    assert as_now(NONE, then, organisation, today) == AsNow({}, ("old-a", "old-b", "split"))
    assert as_now(NONE, {"old-a": Amount(D(1))}, organisation, today) == AsNow({"new": Amount(D(1))})


def test_the_value_of_a_ratio_takes_its_factor() -> None:
    assert value_of(a_share(factor=D(10000)), D(3), D(1000)) == Decimal(30)
    assert value_of(SHARE, D(1), D(0)) is None
