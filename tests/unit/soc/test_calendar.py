from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soc.calendar import ZONE, Calendar, calendar_of, vietnam

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=ZONE))


def test_a_working_day_has_seven_and_a_half_hours() -> None:
    assert vietnam().day == timedelta(hours=7, minutes=30)


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 24), False),  # Ngày Văn hóa Việt Nam, new in 2026
        (date(2025, 11, 24), True),
        (date(2026, 2, 17), False),  # Tết
        (date(2026, 8, 22), True),  # a Saturday that is worked for 31 August
        (date(2026, 8, 31), False),
        (date(2026, 9, 2), False),
        (date(2026, 11, 28), False),  # a Saturday
    ],
)
def test_holidays_and_swapped_days_are_data(day: date, is_worked: bool) -> None:
    assert vietnam().is_worked(day) is is_worked


def test_years_that_nobody_approved_are_named() -> None:
    assert vietnam().entered == {2026, 2027}
    assert vietnam().unapproved == {2026, 2027}
    approved = calendar_of({"years": {2028: {"approved_by": "An"}}})
    assert approved.unapproved == frozenset()


def test_noon_and_night_do_not_count() -> None:
    calendar = vietnam()
    assert calendar.between(MONDAY, MONDAY + timedelta(hours=4)) == timedelta(hours=3, minutes=30)
    assert calendar.between(MONDAY.replace(hour=18), MONDAY.replace(hour=23)) == timedelta(0)


def test_a_limit_that_begins_in_the_evening_ends_on_the_next_working_day() -> None:
    evening = MONDAY.replace(hour=18)  # Tuesday is a holiday
    assert vietnam().after(evening, timedelta(hours=4)) == datetime(2026, 11, 25, 11, 30, tzinfo=ZONE)


def test_a_calendar_without_working_hours_never_ends() -> None:
    assert Calendar(hours=()).after(MONDAY, timedelta(hours=1)) > MONDAY + timedelta(days=3_000)


@settings(deadline=None, max_examples=200)
@given(INSTANTS, st.integers(0, 4_000), st.integers(0, 4_000))
def test_working_time_adds_up_over_a_split(start: datetime, first: int, second: int) -> None:
    middle = start + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    calendar = vietnam()
    assert calendar.between(start, middle) + calendar.between(middle, end) == calendar.between(start, end)


@settings(deadline=None, max_examples=200)
@given(INSTANTS, st.integers(1, 5_000))
def test_after_and_between_are_each_others_answer(start: datetime, minutes: int) -> None:
    amount = timedelta(minutes=minutes)
    assert vietnam().between(start, vietnam().after(start, amount)) == amount


@settings(deadline=None, max_examples=30)
@given(INSTANTS.map(lambda at: at.replace(second=0, microsecond=0)), st.integers(1, 3_000))
def test_working_time_is_what_a_count_of_minutes_gives(start: datetime, minutes: int) -> None:
    calendar = vietnam()

    def is_open(at: datetime) -> bool:
        return calendar.is_worked(at.date()) and any(first <= at.time() < last for first, last in calendar.hours)

    counted = sum(is_open(start + timedelta(minutes=minute)) for minute in range(minutes))
    assert calendar.between(start, start + timedelta(minutes=minutes)) == timedelta(minutes=counted)


@given(INSTANTS, INSTANTS)
@settings(deadline=None, max_examples=50)
def test_time_between_is_the_sum_of_the_spans(first: datetime, last: datetime) -> None:
    calendar = vietnam()
    spans = [(start, min(end, last)) for start, end in calendar._spans(first) if start < last]

    assert calendar.between(first, last) == sum((end - start for start, end in spans), timedelta())
