"""What is drawn holds together: parts add up, ratios follow, the same seed gives the same."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reports.simulate.chance import Chance
from reports.simulate.sectors import Sectors, Swell, split
from soc.period import Period, PeriodType, period_of
from tests.unit.reports.simulate.worlds import a_plan, a_province

WORLD = a_province()
SIMULATED = [
    kpi
    for name in (one for names in a_plan().senders().values() for one in names)
    for kpi in WORLD.catalogue.subsystems[name].kpis
    if kpi.period is not PeriodType.REALTIME
]
days = st.dates(date(2024, 9, 1), date(2027, 6, 1))


@given(st.sampled_from(SIMULATED), days, st.integers(0, 50))
def test_every_figure_holds_together(kpi: object, day: date, seed: int) -> None:
    from reports.kpi.definitions import Kpi

    assert isinstance(kpi, Kpi)
    sectors = Sectors(WORLD, Chance(seed))
    period = period_of(kpi.period, day, WORLD.reporting_of(kpi))
    unit = next(unit.id for unit in WORLD.organisation.units_on(period.end) if unit.kind in ("department", "ward"))
    whole, *parts = sectors.drawn(kpi, unit, period)
    assert list(sectors.drawn(kpi, unit, period)) == [whole, *parts]
    if whole.denominator:
        assert whole.numerator is not None
        assert whole.value is not None
        assert kpi.factor is not None
        step = Decimal(1).scaleb(-kpi.decimals)
        assert abs(whole.value - whole.numerator / whole.denominator * kpi.factor) <= step / 2
    if kpi.range and whole.value is not None:
        low, high = kpi.range
        assert low is None or whole.value >= low
        assert high is None or whole.value <= high
    for axis in {name for one in parts for name, _ in one.dimensions}:
        values = [one.value for one in parts if one.dimensions[0][0] == axis]
        assert sum(value for value in values if value is not None) == whole.value


@given(st.integers(0, 10_000), st.lists(st.integers(1, 50), min_size=1, max_size=9))
def test_a_split_loses_nothing(whole: int, shares: list[int]) -> None:
    parts = split(Decimal(whole), {str(number): Decimal(share) for number, share in enumerate(shares)})
    assert sum(parts.values()) == whole
    assert all(part >= 0 and part == int(part) for part in parts.values())


@given(st.integers(0, 100), days)
def test_more_deaths_than_accidents_are_impossible(seed: int, day: date) -> None:
    sectors, period = Sectors(WORLD, Chance(seed)), Period(PeriodType.DAY, day, day)
    kpis = WORLD.catalogue.kpis
    accidents, deaths = (
        next(sectors.drawn(kpis[name], "x_16681", period)).value for name in ("traffic_accidents", "traffic_deaths")
    )
    assert accidents is not None
    assert deaths is not None
    assert deaths <= accidents


def test_an_outbreak_grows_and_fades_and_its_parts_still_add_up() -> None:
    first = date(2026, 11, 1)
    swell = Swell(frozenset({"notifiable_cases"}), first, first + timedelta(days=20), Decimal(14), part="dengue")
    kpi = WORLD.catalogue.kpis["notifiable_cases"]
    sectors = Sectors(WORLD, Chance(1), (swell,))

    def cases(day: date) -> Decimal:
        whole, *parts = sectors.drawn(kpi, "x_16681", Period(PeriodType.DAY, day, day))
        assert sum(one.value or 0 for one in parts) == whole.value
        return next(one.value or Decimal(0) for one in parts if one.dimensions == (("disease", "dengue"),))

    assert cases(first + timedelta(days=10)) >= 13
    assert cases(first - timedelta(days=1)) < 5
    assert cases(first + timedelta(days=21)) < 5


def test_answered_and_lost_calls_are_all_calls() -> None:
    sectors, kpis = Sectors(WORLD, Chance(3)), WORLD.catalogue.kpis
    period = Period(PeriodType.DAY, date(2026, 11, 3), date(2026, 11, 3))
    got, answered, lost = (
        next(sectors.drawn(kpis[name], "nghe_an", period))
        for name in ("calls_received", "call_answer_rate", "call_abandon_rate")
    )
    assert answered.numerator is not None
    assert lost.numerator is not None
    assert answered.numerator + lost.numerator == got.value == answered.denominator
