"""Does it fit what came before: jumps, a year-to-date that falls, a second source, lateness.

Values that look wrong are held for their unit; nothing here says that they are wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from reports.kpi.checks.numbers import figure
from reports.kpi.contract import Draft, Method
from reports.kpi.rules import JumpRule
from soc.calendar import Calendar
from soc.observation import Cumulative, Status
from soc.period import Period, PeriodType

SPREAD = Decimal("1.4826")
"""A median distance times this is a standard deviation, where values are normal."""


@dataclass(frozen=True, slots=True)
class Point:
    """A figure in force of an earlier period of the same series."""

    period: Period
    value: Decimal | None
    status: Status = Status.OFFICIAL


def check_jump(draft: Draft, period: Period, earlier: Sequence[Point], rule: JumpRule, calendar: Calendar) -> None:
    """`earlier`: the same series, oldest first."""
    if draft.value is None or draft.kpi in rule.kpis_off or period.type in rule.types_off:
        return
    like = like_values(draft, period, earlier, calendar)[-rule.periods :]
    value = _step(draft.value, period, earlier) if draft.cumulative is Cumulative.YTD else draft.value
    if len(like) < rule.periods or not is_jump(value, like, rule):
        return
    middle = median(like)
    vi = f"{figure(value).vi} khác hẳn {len(like)} kỳ trước (trung vị {figure(middle).vi}); cần đơn vị xác nhận"
    en = f"{figure(value).en} is unlike the {len(like)} periods before (median {figure(middle).en}); please confirm"
    draft.add("KPI-W-JUMP", "/value", vi, en)


def is_jump(value: Decimal, like: Sequence[Decimal], rule: JumpRule) -> bool:
    """Robust z over the like periods, and a change that somebody would notice."""
    middle = median(like)
    distance = abs(value - middle)
    spread = SPREAD * median([abs(one - middle) for one in like])
    spread = max(spread, abs(middle) * rule.floor, Decimal(1))
    return distance > rule.z * spread and distance > abs(middle) * rule.change


def like_values(draft: Draft, period: Period, earlier: Sequence[Point], calendar: Calendar) -> list[Decimal]:
    """Values to compare with, oldest first: since the last break; a working day with working days."""
    points = list(earlier)
    for index, point in enumerate(points):
        if point.status is Status.BREAK:
            points = points[index:]
    known = [(point.period, point.value) for point in points if point.value is not None]
    if draft.cumulative is Cumulative.YTD:
        return [_step(value, at, points) for at, value in known]
    if period.type is not PeriodType.DAY:
        return [value for _, value in known]
    worked = calendar.is_worked(period.start)
    return [value for at, value in known if calendar.is_worked(at.start) == worked]


def check_fall(draft: Draft, period: Period, earlier: Sequence[Point]) -> None:
    """A year-to-date never falls within its year."""
    before = _before(period, earlier)
    if draft.cumulative is not Cumulative.YTD or draft.value is None or before is None or before.value is None:
        return
    if draft.value < before.value:
        now, then = figure(draft.value), figure(before.value)
        vi = f"lũy kế {now.vi} thấp hơn kỳ trước ({then.vi}, đến {before.period.end:%d/%m/%Y})"
        en = f"year to date {now.en} is below the one before ({then.en}, until {before.period.end})"
        draft.add("KPI-W-CUMULATIVE-DECREASE", "/value", vi, en)


def check_source(draft: Draft, system: str, accepted: str | None) -> None:
    """`accepted`: the one origin of this KPI and unit, None when nothing says. What people sign is no second source."""
    origin = draft.origin[0] if draft.origin else system
    if accepted is not None and origin != accepted and draft.method is Method.AUTOMATIC:
        vi = f"nguồn thứ hai '{origin}'; số liệu của cặp này đến từ '{accepted}'"
        en = f"a second source '{origin}'; the figures of this pair come from '{accepted}'"
        draft.add("KPI-W-TWO-SOURCES", "/provenance/origin", vi, en)


def first_day_needed(period: Period) -> date:
    """From where on earlier figures are looked at."""
    days = {PeriodType.DAY: 35, PeriodType.WEEK: 70, PeriodType.MONTH: 400, PeriodType.QUARTER: 1_000}
    return date.fromordinal(max(1, period.start.toordinal() - days.get(period.type, 3_700)))


def _step(value: Decimal, period: Period, earlier: Sequence[Point]) -> Decimal:
    """What a year-to-date grew by in its last period."""
    before = _before(period, earlier)
    return value if before is None or before.value is None else value - before.value


def _before(period: Period, earlier: Sequence[Point]) -> Point | None:
    """The last year-to-date of the same year."""
    same = [point for point in earlier if point.period.start == period.start and point.period.end < period.end]
    return same[-1] if same else None
