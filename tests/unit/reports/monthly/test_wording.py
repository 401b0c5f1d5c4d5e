"""How official papers say numbers, dates and changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from reports.monthly import wording
from reports.monthly.figures import Asked, Figure, Reduce
from reports.monthly.wording import Noun
from soc.period import PeriodType, Reporting, period_of

CASES = Noun("vụ")
ASKED = Asked("alerts@1", {}, datetime(2026, 11, 15, tzinfo=UTC))


def a_figure(value: str | None, *, share: bool = False, reason: str = "") -> Figure:
    parts = (1, 2) if share else None
    number = None if value is None else Decimal(value)
    return Figure("x", ASKED, {}, Reduce.COUNT, "", {}, 1 if share else 0, number, parts, 1, "", reason)


@pytest.mark.parametrize(
    ("now", "before", "share", "said"),
    [
        ("90", "80", False, "tăng 12,5% so với tháng trước"),
        ("70", "80", False, "giảm 12,5% so với tháng trước"),
        ("80", "80", False, "bằng tháng trước"),
        ("10001", "10000", False, "tương đương tháng trước"),
        ("7", "4", False, "tăng 3 vụ so với tháng trước"),
        ("3", "9", False, "giảm 6 vụ so với tháng trước"),
        ("5", "0", False, "tháng trước không phát sinh"),
        ("0", "0", False, "bằng tháng trước"),
        ("97.4", "95.1", True, "tăng 2,3 điểm phần trăm so với tháng trước"),
        ("97.41", "97.40", True, "tương đương tháng trước"),
        ("5", None, False, "chưa có số liệu tháng trước để so sánh"),
        ("0", "40", False, "giảm 100,0% so với tháng trước"),
    ],
)
def test_a_change_in_words(now: str, before: str | None, share: bool, said: str) -> None:
    assert wording.change(a_figure(now, share=share), a_figure(before, share=share), CASES, "tháng trước") == said


def test_a_figure_that_is_missing_falls_to_nothing() -> None:
    assert wording.change(a_figure(None), a_figure("40"), CASES, "tháng trước") == ""
    assert (
        wording.change(a_figure("4"), None, CASES, "cùng kỳ năm trước")
        == "chưa có số liệu cùng kỳ năm trước để so sánh"
    )
    nothing = replace(a_figure(None, share=True), reason="no_cases")
    assert wording.change(a_figure("50", share=True), nothing, CASES, "tháng trước") == "tháng trước không phát sinh"


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("number", [1, 9, 10, 28])
def test_zeros_stand_before_days_below_ten_and_the_first_two_months(month: int, number: int) -> None:
    said = wording.day(date(2026, month, number))

    assert said.split()[1] == f"{number:02d}"
    assert said.split()[3] == (f"0{month}" if month < 3 else str(month))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (PeriodType.MONTH, "tháng 10 năm 2026"),
        (PeriodType.QUARTER, "quý IV năm 2026"),
        (PeriodType.HALF_YEAR, "6 tháng cuối năm 2026"),
        (PeriodType.NINE_MONTHS, "9 tháng đầu năm 2026"),
        (PeriodType.YEAR, "năm 2026"),
    ],
)
def test_periods_by_name(kind: PeriodType, said: str) -> None:
    period = period_of(kind, date(2026, 10, 1), Reporting.ADMIN)

    assert wording.named(period, Reporting.ADMIN) == said
    assert wording.span(period_of(PeriodType.MONTH, date(2026, 10, 1), Reporting.ADMIN)) == (
        "(Từ ngày 15/9/2026 đến ngày 14/10/2026)"
    )


def test_numbers_and_nothing() -> None:
    assert wording.number(Decimal("1234.56"), 1) == "1.234,6"
    assert wording.number(Decimal("-1234.5")) == "-1.235"
    assert wording.number(None) == "–"
    assert wording.percent(Decimal("97.35")) == "97,4%"
    assert wording.shown(a_figure(None, share=True, reason="no_cases")) == "không phát sinh"
    assert wording.shown(a_figure("97.35", share=True)) == "97,4%"


def test_lists_and_hours() -> None:
    names = [f"Sở {n}" for n in range(7)]
    assert wording.listed(names) == "Sở 0, Sở 1, Sở 2, Sở 3, Sở 4 và 2 đơn vị khác (Phụ lục I)"
    assert wording.listed(names[:2]) == "Sở 0, Sở 1"
    assert wording.hours(timedelta(hours=5, minutes=20)) == "05 giờ 20 phút"
    assert wording.hours(timedelta(days=2, hours=3, minutes=59)) == "2 ngày 03 giờ"
    assert wording.base_changed("tháng trước", 4, 12).endswith("thay đổi (thêm 4 đơn vị, thêm 12 nguồn nhật ký)")
