"""Numbers, dates and changes as official papers write them (posture-and-reports.md 5.3, 5.4); no locale is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from reports.monthly.figures import Figure
from soc.period import Period, PeriodType, Reporting, label

POINTS = "điểm"
"""Of a score the difference is said, however large: it is no amount of anything."""

FEW = 10
"""On a smaller base a percentage says nothing; the difference is said instead."""
NAMED = 5
NONE = "–"


class Against(StrEnum):
    """What a figure is compared with, as it is called for months; `called` has the other types."""

    PREVIOUS = "tháng trước"
    LAST_YEAR = "cùng kỳ năm trước"


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted, for differences on a small base: "vụ", "cảnh báo", "sự cố"."""

    text: str


BEFORE = {
    PeriodType.WEEK: "tuần trước",
    PeriodType.MONTH: "tháng trước",
    PeriodType.QUARTER: "quý trước",
    PeriodType.HALF_YEAR: "sáu tháng trước",
    PeriodType.NINE_MONTHS: "chín tháng trước",
    PeriodType.YEAR: "năm trước",
}


def number(value: Decimal | int | None, places: int = 0) -> str:
    """1.234,5; an en dash for none, never zero."""
    if value is None:
        return NONE
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(rounded):,.{places}f}".translate(str.maketrans(",.", ".,"))
    return f"-{text}" if rounded < 0 else text


def percent(value: Decimal | None, places: int = 1) -> str:
    """97,4%."""
    return NONE if value is None else f"{number(value, places)}%"


def shown(figure: Figure) -> str:
    """As it is printed in a cell; "không phát sinh" for a share of nothing."""
    if figure.value is None:
        return "không phát sinh" if figure.reason == "no_cases" else NONE
    return percent(figure.value, figure.places) if figure.parts is not None else number(figure.value, figure.places)


def day(value: date) -> str:
    """ "ngày 05 tháng 02 năm 2026": a zero before days 1-9, and before months 1 and 2 only."""
    month = f"{value.month:02d}" if value.month in (1, 2) else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def span(period: Period) -> str:
    """ "(Từ ngày 15/9/2026 đến ngày 14/10/2026)", both included."""
    first, last = (f"{one.day}/{one.month}/{one.year}" for one in (period.start, period.end))
    return f"(Từ ngày {first} đến ngày {last})"


def named(period: Period, reporting: Reporting) -> str:
    """ "tháng 10 năm 2026", "quý IV năm 2026", "6 tháng đầu năm 2026"."""
    name = label(period, reporting)
    year, _, rest = name.partition("-")
    if period.type is PeriodType.MONTH:
        return f"tháng {int(rest)} năm {year}"
    if period.type is PeriodType.QUARTER:
        return f"quý {('I', 'II', 'III', 'IV')[int(rest[1]) - 1]} năm {year}"
    if period.type is PeriodType.HALF_YEAR:
        return f"6 tháng {'đầu' if rest == 'H1' else 'cuối'} năm {year}"
    if period.type is PeriodType.NINE_MONTHS:
        return f"9 tháng đầu năm {year}"
    if period.type is PeriodType.WEEK:
        return f"tuần {int(rest[1:])} năm {year}"
    return f"năm {year}" if period.type is PeriodType.YEAR else name


def called(against: Against, kind: PeriodType) -> str:
    """How the other period is called."""
    return BEFORE.get(kind, "kỳ trước") if against is Against.PREVIOUS else against


def change(now: Figure, base: Figure | None, noun: Noun, against: str) -> str:
    """The change in words, from unrounded values. Nothing to compare with is said, and is never a fall to zero."""
    if base is None or (base.value is None and base.reason != "no_cases"):
        return nothing(against)
    if now.value is None:
        return ""
    if base.value is None or (base.value == 0 and now.parts is None):
        return f"bằng {against}" if now.value == 0 else f"{against} không phát sinh"
    difference = now.value - base.value
    if difference == 0:
        return f"bằng {against}"
    way = "tăng" if difference > 0 else "giảm"
    if noun.text == POINTS:
        return f"{way} {number(abs(difference), now.places)} {noun.text} so với {against}"
    if now.parts is not None:
        return _unless_zero(abs(difference), f"{way} {{}} điểm phần trăm so với {against}", against)
    if base.value < FEW:
        return f"{way} {number(abs(difference), now.places)} {noun.text} so với {against}"
    return _unless_zero(100 * abs(difference) / base.value, f"{way} {{}}% so với {against}", against)


def nothing(against: str) -> str:
    """When there is no base."""
    return f"chưa có số liệu {against} để so sánh"


def base_changed(against: str, units: int, sources: int) -> str:
    """When what is watched has changed so much that numbers of the two periods cannot stand side by side."""
    parts = [f"{_more(units)} đơn vị"] * bool(units) + [f"{_more(sources)} nguồn nhật ký"] * bool(sources)
    return f"không so sánh với {against} do phạm vi giám sát thay đổi ({', '.join(parts)})"


def listed(names: Sequence[str], annex: str = "Phụ lục I", most: int = NAMED) -> str:
    """At most five, then how many more and where they stand."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} và {len(names) - most} đơn vị khác ({annex})"


def hours(value: timedelta) -> str:
    """ "05 giờ 20 phút"; from a day on "2 ngày 03 giờ"."""
    minutes = int(value.total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    if days:
        return f"{days} ngày {rest // 60:02d} giờ"
    return f"{rest // 60:02d} giờ {rest % 60:02d} phút"


def _unless_zero(value: Decimal, pattern: str, against: str) -> str:
    text = number(value, 1)
    return f"tương đương {against}" if text == "0,0" else pattern.format(text)


def _more(n: int) -> str:
    return f"thêm {n}" if n > 0 else f"bớt {-n}"
