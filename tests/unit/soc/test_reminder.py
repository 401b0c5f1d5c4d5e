from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from soc.calendar import ZONE, vietnam
from soc.reminder import QuietHours, ReminderKind, TaskPoints, may_be_sent, task_points
from soc.task import TaskState
from tests.unit.soc.test_task import a_task

EXAMPLES = 2_000 if os.environ.get("SOC_PROOF") else 300
CALENDAR, QUIET, POINTS = vietnam(), QuietHours(), TaskPoints()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE).astimezone(UTC)  # type: ignore[misc,arg-type]


MONDAY = local(2026, 11, 16, 8)
FRIDAY = local(2026, 11, 27, 17)


def kinds(now: datetime, state: TaskState = TaskState.ACCEPTED) -> list[ReminderKind]:
    task = a_task(assigned_at=MONDAY, due=FRIDAY, state=state)
    return [kind for kind, _ in task_points(task, now, CALENDAR, POINTS)]


def test_a_task_is_reminded_of_at_four_points() -> None:
    assert kinds(MONDAY + HOUR) == []
    assert kinds(local(2026, 11, 23, 8)) == [ReminderKind.TASK_HALF]
    assert kinds(local(2026, 11, 27, 8)) == [ReminderKind.TASK_DAY_BEFORE]
    assert kinds(FRIDAY) == [ReminderKind.TASK_DUE]
    assert kinds(local(2026, 11, 28, 9)) == [ReminderKind.TASK_DUE]  # a Saturday
    assert kinds(local(2026, 11, 30, 9)) == [ReminderKind.TASK_DUE, ReminderKind.TASK_OVERDUE]


def test_nobody_is_reminded_of_what_he_has_reported() -> None:
    assert kinds(FRIDAY + DAY, TaskState.REPORTED) == []
    assert kinds(FRIDAY + DAY, TaskState.DONE) == []


def test_each_working_day_after_is_another_reminder() -> None:
    task = a_task(assigned_at=MONDAY, due=FRIDAY)
    days = (local(2026, 11, 30, 9), local(2026, 11, 30, 15), local(2026, 12, 1, 9))
    keys = [key for day in days for kind, key in task_points(task, day, CALENDAR, POINTS) if kind == "task_overdue"]
    assert len(keys) == 3
    assert len(set(keys)) == 2


def test_at_night_and_on_holidays_it_waits_unless_it_is_urgent() -> None:
    assert may_be_sent(local(2026, 11, 24, 22), CALENDAR, QUIET, urgent=False) == local(2026, 11, 25, 7)
    assert may_be_sent(local(2026, 11, 28, 10), CALENDAR, QUIET, urgent=False) == local(2026, 11, 30, 7)
    assert may_be_sent(local(2026, 9, 2, 10), CALENDAR, QUIET, urgent=False) > local(2026, 9, 2, 23)
    assert may_be_sent(local(2026, 11, 28, 22), CALENDAR, QUIET, urgent=True) == local(2026, 11, 28, 22)


@given(st.integers(0, 3 * 365 * 24 * 60))
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_is_sent_is_never_sent_in_quiet_hours(minutes: int) -> None:
    at = local(2025, 1, 1) + timedelta(minutes=minutes)
    sent = may_be_sent(at, CALENDAR, QUIET, urgent=False)
    clock = sent.astimezone(ZONE)
    assert sent >= at
    assert CALENDAR.is_worked(clock.date())
    assert QUIET.until <= clock.time() < QUIET.since
