"""Do the dates form that period, has it begun, is the number a number, does it follow from its parts, can it be."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal, localcontext

from reports.kpi.contract import PERIOD_FORMAT, Draft
from reports.kpi.definitions import Kpi
from reports.kpi.world import World
from reports.wording import Text
from soc.observation import Cumulative, Status
from soc.period import Period, PeriodType, Reporting, is_period, label, period_of, year_to_date

SKEW = timedelta(minutes=10)
NO_CASES = "no_cases"
FINER = tuple(PeriodType)
HALF = Decimal("0.5")
DIGITS = 60


def check_numbers(draft: Draft, kpi: Kpi, world: World, now: datetime) -> None:
    """Period, number, ratio, range."""
    if draft.period is not None:
        _period(draft, draft.period, kpi, world.reporting_of(kpi))
        _begun(draft, draft.period, now)
    _number(draft)
    _parts(draft, kpi)
    _ratio(draft, kpi)
    _range(draft, kpi)


def _period(draft: Draft, period: Period, kpi: Kpi, reporting: Reporting) -> None:
    if FINER.index(period.type) < FINER.index(kpi.period):
        vi = f"chỉ tiêu theo kỳ '{kpi.period}', không nhận kỳ '{period.type}'"
        draft.add(PERIOD_FORMAT, "/period/type", vi, f"the KPI is of '{kpi.period}', not of '{period.type}'")
    elif not _forms(period, draft.cumulative, reporting):
        wanted = _wanted(period, draft.cumulative, reporting)
        told = f"{wanted.start} - {wanted.end}" if wanted else "-"
        vi = f"{period.start} - {period.end} không phải kỳ '{period.type}' ({reporting}); đúng là {told}"
        en = f"{period.start} - {period.end} is no '{period.type}' ({reporting}); it would be {told}"
        draft.add(PERIOD_FORMAT, "/period", vi, en)
    elif draft.label is not None and draft.label != label(period, reporting):
        said, wanted_label = draft.label, label(period, reporting)
        vi = f"nhãn '{said}' khác với kỳ '{wanted_label}'"
        draft.add(PERIOD_FORMAT, "/period/label", vi, f"the label '{said}' is not '{wanted_label}'")


_LIVE = PeriodType.REALTIME


def _forms(period: Period, cumulative: Cumulative | None, reporting: Reporting) -> bool:
    if cumulative is Cumulative.YTD:
        return period == _wanted(period, cumulative, reporting)
    return cumulative is None or is_period(period, reporting)


def _wanted(period: Period, cumulative: Cumulative | None, reporting: Reporting) -> Period | None:
    if period.type is PeriodType.REALTIME:
        return None
    whole = period_of(period.type, period.end, reporting)
    return year_to_date(whole, reporting) if cumulative is Cumulative.YTD else whole


def _begun(draft: Draft, period: Period, now: datetime) -> None:
    if draft.status is Status.FORECAST:
        return
    if period.begins > now + (SKEW if period.type is _LIVE else timedelta()):
        vi, en = f"kỳ bắt đầu {period.start} chưa đến", f"the period of {period.start} has not begun"
        draft.add("KPI-E-PERIOD-FUTURE", "/period", vi, en)
    elif draft.status is Status.OFFICIAL and period.type is not _LIVE and period.over > now:
        vi = f"kỳ chưa kết thúc ({period.end}): chưa thể là số chính thức"
        draft.add("KPI-E-PERIOD-OPEN", "/status", vi, f"the period runs until {period.end}: not official yet")


def _number(draft: Draft) -> None:
    """Null only for what is missing, or over nothing; each with its reason."""
    if draft.status is Status.MISSING:
        if draft.value is not None or draft.numerator is not None or draft.denominator is not None:
            vi, en = "'missing' không kèm giá trị", "'missing' comes without a value"
            draft.add("KPI-E-NUMBER", "/value", vi, en)
        if not draft.reason.strip():
            vi, en = "'missing' cần lý do", "'missing' needs a reason"
            draft.add("KPI-E-SCHEMA", "/reason", vi, en)
    elif draft.denominator == 0:
        if draft.value is None and draft.reason != NO_CASES:
            vi, en = "mẫu số 0: lý do phải là 'no_cases'", "denominator 0: the reason must be 'no_cases'"
            draft.add("KPI-E-NUMBER", "/reason", vi, en)
    elif draft.value is None and draft.status is not None and not draft.has("KPI-E-NUMBER", "/value"):
        vi = "giá trị chỉ được trống khi 'missing' hoặc mẫu số là 0"
        draft.add("KPI-E-NUMBER", "/value", vi, "a value is null only with 'missing' or a denominator of 0")


def _parts(draft: Draft, kpi: Kpi) -> None:
    if not kpi.needs_parts or draft.status in (Status.MISSING, Status.FORECAST):
        return
    for name, found in (("numerator", draft.numerator), ("denominator", draft.denominator)):
        if found is None and not draft.has("KPI-E-NUMBER", f"/{name}"):
            vi = f"thiếu {'tử số' if name == 'numerator' else 'mẫu số'}: chỉ tiêu tổng hợp từ hai thành phần"
            draft.add("KPI-E-PARTS-REQUIRED", f"/{name}", vi, f"the {name} is required: the KPI adds up its parts")


def _ratio(draft: Draft, kpi: Kpi) -> None:
    """The value equals its parts to half a unit of its last digit."""
    value, over, under = draft.value, draft.numerator, draft.denominator
    if over is None or under is None or draft.status is Status.MISSING:
        return
    if under == 0:
        if value is not None or over != 0:
            vi, en = "mẫu số 0: tử số phải là 0 và giá trị để trống", "denominator 0: numerator 0 and value null"
            draft.add("KPI-E-RATIO-MISMATCH", "/value", vi, en)
        return
    if value is None or kpi.factor is None:
        return
    with localcontext(prec=DIGITS):
        exact = over / under * kpi.factor
        exponent = value.as_tuple().exponent
        step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
        if abs(value - exact) <= step * HALF:
            return
        shown = exact.quantize(step)
    vi = f"giá trị {figure(value).vi} không khớp tử số và mẫu số (tính ra {figure(shown).vi})"
    en = f"value {figure(value).en} does not match numerator/denominator ({figure(shown).en})"
    draft.add("KPI-E-RATIO-MISMATCH", "/value", vi, en)


def _range(draft: Draft, kpi: Kpi) -> None:
    if draft.denominator is not None and draft.denominator < 0:
        vi, en = "mẫu số âm", "the denominator is negative"
        draft.add("KPI-E-RANGE", "/denominator", vi, en)
    if draft.value is None or kpi.range is None:
        return
    low, high = kpi.range
    if (low is not None and draft.value < low) or (high is not None and draft.value > high):
        ends = Text(_span(low, high, "vi"), _span(low, high, "en"))
        vi = f"{figure(draft.value).vi} nằm ngoài khoảng {ends.vi}"
        draft.add("KPI-E-RANGE", "/value", vi, f"{figure(draft.value).en} lies outside {ends.en}")


def _span(low: Decimal | None, high: Decimal | None, language: str) -> str:
    ends = ("" if one is None else figure(one).of(language) for one in (low, high))
    return "…".join(ends)


def figure(value: Decimal) -> Text:
    """As it is shown: 1.234,5 and 1,234.5, with the digits it has."""
    english = f"{value:,f}"
    return Text(english.translate(str.maketrans(",.", ".,")), english)
