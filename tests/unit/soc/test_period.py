from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc.period import (
    DAY,
    Period,
    PeriodType,
    Reporting,
    following,
    is_period,
    label,
    period_of,
    previous,
    realtime,
    year_before,
    year_to_date,
)

ADMIN, CALENDAR = Reporting.ADMIN, Reporting.CALENDAR
T = PeriodType
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
DATED = st.sampled_from([kind for kind in T if kind is not T.REALTIME])


@pytest.mark.parametrize(
    ("kind", "day", "start", "end", "name"),
    [
        (T.MONTH, date(2026, 10, 14), date(2026, 9, 15), date(2026, 10, 14), "2026-10"),
        (T.MONTH, date(2026, 12, 15), date(2026, 12, 15), date(2027, 1, 14), "2027-01"),
        (T.QUARTER, date(2026, 3, 14), date(2025, 12, 15), date(2026, 3, 14), "2026-Q1"),
        (T.QUARTER, date(2026, 9, 15), date(2026, 9, 15), date(2026, 12, 14), "2026-Q4"),
        (T.HALF_YEAR, date(2026, 1, 1), date(2025, 12, 15), date(2026, 6, 14), "2026-H1"),
        (T.NINE_MONTHS, date(2026, 11, 1), date(2025, 12, 15), date(2026, 9, 14), "2026-9M"),
        (T.YEAR, date(2026, 12, 14), date(2025, 12, 15), date(2026, 12, 14), "2026"),
        (T.WEEK, date(2026, 10, 15), date(2026, 10, 12), date(2026, 10, 18), "2026-W42"),
        (T.SCHOOL_YEAR, date(2026, 10, 15), date(2026, 9, 1), date(2027, 8, 31), "2026-2027"),
    ],
)
def test_periods_of_the_administration(kind: T, day: date, start: date, end: date, name: str) -> None:
    found = period_of(kind, day, ADMIN)

    assert (found.start, found.end, label(found, ADMIN)) == (start, end, name)


def test_months_of_the_calendar_are_the_option() -> None:
    assert period_of(T.QUARTER, date(2026, 10, 15), CALENDAR) == Period(
        T.QUARTER, date(2026, 10, 1), date(2026, 12, 31)
    )
    assert label(period_of(T.MONTH, date(2026, 2, 28), CALENDAR), CALENDAR) == "2026-02"


@given(kind=DATED, day=DAYS, reporting=st.sampled_from(Reporting))
def test_periods_tile_the_days(kind: T, day: date, reporting: Reporting) -> None:
    found = period_of(kind, day, reporting)

    assert is_period(found, reporting)
    assert kind is T.NINE_MONTHS or found.holds(day)
    assert previous(following(found, reporting), reporting) == found
    if kind is not T.NINE_MONTHS:
        assert following(found, reporting).start == found.end + DAY
    assert label(found, reporting) < label(following(found, reporting), reporting)


@given(kind=DATED, day=DAYS, reporting=st.sampled_from(Reporting))
def test_other_dates_form_no_period(kind: T, day: date, reporting: Reporting) -> None:
    found = period_of(kind, day, reporting)

    assert not is_period(Period(kind, found.start, found.end + DAY), reporting)
    if kind is not T.DAY:
        assert not is_period(Period(kind, found.start + DAY, found.end), reporting)


@given(kind=DATED, day=DAYS, reporting=st.sampled_from(Reporting))
def test_the_same_period_of_last_year_is_a_period_a_year_earlier(kind: T, day: date, reporting: Reporting) -> None:
    found = period_of(kind, day, reporting)
    before = year_before(found, reporting)

    assert is_period(before, reporting)
    assert timedelta(363) <= found.start - before.start <= timedelta(366)


def test_the_year_to_date_begins_with_the_reporting_year() -> None:
    october = period_of(T.MONTH, date(2026, 10, 1), ADMIN)

    assert year_to_date(october, ADMIN) == Period(T.MONTH, date(2025, 12, 15), date(2026, 10, 14))


def test_a_realtime_figure_has_the_local_day() -> None:
    found = realtime(datetime(2026, 11, 23, 18, 0, tzinfo=UTC))

    assert found.start == date(2026, 11, 24)
    assert is_period(found, ADMIN)
    assert found.over == found.at
    with pytest.raises(ValueError, match="instant"):
        period_of(T.REALTIME, found.start, ADMIN)


def test_the_last_instant_belongs_to_the_period() -> None:
    october = period_of(T.MONTH, date(2026, 10, 1), ADMIN)

    assert october.begins == datetime(2026, 9, 14, 17, 0, tzinfo=UTC)
    assert october.over == datetime(2026, 10, 14, 17, 0, tzinfo=UTC)
