"""What a KPI is worth at a level: late units are left out and named, and nothing is made up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from reports.kpi.definitions import FreshnessRule, Kpi, RollUp, Sensitivity
from reports.kpi.figure import (
    Beats,
    Book,
    Expected,
    Figure,
    Lack,
    period_shown,
    read_at,
    unit_figure,
    whole_figure,
)
from reports.kpi.freshness import State, Terms
from reports.kpi.rollup import NOTHING, Amount, LateUnit
from soc.calendar import ZONE, vietnam
from soc.observation import Known, NaturalKey, Observation, Status
from soc.period import Period, PeriodType, Reporting, period_of, previous, realtime
from tests.unit.reports.kpi.figures import D, a_kpi, a_share

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NOVEMBER = period_of(PeriodType.MONTH, date(2026, 11, 1), Reporting.ADMIN)
OCTOBER = previous(NOVEMBER, Reporting.ADMIN)
DUE = datetime(2026, 11, 18, 17, tzinfo=ZONE)
"""Of November: it ends on Saturday the 14th."""

IN_TIME, AFTER = DUE - HOUR, datetime(2026, 11, 20, 8, tzinfo=ZONE)
MONTHLY = FreshnessRule(working_days=3, grace_days=1)
LIVE = FreshnessRule(max_age=15 * MINUTE, grace=15 * MINUTE)
UNITS = tuple(f"unit-{number:02d}" for number in range(10))


def known(kpi: Kpi, unit: str, period: Period, value: str | None = "1", **fields: Any) -> Known:
    amount: dict[str, Any] = {"value": None if value is None else D(value), "status": Status.OFFICIAL} | fields
    at = amount.pop("known_at", period.over + HOUR)
    one = Observation(f"{unit}:{period.key}", NaturalKey(kpi.id, unit, period), revision=0, **amount)
    return Known(one, 1, at, "b", "sender")


def book(kpi: Kpi, some: Iterable[Known], **fields: Any) -> Book:
    by_period: dict[Period, dict[str, Known]] = {}
    newest: dict[str, Known] = {}
    for one in sorted(some, key=lambda one: one.observation.key.period.over):
        by_period.setdefault(one.observation.key.period, {})[one.observation.key.unit] = one
        newest[one.observation.key.unit] = one
    kind = next(iter(by_period), NOVEMBER).type
    rule = LIVE if kind is PeriodType.REALTIME else MONTHLY
    return Book(kpi, Terms(rule, rule, Reporting.ADMIN, vietnam()), by_period, newest, **fields)


def whole(kpi: Kpi, some: Iterable[Known], now: datetime, units: Iterable[str] = UNITS, **fields: Any) -> Figure:
    return whole_figure(book(kpi, some, **fields), "province", Expected(frozenset(units)), now)


def months(kpi: Kpi, given: Mapping[str, int], value: str = "2") -> list[Known]:
    """October of all of them, November of the first ones."""
    return [known(kpi, unit, OCTOBER, value) for unit in UNITS] + [
        known(kpi, unit, NOVEMBER, str(number)) for unit, number in given.items()
    ]


COUNT = a_kpi()


def test_while_a_period_may_still_come_the_one_before_is_shown() -> None:
    found = whole(COUNT, months(COUNT, dict.fromkeys(UNITS[:3], 5)), IN_TIME)
    assert (found.period, found.amount) == (OCTOBER, Amount(D(20)))
    assert found.coverage is not None
    assert (found.coverage.fresh, found.coverage.expected, found.coloured) == (10, 10, True)
    assert found.standing.state is State.LIVE


def test_when_most_have_given_it_the_new_period_is_shown_and_the_rest_is_named() -> None:
    found = whole(COUNT, months(COUNT, dict.fromkeys(UNITS[:9], 5)), IN_TIME)
    assert (found.period, found.amount.value) == (NOVEMBER, D(45))
    assert found.coverage is not None
    assert found.coverage.late == (LateUnit("unit-09", timedelta(0)),)
    assert (found.base.value, found.compared.value) == (D(18), D(45)), "the unit that is missing is in neither"


def test_after_the_grace_the_late_are_left_out_and_the_colour_with_them() -> None:
    found = whole(COUNT, months(COUNT, dict.fromkeys(UNITS[:3], 5)), AFTER)
    assert (found.period, found.amount.value, found.coloured) == (NOVEMBER, D(15), False)
    assert found.coverage is not None
    assert (found.coverage.fresh, found.coverage.expected) == (3, 10)
    assert {one.by for one in found.coverage.late} == {AFTER - DUE}


def test_when_nobody_gave_the_new_period_the_old_one_is_late() -> None:
    found = whole(COUNT, months(COUNT, {}), AFTER)
    assert (found.period, found.standing.state, found.coloured) == (OCTOBER, State.LATE, False)
    assert found.amount.value == D(20)


def test_no_figure_is_never_zero() -> None:
    found = whole(COUNT, [], AFTER)
    assert (found.amount, found.lack, found.standing.state) == (NOTHING, Lack.NEVER, State.NEVER)
    assert period_shown(book(COUNT, []), frozenset(), AFTER) is None


def test_a_missing_figure_is_no_part_and_is_named() -> None:
    some = [known(COUNT, unit, NOVEMBER) for unit in UNITS[:9]]
    some.append(known(COUNT, UNITS[9], NOVEMBER, None, status=Status.MISSING, reason="mất điện"))
    found = whole(COUNT, some, IN_TIME)
    assert found.amount.value == D(9)
    assert found.coverage is not None
    assert [one.unit for one in found.coverage.late] == [UNITS[9]]
    own = unit_figure(book(COUNT, some), UNITS[9], IN_TIME)
    assert (own.lack, own.amount, own.coloured) == (Lack.MISSING, NOTHING, False)


def test_a_share_of_nothing_did_not_occur() -> None:
    share = a_share()
    none_came = [known(share, unit, NOVEMBER, None, numerator=D(0), denominator=D(0)) for unit in UNITS]
    assert whole(share, none_came, IN_TIME).lack is Lack.NO_CASES
    one = known(share, UNITS[0], NOVEMBER, "50", numerator=D(1), denominator=D(2))
    found = whole(share, [one, *none_came[1:]], IN_TIME)
    assert (found.amount.value, found.coverage and found.coverage.fresh) == (D(50), 10)


def test_what_makes_no_whole_is_the_owners_or_none() -> None:
    median = a_kpi("median", over_units=RollUp.NONE, over_time=RollUp.NONE)
    some = [known(median, unit, NOVEMBER) for unit in UNITS]
    assert whole(median, some, IN_TIME).lack is Lack.NO_TOTAL
    found = whole(median, [*some, known(median, "province", NOVEMBER, "7")], IN_TIME)
    assert (found.amount.value, found.lack, found.coverage) == (D(7), None, None)


def test_a_pilot_is_no_part_of_the_province() -> None:
    some = [known(COUNT, unit, NOVEMBER) for unit in UNITS]
    expected = Expected(frozenset(UNITS), pilots=frozenset({UNITS[0]}))
    found = whole_figure(book(COUNT, some), "province", expected, IN_TIME)
    assert (found.amount.value, found.pilots) == (D(9), (UNITS[0],))


def test_a_whole_of_few_restricted_figures_gives_none_of_them_away() -> None:
    kpi = a_kpi(sensitivity=Sensitivity.RESTRICTED)
    some = [known(kpi, unit, NOVEMBER) for unit in UNITS]
    hidden = frozenset(UNITS)
    assert whole(kpi, some[:4], IN_TIME, UNITS[:4], hidden=hidden).lack is Lack.WITHHELD
    assert whole(kpi, some[:4], IN_TIME, UNITS[:4], hidden=hidden).amount == NOTHING
    assert whole(kpi, some, IN_TIME, hidden=hidden).amount.value == D(10)
    own = unit_figure(book(kpi, some, hidden=hidden), UNITS[0], IN_TIME)
    assert (own.lack, own.amount, own.basis) == (Lack.WITHHELD, NOTHING, ())


def test_instants_count_while_they_are_current() -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=ZONE)
    some = [known(COUNT, unit, realtime(now - number * 4 * MINUTE), known_at=now) for number, unit in enumerate(UNITS)]
    found = whole(COUNT, some, now)
    assert found.amount.value == D(8)
    assert found.coverage is not None
    assert [one.unit for one in found.coverage.late] == ["unit-09", "unit-08"]
    assert found.standing.state is State.DUE_SOON
    later = whole(COUNT, some, now + HOUR)
    assert (later.lack, later.amount, later.coloured) == (Lack.ALL_LATE, NOTHING, False)


def test_a_dead_link_strikes_instants() -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=ZONE)
    beats = {"sender": Beats(True, now - HOUR)}
    own = unit_figure(book(COUNT, [known(COUNT, "a", realtime(now))], beats=beats), "a", now)
    assert (own.standing.state, own.coloured, own.amount.value) == (State.LOST, False, D(1))
    monthly = whole(COUNT, months(COUNT, dict.fromkeys(UNITS, 5)), IN_TIME, beats={"sender": Beats(True, None)})
    assert (monthly.standing.state, monthly.coloured) == (State.LOST, True)


def test_a_unit_is_compared_with_its_own_period_before() -> None:
    found = unit_figure(book(COUNT, months(COUNT, {UNITS[0]: 5})), UNITS[0], IN_TIME)
    assert (found.amount.value, found.base.value) == (D(5), D(2))
    first = unit_figure(book(COUNT, [known(COUNT, "a", NOVEMBER)]), "a", IN_TIME)
    assert first.base == NOTHING


def test_a_reading_is_never_younger_than_its_coming() -> None:
    one = known(COUNT, "a", NOVEMBER)
    told = replace(one.observation, note={"provenance": {"extracted_at": "2030-01-01T00:00:00+07:00"}})
    assert read_at(replace(one, observation=told)) == one.known_at
    broken = replace(one.observation, note={"provenance": {"extracted_at": "yesterday"}})
    assert read_at(replace(one, observation=broken)) == one.known_at
    assert isinstance(whole(COUNT, [one], IN_TIME).amount.value, Decimal)
