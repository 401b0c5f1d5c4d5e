"""Forecasts come in by the hub's own door: once, and again only when they say something else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from reports.kpi.board import View
from reports.kpi.definitions import Kpi, RollUp
from reports.kpi.forecast import Method
from reports.kpi.forecasting import SYSTEM_NAME, Forecaster, make
from reports.kpi.history import history
from soc.access import SYSTEM, Scope
from soc.observation import Cumulative, Known, NaturalKey, Observation, Status
from soc.period import Period, PeriodType, Reporting, period_of, previous, year_to_date
from soc.state.observation_rows import Wanted
from soc.state.store import State
from tests.unit.reports.kpi.worlds import FINANCE, HEALTH, NOW, PROVINCE, a_world, owed_by

WORLD = a_world(owes=(owed_by(""),))
MONTHLY = WORLD.catalogue.kpis["monthly_total"]
DAILY = WORLD.catalogue.kpis["doc_total"]
SHARE = WORLD.catalogue.kpis["on_time_rate"]


def slots(kind: PeriodType, count: int) -> list[Period]:
    """The last ones that are over, oldest first."""
    found = [previous(period_of(kind, NOW.date(), Reporting.ADMIN), Reporting.ADMIN)]
    while len(found) < count:
        found.append(previous(found[-1], Reporting.ADMIN))
    return found[::-1]


def give(
    state: State,
    kpi: Kpi,
    periods: list[Period],
    value: Callable[[int], int],
    *,
    units: tuple[str, ...] = (FINANCE, HEALTH),
    cumulative: Cumulative = Cumulative.NONE,
    revision: int = 0,
) -> None:
    some = []
    for unit in units:
        for number, period in enumerate(periods):
            key = NaturalKey(kpi.id, unit, period, cumulative=cumulative)
            parts = (Decimal(value(number)), Decimal(100)) if kpi.needs_parts else (None, None)
            one = Observation(f"{key}:{revision}", key, Decimal(value(number)), Status.OFFICIAL, revision, *parts)
            some.append(one)
    with state.write() as tx:
        tx.observations.add(some, batch="b", sender="vanban", at=NOW - timedelta(hours=1))


def told(state: State, kpi: Kpi) -> list[Known]:
    with state.read() as tx:
        return list(tx.observations.in_force(SYSTEM, Wanted((kpi.id,), forecast=True)))


def test_a_season_is_forecast_and_stored_with_how_good_it_was(state: State) -> None:
    give(state, MONTHLY, slots(PeriodType.MONTH, 27), lambda number: 10 + number % 12)
    assert make(state, WORLD, MONTHLY, NOW) == 6
    found = told(state, MONTHLY)
    assert [one.observation.value for one in found] == [2 * Decimal(10 + number % 12) for number in range(27, 33)]
    one = found[0]
    assert (one.observation.status, one.observation.key.unit, one.sender) == (Status.FORECAST, PROVINCE, SYSTEM_NAME)
    note = one.observation.note["forecast"]
    assert (note["method"], note["low"], note["high"], note["held"]) == (Method.SEASONAL_NAIVE, "26", "26", note["of"])


def test_the_same_forecast_is_not_handed_over_again(state: State) -> None:
    months = slots(PeriodType.MONTH, 27)
    give(state, MONTHLY, months, lambda number: 10 + number % 12)
    assert [make(state, WORLD, MONTHLY, NOW) for _ in range(2)] == [6, 0]
    give(state, MONTHLY, months[-1:], lambda _: 90, revision=1)
    assert make(state, WORLD, MONTHLY, NOW) == 6
    assert {one.observation.revision for one in told(state, MONTHLY)} == {1}
    with state.read() as tx:
        first = tx.observations.revisions(told(state, MONTHLY)[0].observation.key, SYSTEM)
    assert [one.observation.revision for one in first] == [0, 1], "nothing is overwritten"


@pytest.mark.parametrize("count", [0, 1, 26])
def test_two_seasons_and_three_slots_are_needed(state: State, count: int) -> None:
    give(state, MONTHLY, slots(PeriodType.MONTH, count) if count else [], lambda number: number)
    assert make(state, WORLD, MONTHLY, NOW) == 0


def test_days_and_shares_are_forecast_within_their_range(state: State) -> None:
    days = slots(PeriodType.DAY, 40)
    give(state, DAILY, days, lambda number: number % 7)
    give(state, SHARE, days, lambda number: 98 + number % 3)
    assert make(state, WORLD, DAILY, NOW) == make(state, WORLD, SHARE, NOW) == 7
    some = [one.observation for one in told(state, SHARE)]
    assert all(Decimal(0) <= Decimal(one.note["forecast"]["high"]) <= Decimal(100) for one in some)
    assert all(one.numerator is None for one in some), "a forecast has no parts to roll up"


def test_a_slot_of_too_few_units_is_a_gap(state: State) -> None:
    months = slots(PeriodType.MONTH, 27)
    give(state, MONTHLY, months, lambda _: 5, units=(FINANCE,))
    give(state, MONTHLY, months[:10] + months[11:], lambda _: 5, units=(HEALTH,))
    with state.read() as tx:
        points = history(tx, WORLD, View(SYSTEM, NOW), MONTHLY)
        own = history(tx, WORLD, View(SYSTEM, NOW, level=FINANCE), MONTHLY)
        foreign = history(tx, WORLD, View(Scope(frozenset({HEALTH})), NOW, level=FINANCE), MONTHLY)
    assert [place for place, one in enumerate(points) if one.value is None] == [10]
    assert [one.value for one in own] == [Decimal(5)] * 27
    assert foreign == ()


def test_what_is_told_to_date_is_forecast_by_what_each_month_adds(state: State) -> None:
    months = slots(PeriodType.MONTH, 27)
    to_date = [year_to_date(month, Reporting.ADMIN) for month in months]
    since = [sum(one.start == last.start for one in to_date[: place + 1]) for place, last in enumerate(to_date)]
    give(state, MONTHLY, to_date, lambda number: 7 * since[number], cumulative=Cumulative.YTD)
    with state.read() as tx:
        points = history(tx, WORLD, View(SYSTEM, NOW), MONTHLY)
    assert [one.period for one in points] == months[1:], "what the first month added to its year is not known"
    assert {one.value for one in points} == {Decimal(14)}


def test_only_what_has_changed_is_looked_at(state: State) -> None:
    give(state, MONTHLY, slots(PeriodType.MONTH, 27), lambda number: number % 12)
    maker = Forecaster(state, WORLD)
    assert [maker.step(NOW + timedelta(minutes=number)) for number in range(2)] == [6, 0]
    months = slots(PeriodType.MONTH, 27)
    give(state, MONTHLY, months[-1:], lambda _: 50, revision=1)
    assert maker.step(NOW + timedelta(minutes=2)) == 0, "it rests for an hour"
    assert maker.waiting == 1
    assert maker.step(NOW + timedelta(minutes=70)) == 6
    assert Forecaster(state, WORLD).step(NOW + timedelta(minutes=71)) == 0, "a restart hands over nothing twice"


def test_no_total_no_forecast(state: State) -> None:
    kpi = WORLD.catalogue.kpis["median_hours"]
    assert kpi.over_units is RollUp.NONE
    give(state, kpi, slots(PeriodType.DAY, 40), lambda number: number)
    assert make(state, WORLD, kpi, NOW) == 0
    give(state, kpi, slots(PeriodType.DAY, 40), lambda number: number % 7, units=(PROVINCE,))
    assert make(state, WORLD, kpi, NOW) == 7


def test_a_forecast_is_no_second_source(state: State) -> None:
    give(state, DAILY, slots(PeriodType.DAY, 40), lambda number: number % 7, units=(PROVINCE,))
    make(state, WORLD, DAILY, NOW)
    with state.read() as tx:
        assert tx.series.senders(SYSTEM, [(DAILY.id, PROVINCE)]) == {(DAILY.id, PROVINCE): "vanban"}


def test_a_falling_series_is_never_forecast_below_zero(state: State) -> None:
    give(state, MONTHLY, slots(PeriodType.MONTH, 30), lambda number: max(0, 30 - 3 * number))
    assert make(state, WORLD, MONTHLY, NOW) == 6
    assert all(one.observation.value is not None and one.observation.value >= 0 for one in told(state, MONTHLY))
