"""A tile says what it shows, how sure it is, and who answers; and nothing it does not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from reports.kpi.compare import Arrow, Basis
from reports.kpi.definitions import Direction, Headline, Kpi, RollUp, TargetBasis
from reports.kpi.figure import Beats, Book, Expected, unit_figure, whole_figure
from reports.kpi.freshness import State
from reports.kpi.period_words import period_words
from reports.kpi.tile import NO_HOLDER, Beside, Frame, Grade, KpiTile, grade_of, tile
from reports.wording import Text
from soc.calendar import ZONE
from soc.observation import Known, Status
from soc.organisation import Function, Holder
from soc.period import PeriodType, Reporting, period_of, realtime, year_to_date
from soc.unit import Unit
from tests.unit.reports.kpi.figures import D, a_kpi, a_share, an_organisation
from tests.unit.reports.kpi.test_figure import AFTER, HOUR, IN_TIME, NOVEMBER, OCTOBER, UNITS, book, known, months

SHARE = a_share()
COUNT = a_kpi(good=D(0), watch=D(20))
ORGANISATION = an_organisation(
    Unit("province", "Tỉnh"),
    Unit("office", "Văn phòng UBND tỉnh", short_vi="VP UBND"),
    *(Unit(unit, f"Đơn vị {unit}") for unit in UNITS),
    province="province",
    functions={"documents_tasks": Function("documents_tasks", "Văn bản", holders=(Holder("office"),))},
)


def drawn(of: Book, now: datetime = IN_TIME, *, unit: str = "", beside: Beside | None = None, **more: Any) -> KpiTile:
    limits = more.pop("limits", (of.kpi.good, of.kpi.watch))
    frame = Frame(more.pop("organisation", ORGANISATION), Reporting.ADMIN, limits, now)
    units = frozenset(more.pop("units", UNITS))
    figure = unit_figure(of, unit, now) if unit else whole_figure(of, "province", Expected(units), now)
    return tile(figure, more.pop("headline", Headline(of.kpi.id)), frame, beside or Beside())


def share(value: str, over: int, under: int) -> list[Known]:
    return [known(SHARE, "unit-00", NOVEMBER, value, numerator=D(over), denominator=D(under))]


def test_the_class_is_that_of_the_value_as_shown() -> None:
    found = drawn(book(SHARE, share("97.96", 9796, 10000)), unit="unit-00")
    assert (found.shown, found.grade) == (Text("98,0%", "98.0%"), Grade.GOOD)
    below = drawn(book(SHARE, share("97.94", 9794, 10000)), unit="unit-00")
    assert (below.shown, below.grade) == (Text("97,9%", "97.9%"), Grade.WATCH)


@pytest.mark.parametrize(
    ("value", "higher", "grade"),
    [
        ("98", True, Grade.GOOD),
        ("90", True, Grade.WATCH),
        ("89.9", True, Grade.FAILED),
        ("98", False, Grade.WATCH),
        ("90", False, Grade.GOOD),
        ("98.1", False, Grade.FAILED),
    ],
)
def test_limits_belong_to_the_better_side(value: str, higher: bool, grade: Grade) -> None:
    good, watch = (D(98), D(90)) if higher else (D(90), D(98))
    assert grade_of(D(value), good, watch, higher=higher) is grade


def test_late_missing_and_thin_figures_have_no_class() -> None:
    late = drawn(book(COUNT, months(COUNT, {})), AFTER + timedelta(days=3))
    assert (late.state, late.grade, late.change, late.value) == (State.LATE, Grade.UNKNOWN, None, D(20))
    assert late.sentence.vi == "Số liệu tháng 10/2026, quá hạn 4 ngày; VP UBND"
    thin = drawn(book(COUNT, months(COUNT, dict.fromkeys(UNITS[:3], 5))), AFTER)
    assert (thin.grade, thin.value) == (Grade.UNKNOWN, D(15))
    assert thin.coverage_words.vi == "3/10 đơn vị; chậm nhất: Đơn vị unit-03, 1 ngày"
    gap = drawn(book(COUNT, [known(COUNT, "unit-00", NOVEMBER, None, status=Status.MISSING, reason="mất điện")]))
    assert (gap.shown, gap.value, gap.grade) == (None, None, Grade.UNKNOWN)


def test_a_figure_that_is_known_to_be_none_gives_the_reason() -> None:
    some = [known(COUNT, "unit-00", NOVEMBER, None, status=Status.MISSING, reason="mất điện")]
    found = drawn(book(COUNT, some), unit="unit-00")
    assert found.sentence.vi == "Không có số liệu tháng 11/2026: mất điện; Đơn vị unit-00"


def test_nothing_ever_given_is_no_zero_and_has_somebody_who_answers() -> None:
    found = drawn(book(COUNT, []))
    assert (found.value, found.shown, found.state, found.grade) == (None, None, State.NEVER, Grade.UNKNOWN)
    assert found.sentence == Text("Chưa có số liệu; VP UBND", "No figure yet; VP UBND")
    nobody = drawn(book(COUNT, []), organisation=replace(ORGANISATION, functions={}))
    assert (nobody.responsible, nobody.responsible_name) == (None, NO_HOLDER)
    assert "chưa có đơn vị phụ trách" in nobody.sentence.vi


def test_a_holder_is_that_of_the_figures_date() -> None:
    last = date(2026, 10, 31)
    holders = (Holder("office", valid_to=last), Holder("unit-01", valid_from=last + timedelta(days=1)))
    organisation = replace(ORGANISATION, functions={"documents_tasks": Function("documents_tasks", "", "", holders)})
    old = drawn(book(COUNT, months(COUNT, {})), organisation=organisation)
    new = drawn(book(COUNT, months(COUNT, dict.fromkeys(UNITS, 5))), organisation=organisation)
    assert (old.responsible, new.responsible) == ("office", "unit-01")


def test_a_live_tile_tells_its_change_and_what_it_rests_on() -> None:
    found = drawn(book(COUNT, months(COUNT, dict.fromkeys(UNITS[:9], 5))))
    assert (found.grade, found.period) == (Grade.FAILED, NOVEMBER)
    assert found.change is not None
    assert (found.change.arrow, found.change.better) == (Arrow.UP, False)
    assert found.sentence.vi == ("Tháng 11/2026: tăng 150,0% so với kỳ trước; 9/10 đơn vị; còn thiếu: Đơn vị unit-09")
    assert found.origin.basis == tuple(sorted(f"{unit}:{NOVEMBER.key}" for unit in UNITS[:9]))
    assert (found.origin.sources, found.origin.status) == (("sender",), Status.OFFICIAL)
    assert found.id == "task_overdue_open:province"


def test_comparisons_are_with_what_was_asked_for() -> None:
    kpi = replace(COUNT, target=D(40))
    beside = Beside(bases={Basis.LAST_YEAR: D(100), Basis.YTD: None}, points=(D(1), None, D(3)))
    found = drawn(book(kpi, months(kpi, dict.fromkeys(UNITS, 5))), beside=beside)
    told = {one.basis: one.words.vi for one in found.comparisons}
    assert told == {Basis.PREVIOUS: "tăng 150,0%", Basis.LAST_YEAR: "giảm 50,0%", Basis.PLAN: "tăng 25,0%"}
    assert found.points == (D(1), None, D(3))
    assert not found.target_unproved
    assert drawn(book(replace(kpi, target_basis=TargetBasis.RECALLED), [])).target_unproved


def test_neutral_figures_forecasts_and_few_cases_have_no_colour() -> None:
    of = book(replace(COUNT, direction=Direction.NEUTRAL), months(COUNT, dict.fromkeys(UNITS, 5)))
    assert drawn(of).grade is Grade.PLAIN
    assert drawn(book(COUNT, months(COUNT, dict.fromkeys(UNITS, 5))), limits=(None, None)).grade is Grade.PLAIN
    few = replace(SHARE, least_cases=30)
    for under, grade in ((29, Grade.PLAIN), (30, Grade.GOOD)):
        some = [known(few, "unit-00", NOVEMBER, "100", numerator=D(under), denominator=D(under))]
        assert drawn(book(few, some), unit="unit-00").grade is grade
    guess = [known(COUNT, "unit-00", NOVEMBER, status=Status.FORECAST)]
    assert drawn(book(COUNT, guess), unit="unit-00").grade is Grade.UNKNOWN


def test_a_dead_link_strikes_the_last_value() -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=ZONE)
    of = book(COUNT, [known(COUNT, "unit-00", realtime(now))], beats={"sender": Beats(True, now - HOUR)})
    found = drawn(of, now, unit="unit-00")
    assert (found.struck, found.grade, found.shown) == (True, Grade.UNKNOWN, Text("1", "1"))
    assert found.sentence.vi == "Mất kết nối từ 11:00; Đơn vị unit-00"


def test_restricted_figures_leave_nothing_behind() -> None:
    of = book(COUNT, [known(COUNT, "unit-00", NOVEMBER, "77")], hidden=frozenset({"unit-00"}))
    found = drawn(of, unit="unit-00", beside=Beside(points=(D(77),)))
    assert (found.withheld, found.state) == (True, State.WITHHELD)
    assert "77" not in repr(replace(found, kpi=COUNT))


def test_corrections_holds_and_estimates_are_marked() -> None:
    first = known(COUNT, "unit-00", NOVEMBER, "12", status=Status.ESTIMATED)
    told = {"reason_code": "late_input", "reason_vi": "bổ sung hồ sơ giấy"}
    one = replace(first, observation=replace(first.observation, revision=2, restatement=told))
    beside = Beside(held=frozenset({"unit-00"}), old={one.observation.id: D(10)})
    found = drawn(book(COUNT, [one]), unit="unit-00", beside=beside)
    assert found.origin.restated is not None
    assert (found.origin.restated.old, found.origin.restated.reason) == (Text("10", "10"), "bổ sung hồ sơ giấy")
    assert (found.origin.held, found.origin.status, found.origin.revision) == (("unit-00",), Status.ESTIMATED, 2)


def test_a_headline_may_have_a_title_and_a_part_of_its_own() -> None:
    headline = Headline(COUNT.id, (("severity", "critical"),), Text("Nghiêm trọng", "Critical"))
    found = drawn(book(COUNT, months(COUNT, {})), headline=headline)
    assert (found.title.vi, found.id) == ("Nghiêm trọng", "task_overdue_open:province:severity=critical")


def test_parts_without_a_whole_send_to_the_units() -> None:
    kpi: Kpi = a_kpi(over_units=RollUp.NONE)
    found = drawn(book(kpi, [known(kpi, unit, NOVEMBER) for unit in UNITS]))
    assert (found.value, found.sentence.vi) == (None, "Chỉ tiêu không cộng được, xem từng đơn vị")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (PeriodType.DAY, "ngày 24/11/2026"),
        (PeriodType.WEEK, "tuần 48/2026"),
        (PeriodType.MONTH, "tháng 12/2026"),
        (PeriodType.QUARTER, "quý IV/2026"),
        (PeriodType.HALF_YEAR, "6 tháng cuối năm 2026"),
        (PeriodType.NINE_MONTHS, "9 tháng năm 2026"),
        (PeriodType.YEAR, "năm 2026"),
        (PeriodType.SCHOOL_YEAR, "năm học 2026-2027"),
    ],
)
def test_periods_in_words(kind: PeriodType, words: str) -> None:
    period = period_of(kind, date(2026, 11, 24), Reporting.ADMIN)
    assert period_words(period, Reporting.ADMIN).vi == words


def test_a_year_to_date_is_named_by_its_end() -> None:
    assert period_words(year_to_date(OCTOBER, Reporting.ADMIN), Reporting.ADMIN).vi == "tháng 10/2026"
    at = realtime(datetime(2026, 11, 24, 14, 3, tzinfo=ZONE))
    assert period_words(at, Reporting.ADMIN).vi == "14:03 ngày 24/11/2026"
