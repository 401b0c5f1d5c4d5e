"""Periods of reporting: whole local days, both ends included (posture-and-reports.md 4; ioc-hub.md 3.1).

The reporting month of Vietnamese administrations runs from the 15th to the 14th; months of the calendar are the option.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from soc.calendar import ZONE

DAY = timedelta(days=1)
CUT_DAY = 15
DECEMBER = 12
SEPTEMBER = 9


class PeriodType(StrEnum):
    """How much time a figure covers. REALTIME: an instant. NINE_MONTHS: from the year's beginning, once a year."""

    REALTIME = "realtime"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    NINE_MONTHS = "nine_months"
    SCHOOL_YEAR = "school_year"
    YEAR = "year"


MONTHS = {
    PeriodType.MONTH: 1,
    PeriodType.QUARTER: 3,
    PeriodType.HALF_YEAR: 6,
    PeriodType.NINE_MONTHS: 9,
    PeriodType.YEAR: 12,
}
"""Types that are whole months, and how many."""


class Reporting(StrEnum):
    """Which months: ADMIN from the 15th to the 14th, named by the month of its end; CALENDAR from the 1st."""

    ADMIN = "admin"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both included, in local days. `at`: the instant of a realtime figure, else None."""

    type: PeriodType
    start: date
    end: date
    at: datetime | None = None

    @property
    def key(self) -> str:
        """Stable text of the period: 'month:2026-09-15', 'realtime:2026-11-24T05:00:00+00:00'."""
        return f"{self.type}:{self.at.astimezone(UTC).isoformat() if self.at else self.start.isoformat()}"

    @property
    def begins(self) -> datetime:
        """The first instant; of a realtime figure its own."""
        return self.at or datetime.combine(self.start, time(), ZONE)

    @property
    def over(self) -> datetime:
        """The first instant after it; of a realtime figure its own."""
        return self.at or datetime.combine(self.end + DAY, time(), ZONE)

    def holds(self, day: date) -> bool:
        return self.start <= day <= self.end


def realtime(at: datetime) -> Period:
    """An instant as a period; its day is the local one."""
    day = at.astimezone(ZONE).date()
    return Period(PeriodType.REALTIME, day, day, at)


def period_of(kind: PeriodType, day: date, reporting: Reporting) -> Period:
    """The period of that type that holds the day; for NINE_MONTHS the one of the day's year, even when it is over.
    Raises ValueError for REALTIME, which days do not make."""
    if kind is PeriodType.DAY:
        return Period(kind, day, day)
    if kind is PeriodType.WEEK:
        monday = day - day.weekday() * DAY
        return Period(kind, monday, monday + 6 * DAY)
    if kind is PeriodType.SCHOOL_YEAR:
        first = day.year if day.month >= SEPTEMBER else day.year - 1
        return Period(kind, date(first, SEPTEMBER, 1), date(first + 1, SEPTEMBER, 1) - DAY)
    if kind is PeriodType.REALTIME:
        raise ValueError("a realtime figure has an instant, not a day")
    months = MONTHS[kind]
    year, month = _month_of(day, reporting)
    first = 1 if kind is PeriodType.NINE_MONTHS else (month - 1) // months * months + 1
    return _months(kind, year, first, reporting)


def is_period(period: Period, reporting: Reporting) -> bool:
    """Whether the dates form a period of the type in that calendar."""
    if period.type is PeriodType.REALTIME:
        return period.at is not None and period == realtime(period.at)
    return period.at is None and period == period_of(period.type, period.start, reporting)


def previous(period: Period, reporting: Reporting) -> Period:
    """The one before; of NINE_MONTHS that of the year before. Raises ValueError for REALTIME."""
    if period.type is PeriodType.NINE_MONTHS:
        return year_before(period, reporting)
    return period_of(period.type, period.start - DAY, reporting)


def following(period: Period, reporting: Reporting) -> Period:
    """The next one of its type. Raises ValueError for REALTIME."""
    if period.type is PeriodType.NINE_MONTHS:
        year, _ = _month_of(period.start, reporting)
        return _months(period.type, year + 1, 1, reporting)
    return period_of(period.type, period.end + DAY, reporting)


def year_before(period: Period, reporting: Reporting) -> Period:
    """The same period of last year: the same months, the ISO week of that number, 52 weeks earlier for a day, so that
    a working day meets a working day. Raises ValueError for REALTIME."""
    if period.type in (PeriodType.DAY, PeriodType.WEEK):
        return period_of(period.type, period.start - 364 * DAY, reporting)
    if period.type is PeriodType.SCHOOL_YEAR:
        return period_of(period.type, period.start - DAY, reporting)
    year, month = _month_of(period.start, reporting)
    if period.type is PeriodType.REALTIME:
        raise ValueError("a realtime figure has no period of last year")
    return _months(period.type, year - 1, month, reporting)


def year_to_date(period: Period, reporting: Reporting) -> Period:
    """From the first day of the reporting year to the period's end, with the type of the period."""
    year, _ = _month_of(period.end, reporting)
    return Period(period.type, _first_day(year, 1, reporting), period.end)


def label(period: Period, reporting: Reporting) -> str:
    """Short and sortable: '2026-10-15', '2026-W42', '2026-10', '2026-Q4', '2026-H2', '2026-9M', '2026', '2026-2027'."""
    if period.type in (PeriodType.REALTIME, PeriodType.DAY):
        return period.start.isoformat()
    if period.type is PeriodType.WEEK:
        year, week, _ = period.start.isocalendar()
        return f"{year}-W{week:02d}"
    if period.type is PeriodType.SCHOOL_YEAR:
        return f"{period.start.year}-{period.end.year}"
    year, month = _month_of(period.end, reporting)
    match period.type:
        case PeriodType.MONTH:
            return f"{year}-{month:02d}"
        case PeriodType.QUARTER:
            return f"{year}-Q{month // 3}"
        case PeriodType.HALF_YEAR:
            return f"{year}-H{month // 6}"
        case PeriodType.NINE_MONTHS:
            return f"{year}-9M"
    return str(year)


def _month_of(day: date, reporting: Reporting) -> tuple[int, int]:
    """The reporting month that holds the day."""
    if reporting is Reporting.CALENDAR or day.day < CUT_DAY:
        return day.year, day.month
    return (day.year + 1, 1) if day.month == DECEMBER else (day.year, day.month + 1)


def _first_day(year: int, month: int, reporting: Reporting) -> date:
    """Of the reporting month; months beyond December belong to the years after."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if reporting is Reporting.CALENDAR:
        return date(year, month, 1)
    return date(year - 1, DECEMBER, CUT_DAY) if month == 1 else date(year, month - 1, CUT_DAY)


def _months(kind: PeriodType, year: int, first: int, reporting: Reporting) -> Period:
    last = _first_day(year, first + MONTHS[kind], reporting) - DAY
    return Period(kind, _first_day(year, first, reporting), last)
