"""From the overview to the rows, with the same sum at each step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from reports.kpi.board import Row, View
from reports.kpi.definitions import UNKNOWN, Headline
from reports.kpi.drill import Why
from reports.kpi.drilling import behind_periods, behind_units, behind_values, inner_periods, rows_behind
from reports.kpi.freshness import State as FreshnessState
from reports.kpi.rollup import over_units
from reports.kpi.tile import Grade
from soc.access import SYSTEM
from soc.observation import NaturalKey, Observation, Status
from soc.period import Period, PeriodType, Reporting, period_of, realtime
from soc.state.store import State
from tests.unit.reports.kpi.test_board import DAY, HOUR, NOW, UNITS, a_world, day, store

CASES = "dossier_on_time_rate"
OVERDUE = "dossier_overdue_open"
WORLD = a_world()
VIEW = View(SYSTEM, NOW)


def a_part(unit: str, period: Period, over: int, under: int, **dims: str) -> Observation:
    key = NaturalKey(CASES, unit, period, tuple(sorted(dims.items())))
    name = f"{unit}:{period.key}:{key.dimensions}"
    value = None if not under else Decimal(100 * over) / under
    return Observation(name, key, value, Status.OFFICIAL, 0, Decimal(over), Decimal(under))


def row(kpi: str = CASES) -> Row:
    return Row("public_services", "public_services", Headline(kpi))


def test_units_then_values_then_rows_give_the_number_clicked(state: State) -> None:
    some = [a_part(unit, day(19), 8, 10) for unit in UNITS]
    some += [a_part(unit, day(19), 3, 4, sector="land") for unit in UNITS]
    some += [a_part(unit, day(19), 1, 1, sector="land", locality="x") for unit in UNITS]
    store(state, some, NOW - HOUR)
    with state.read() as tx:
        first = behind_units(tx, WORLD, VIEW, row())
        second = behind_values(tx, WORLD, VIEW, row(), "sector")
        own = replace(VIEW, level="so-1")
        third = behind_values(tx, WORLD, own, row(), "sector")
        rows = rows_behind(tx, own, third.figure)
    kpi = WORLD.catalogue.kpis[CASES]
    for step, names in ((first, UNITS), (second, ("land", UNKNOWN)), (third, ("land", UNKNOWN))):
        assert step.parts.equal
        assert tuple(part.name for part in step.parts.rows) == names
        assert over_units(kpi, (part.amount for part in step.parts.rows)) == step.figure.amount
        assert step.tile.numerator == step.figure.amount.numerator
    assert (first.tile.value, third.tile.value) == (Decimal("80.0"), Decimal("80.0"))
    assert [one.observation.key.dimensions for one in rows] == [
        (),
        (("locality", "x"), ("sector", "land")),
        (("sector", "land"),),
    ]


def test_a_period_of_the_past_is_opened_as_it_is(state: State) -> None:
    for number in (17, 18, 19):
        store(state, [a_part(unit, day(number), number - 15, 10) for unit in UNITS], NOW - HOUR)
    with state.read() as tx:
        found = behind_units(tx, WORLD, VIEW, row(), day(18))
        none = behind_units(tx, WORLD, VIEW, row(), day(3))
    assert (found.tile.period, found.tile.value, found.parts.equal) == (day(18), Decimal("30.0"), True)
    assert found.figure.base.value == Decimal(20)
    assert (found.tile.state, found.tile.grade) == (FreshnessState.LIVE, Grade.FAILED)
    assert (none.tile.value, none.parts.why) == (None, (Why.NO_FIGURE, Why.LATE))


def test_a_month_is_made_of_its_days(state: State) -> None:
    month = period_of(PeriodType.MONTH, date(2026, 11, 1), Reporting.ADMIN)
    days = list(inner_periods(WORLD.catalogue.kpis[CASES], month, WORLD))
    assert (days[0].start, days[-1].end, len(days)) == (month.start, month.end, 31)
    assert list(inner_periods(WORLD.catalogue.kpis[CASES], days[0], WORLD)) == []
    for one in days:
        store(state, [a_part("so-1", one, 1, 2)], NOW - HOUR)
    with state.read() as tx:
        found = behind_periods(tx, WORLD, replace(VIEW, level="so-1"), row(), month)
    assert (found.equal, len(found.rows)) == (True, 31)
    assert (found.total.numerator, found.total.denominator) == (Decimal(31), Decimal(62))


def test_instants_are_broken_down_at_their_own_instant(state: State) -> None:
    some = []
    for number, at in enumerate((NOW - HOUR, NOW - timedelta(minutes=2))):
        for dims in ((), (("sector", "land"),)):
            key = NaturalKey(OVERDUE, "so-1", realtime(at), dims)
            value = Decimal(10 * (number + 1) - 2 * len(dims))
            some.append(Observation(f"{at}{dims}", key, value, Status.OFFICIAL, 0))
    store(state, some, NOW - timedelta(minutes=1))
    with state.read() as tx:
        found = behind_values(tx, WORLD, replace(VIEW, level="so-1"), row(OVERDUE), "sector")
        past = behind_units(tx, WORLD, replace(VIEW, at=NOW - DAY, past=True), row(OVERDUE))
    assert [(part.name, part.amount.value) for part in found.parts.rows] == [
        ("land", Decimal(18)),
        (UNKNOWN, Decimal(2)),
    ]
    assert past.tile.value is None
