"""As then and as now: the sum stays, and what was split is named."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.kpi.board import View
from reports.kpi.definitions import UNKNOWN, Kind, RollUp
from reports.kpi.drill import Part, Parts
from reports.kpi.history import history
from reports.kpi.reorganised import Units, parts_as_now, predecessors
from reports.kpi.rollup import NOTHING, Amount
from soc.access import SYSTEM, Scope
from soc.organisation import Organisation
from soc.period import PeriodType
from soc.state.store import State
from soc.unit import Unit, UnitTree
from tests.unit.reports.kpi.test_forecasting import MONTHLY, WORLD, give, slots
from tests.unit.reports.kpi.worlds import NOW, OLD, WARD, a_kpi

TODAY, LAST = date(2026, 11, 24), date(2025, 6, 30)
COUNT, MEDIAN = a_kpi("count"), a_kpi("median", Kind.DURATION, RollUp.NONE)


def an_organisation() -> Organisation:
    """Two communes became a ward; a district was split in two."""
    old = {"parent": "tinh", "valid_to": LAST}
    units = [
        Unit("tinh", "Tỉnh", kind="province"),
        Unit("xa-a", "Xã A", successor="phuong", **old),  # type: ignore[arg-type]
        Unit("xa-b", "Xã B", successor="phuong", **old),  # type: ignore[arg-type]
        Unit("huyen", "Huyện", **old),  # type: ignore[arg-type]
        *(Unit(name, name, parent="tinh", valid_from=date(2025, 7, 1)) for name in ("phuong", "bac", "nam")),
        Unit("so", "Sở", parent="tinh"),
    ]
    return Organisation(UnitTree(units), "tinh", heirs={"huyen": ("bac", "nam")})


ORGANISATION = an_organisation()


def part(name: str, value: int | None, late: int | None = None) -> Part:
    if value is None:
        return Part(name, NOTHING, counted=False, late_by=None if late is None else timedelta(days=late))
    return Part(name, Amount(Decimal(value)), basis=(f"{name}-id",))


def test_communes_that_became_one_ward_are_one_row() -> None:
    rows = (part("xa-a", 3), part("xa-b", 4), part("so", 5), part(UNKNOWN, 1))
    found = parts_as_now(COUNT, Parts(rows, Amount(Decimal(13))), ORGANISATION, TODAY)
    shown = [(row.name, str(row.amount.value)) for row in found.parts.rows]
    assert shown == [("phuong", "7"), ("so", "5"), (UNKNOWN, "1")]
    assert found.parts.rows[0].basis == ("xa-a-id", "xa-b-id")
    assert (found.broken, found.moved) == ((), 2)


def test_what_was_split_keeps_its_old_name_and_is_told() -> None:
    found = parts_as_now(COUNT, Parts((part("huyen", 9),), Amount(Decimal(9))), ORGANISATION, TODAY)
    assert ([row.name for row in found.parts.rows], found.broken) == (["huyen"], ("huyen",))
    median = parts_as_now(MEDIAN, Parts((part("xa-a", 3), part("xa-b", 4)), NOTHING), ORGANISATION, TODAY)
    assert median.broken == ("xa-a", "xa-b"), "two medians make no median"


def test_late_units_are_named_by_who_has_taken_over() -> None:
    rows = (part("xa-a", None, 2), part("xa-b", None), part("so", None, 1))
    found = parts_as_now(COUNT, Parts(rows, NOTHING), ORGANISATION, TODAY).parts.rows
    assert [(row.name, row.counted, row.late_by) for row in found] == [
        ("phuong", False, None),
        ("so", False, timedelta(days=1)),
    ]


@settings(max_examples=60, deadline=None)
@given(values=st.dictionaries(st.sampled_from(["xa-a", "xa-b", "huyen", "so", UNKNOWN]), st.integers(0, 99)))
def test_the_counted_rows_give_the_same_sum(values: dict[str, int]) -> None:
    rows = tuple(part(name, value) for name, value in values.items())
    found = parts_as_now(COUNT, Parts(rows, Amount(Decimal(sum(values.values())))), ORGANISATION, TODAY)
    assert sum(row.amount.value or 0 for row in found.parts.rows) == sum(values.values())
    assert found.parts.total.value == sum(values.values())
    assert sorted(one for row in found.parts.rows for one in row.basis) == sorted(f"{name}-id" for name in values)


def test_only_what_went_over_whole_is_a_predecessor() -> None:
    assert predecessors(ORGANISATION, "phuong", TODAY) == {"xa-a", "xa-b"}
    assert predecessors(ORGANISATION, "bac", TODAY) == frozenset()
    assert predecessors(ORGANISATION, "so", TODAY) == frozenset()


def test_the_series_of_a_ward_goes_on_into_what_it_was(state: State) -> None:
    months = slots(PeriodType.MONTH, 27)
    before = [one for one in months if one.end <= LAST]
    after = [one for one in months if one.start > LAST]
    give(state, MONTHLY, before, lambda _: 4, units=(OLD,))
    give(state, MONTHLY, after, lambda _: 6, units=(WARD,))
    ward = View(SYSTEM, NOW, level=WARD)
    alone = View(Scope(frozenset({WARD})), NOW, level=WARD)
    with state.read() as tx:
        then = history(tx, WORLD, ward, MONTHLY)
        now = history(tx, WORLD, ward, MONTHLY, units=Units.NOW)
        own = history(tx, WORLD, alone, MONTHLY, units=Units.NOW)
    assert len(then) == len(own) == len(after), "the old unit lies outside the scope"
    assert len(now) == len(months)
    assert {one.value for one in now} == {4, 6, None}, "the month of the change belongs to nobody whole"
