"""A period in words: 'tháng 10/2026', 'quý IV/2026', '14:03 ngày 24/11/2026'."""

from __future__ import annotations

from reports.wording import Text
from soc.calendar import ZONE
from soc.period import Period, PeriodType, Reporting, label

ROMAN = ("I", "II", "III", "IV")


def period_words(period: Period, reporting: Reporting) -> Text:
    """Of a period of either calendar; a year to date is named by the period of its end."""
    day = f"{period.end:%d/%m/%Y}"
    if period.at is not None:
        hour = f"{period.at.astimezone(ZONE):%H:%M}"
        return Text(f"{hour} ngày {day}", f"{hour} on {day}")
    if period.type is PeriodType.DAY:
        return Text(f"ngày {day}", day)
    short = label(period, reporting)
    year, _, rest = short.partition("-")
    match period.type:
        case PeriodType.WEEK:
            return Text(f"tuần {rest[1:]}/{year}", f"week {rest[1:]}/{year}")
        case PeriodType.MONTH:
            return Text(f"tháng {rest}/{year}", f"month {rest}/{year}")
        case PeriodType.QUARTER:
            return Text(f"quý {ROMAN[int(rest[1:]) - 1]}/{year}", f"quarter {rest[1:]}/{year}")
        case PeriodType.HALF_YEAR:
            half = (
                Text("6 tháng đầu năm", "first half of") if rest == "H1" else Text("6 tháng cuối năm", "second half of")
            )
            return Text(f"{half.vi} {year}", f"{half.en} {year}")
        case PeriodType.NINE_MONTHS:
            return Text(f"9 tháng năm {year}", f"nine months of {year}")
        case PeriodType.SCHOOL_YEAR:
            return Text(f"năm học {short}", f"school year {short}")
    return Text(f"năm {year}", f"year {year}")
