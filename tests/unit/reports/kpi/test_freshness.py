"""Freshness is right at every boundary of a year with Tết and moved days."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.kpi.definitions import FreshnessRule
from reports.kpi.freshness import (
    ORDER,
    Signs,
    State,
    Terms,
    due_at,
    due_of,
    grace_until,
    standing,
    worst,
)
from soc.calendar import ZONE, vietnam
from soc.period import Period, PeriodType, Reporting, following, period_of, realtime

EXAMPLES = 5_000 if os.environ.get("SOC_PROOF") else 300
HOUR, DAY, INSTANT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
CALENDAR = vietnam()
TABLE = {
    PeriodType.REALTIME: FreshnessRule(max_age=timedelta(minutes=15), grace=timedelta(minutes=15)),
    PeriodType.DAY: FreshnessRule(working_days=1, grace=2 * HOUR),
    PeriodType.WEEK: FreshnessRule(working_days=2, grace=4 * HOUR),
    PeriodType.MONTH: FreshnessRule(working_days=3, grace_days=1),
    PeriodType.QUARTER: FreshnessRule(working_days=10, grace_days=1),
    PeriodType.HALF_YEAR: FreshnessRule(working_days=15, grace_days=2),
    PeriodType.NINE_MONTHS: FreshnessRule(working_days=15, grace_days=2),
    PeriodType.YEAR: FreshnessRule(working_days=30, grace_days=2),
    PeriodType.SCHOOL_YEAR: FreshnessRule(working_days=30, grace_days=2),
}
PLAIN = FreshnessRule()
CLOCK_RULE = FreshnessRule(due_by=time(17), grace=4 * HOUR)


def terms(kind: PeriodType, rule: FreshnessRule = PLAIN, calendar: Reporting = Reporting.ADMIN) -> Terms:
    return Terms(rule, TABLE[kind], calendar, CALENDAR)


def local(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=ZONE)  # type: ignore[arg-type, misc]  # year, month, day, hour, minute


def day(year: int, month: int, number: int) -> Period:
    return period_of(PeriodType.DAY, date(year, month, number), Reporting.ADMIN)


def month_of(found: date) -> Period:
    return period_of(PeriodType.MONTH, found, Reporting.ADMIN)


@pytest.mark.parametrize(
    ("period", "rule", "due", "until"),
    [
        # By the table: the next working day; before Tết that is eleven days later.
        (day(2026, 2, 12), FreshnessRule(), local(2026, 2, 13, 17), local(2026, 2, 13, 19)),
        (day(2026, 2, 13), FreshnessRule(), local(2026, 2, 23, 17), local(2026, 2, 23, 19)),
        # Under a clock deadline: the same day, or the first worked one after it.
        (day(2026, 2, 13), CLOCK_RULE, local(2026, 2, 13, 17), local(2026, 2, 13, 21)),
        (day(2026, 2, 18), CLOCK_RULE, local(2026, 2, 23, 17), local(2026, 2, 23, 21)),
        # A Saturday that makes up for another day is worked, the day it stands for is not.
        (day(2026, 8, 22), CLOCK_RULE, local(2026, 8, 22, 17), local(2026, 8, 22, 21)),
        (day(2026, 8, 31), CLOCK_RULE, local(2026, 9, 3, 17), local(2026, 9, 3, 21)),
        # The month that ends on the 14th of February 2026 is due three working days after Tết.
        (month_of(date(2026, 2, 14)), FreshnessRule(), local(2026, 2, 25, 17), local(2026, 2, 26, 17)),
        (month_of(date(2026, 11, 1)), FreshnessRule(), local(2026, 11, 18, 17), local(2026, 11, 19, 17)),
        # The age counts from the end, and never makes it earlier than the table.
        (
            month_of(date(2026, 11, 1)),
            FreshnessRule(max_age=timedelta(days=10)),
            local(2026, 11, 25, 0),
            local(2026, 11, 26, 0),
        ),
        (
            month_of(date(2026, 11, 1)),
            FreshnessRule(max_age=HOUR),
            local(2026, 11, 18, 17),
            local(2026, 11, 19, 17),
        ),
        # A clock deadline sets the hour of the others, not the day.
        (
            month_of(date(2026, 11, 1)),
            FreshnessRule(due_by=time(9), grace=HOUR),
            local(2026, 11, 18, 9),
            local(2026, 11, 18, 10),
        ),
    ],
)
def test_when_the_figure_of_a_period_is_due(
    period: Period, rule: FreshnessRule, due: datetime, until: datetime
) -> None:
    judged = terms(period.type, rule)
    assert due_of(period, judged) == due
    assert grace_until(due, judged) == until


def test_a_realtime_figure_ages_from_its_extraction() -> None:
    read = local(2026, 2, 17, 3)
    judged = terms(PeriodType.REALTIME)
    assert due_at(realtime(read), judged) == read + timedelta(minutes=15)
    assert due_at(realtime(read), judged, extracted_at=read + HOUR) == read + HOUR + timedelta(minutes=15)


def test_a_realtime_figure_under_a_clock_deadline_is_asked_once_a_working_day() -> None:
    judged = terms(PeriodType.REALTIME, CLOCK_RULE)
    assert due_at(realtime(local(2026, 2, 13, 8)), judged) == local(2026, 2, 23, 17)
    assert due_at(realtime(local(2026, 2, 24, 18)), judged) == local(2026, 2, 25, 17)


@pytest.mark.parametrize("kind", [kind for kind in PeriodType if kind is not PeriodType.REALTIME])
@pytest.mark.parametrize("rule", [FreshnessRule(), CLOCK_RULE, FreshnessRule(max_age=timedelta(days=7))])
@pytest.mark.parametrize("reporting", Reporting)
def test_states_change_at_each_boundary_of_a_year(kind: PeriodType, rule: FreshnessRule, reporting: Reporting) -> None:
    judged = terms(kind, rule, reporting)
    for period in _year(kind, reporting):
        wanted = _oracle(following(period, reporting), judged)
        due = due_at(period, judged)
        assert due == wanted
        until = grace_until(due, judged)
        signs = Signs(period)
        assert standing(signs, judged, due).state is State.LIVE
        assert standing(signs, judged, due + INSTANT).state is State.DUE_SOON
        assert standing(signs, judged, until).state is (State.DUE_SOON if until > due else State.LIVE)
        after = standing(signs, judged, until + INSTANT)
        assert (after.state, after.current) == (State.LATE, False)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 2, 1)),
    st.timedeltas(timedelta(0), timedelta(days=400)),
    st.timedeltas(timedelta(0), timedelta(hours=2)) | st.none(),
    st.sampled_from(PeriodType),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_the_worst_true_state_wins_and_nothing_is_coloured_after_its_grace(
    when: datetime, age: timedelta, beat: timedelta | None, kind: PeriodType, beats: bool, withheld: bool
) -> None:
    now = when.replace(tzinfo=UTC)
    then = now - age
    newest = realtime(then) if kind is PeriodType.REALTIME else period_of(kind, then.date(), Reporting.ADMIN)
    signs = Signs(newest, beats=beats, beat_at=None if beat is None else now - beat, withheld=withheld)
    judged = terms(kind)
    found = standing(signs, judged, now)

    assert found.due_at is not None
    assert found.grace_until is not None
    lost = beats and (beat is None or beat > timedelta(minutes=15))
    plain = standing(Signs(newest), judged, now).state
    assert ORDER[found.state] == max(ORDER[plain], ORDER[State.LOST] * lost, ORDER[State.WITHHELD] * withheld)
    assert not (found.current and now > found.grace_until)
    assert not (found.current and withheld)
    assert (found.lost_since is not None) == (lost and beat is not None)
    later = standing(replace(signs, beat_at=signs.beat_at), judged, now + DAY)
    assert ORDER[later.state] >= ORDER[found.state], "time alone makes nothing better"


def test_no_figure_is_never_and_restricted_wins() -> None:
    judged = terms(PeriodType.MONTH)
    assert standing(Signs(None), judged, local(2026, 1, 1)).state is State.NEVER
    assert standing(Signs(None, withheld=True), judged, local(2026, 1, 1)).state is State.WITHHELD
    assert worst([]) is State.LIVE


def test_a_dead_link_strikes_realtime_figures_only() -> None:
    now = local(2026, 11, 24, 12)
    dead = {"beats": True, "beat_at": now - HOUR}
    struck = standing(Signs(realtime(now), **dead), terms(PeriodType.REALTIME), now)  # type: ignore[arg-type]
    kept = standing(Signs(month_of(date(2026, 11, 1)), **dead), terms(PeriodType.MONTH), now)  # type: ignore[arg-type]
    assert (struck.state, struck.current, struck.lost_since) == (State.LOST, False, now - HOUR)
    assert (kept.state, kept.current) == (State.LOST, True)


def _year(kind: PeriodType, reporting: Reporting) -> Iterator[Period]:
    period = period_of(kind, date(2026, 1, 1), reporting)
    while period.start < date(2027, 1, 1):
        yield period
        period = following(period, reporting)


def _oracle(period: Period, judged: Terms) -> datetime:
    """Written again by counting days."""
    rule, table = judged.rule, judged.table
    worked = [found for number in range(120) if CALENDAR.is_worked(found := period.end + number * DAY)]
    if period.type is PeriodType.DAY and rule.due_by:
        return datetime.combine(worked[0], time(17), ZONE)
    after = [found for found in worked if found > period.end]
    due = datetime.combine(after[(table.working_days or 0) - 1], time(17), ZONE)
    if rule.max_age:
        due = max(due, datetime.combine(period.end + DAY, time(), ZONE) + rule.max_age)
    return due
