"""Reminders: whom they remind, of what, and when one may be sent (ioc-hub.md 6, 13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from soc.calendar import NONE, ZONE, Calendar
from soc.task import WITH_LEAD, Task

DAY = timedelta(days=1)
LOOK_AHEAD = 31
"""Days in which a worked one is sure to lie."""


class ReminderKind(StrEnum):
    """What one is about."""

    FIGURES_DUE = "figures_due"
    FIGURES_LATE = "figures_late"
    HELD = "held"
    WARNING_NEW = "warning_new"
    WARNING_UP = "warning_up"
    TASK_HALF = "task_half"
    TASK_DAY_BEFORE = "task_day_before"
    TASK_DUE = "task_due"
    TASK_OVERDUE = "task_overdue"
    DIGEST = "digest"


class Receiver(StrEnum):
    """Who gets it, step by step up: đầu mối, người đứng đầu đơn vị, ban chỉ đạo."""

    FOCAL_POINT = "focal_point"
    UNIT_HEAD = "unit_head"
    STEERING = "steering"


UP: Mapping[Receiver, Receiver] = {
    Receiver.FOCAL_POINT: Receiver.UNIT_HEAD,
    Receiver.UNIT_HEAD: Receiver.STEERING,
    Receiver.STEERING: Receiver.STEERING,
}


@dataclass(frozen=True, slots=True)
class QuietHours:
    """No message between these hours of the province, nor on days that are not worked."""

    since: time = time(19, 0)
    until: time = time(7, 0)


@dataclass(frozen=True, slots=True)
class TaskPoints:
    """When a task is reminded of: at half its time, a working day before, at the deadline, each working day after."""

    half: bool = True
    day_before: bool = True
    due: bool = True
    each_day_after: bool = True


def may_be_sent(at: datetime, calendar: Calendar, quiet: QuietHours, *, urgent: bool) -> datetime:
    """The first moment from `at` on at which it disturbs nobody; an urgent one goes at once."""
    if urgent:
        return at
    local = at.astimezone(ZONE)
    for number in range(LOOK_AHEAD):
        day = local.date() + number * DAY
        opens = datetime.combine(day, quiet.until, ZONE)
        closes = datetime.combine(day, quiet.since, ZONE)
        if calendar.is_worked(day) and local < closes:
            return max(local, opens).astimezone(at.tzinfo)
    return at


def task_points(
    task: Task, now: datetime, calendar: Calendar, points: TaskPoints
) -> Iterator[tuple[ReminderKind, str]]:
    """Which reminders of a task are due by now, each with the key that makes it one of its kind. Of those before the
    deadline only the latest is written: a task of a day does not get three at once."""
    if task.state not in WITH_LEAD:
        return
    key = f"{task.id}:{task.due.isoformat()}"
    if now >= task.due:
        if points.due:
            yield ReminderKind.TASK_DUE, key
        day = now.astimezone(ZONE).date()
        first = task.due.astimezone(ZONE).date()
        if points.each_day_after and day > first and calendar.is_worked(day):
            yield ReminderKind.TASK_OVERDUE, f"{key}:{day.isoformat()}"
        return
    if points.day_before and calendar.between(now, task.due) <= calendar.day and _is_long(task, calendar):
        yield ReminderKind.TASK_DAY_BEFORE, key
    elif points.half and now >= task.assigned_at + (task.due - task.assigned_at) / 2:
        yield ReminderKind.TASK_HALF, key


def _is_long(task: Task, calendar: Calendar) -> bool:
    """Whether a working day before the deadline lies after the assignment."""
    return calendar.between(task.assigned_at, task.due) - calendar.day > NONE
