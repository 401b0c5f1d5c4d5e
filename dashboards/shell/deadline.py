"""Deadlines and moments as people type them: 24/11/2026, 24/11/2026 14:03, or the same in ISO form; the province's
own time.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from dashboards.shell.i18n import N_
from soc.calendar import ZONE, Calendar

DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")
CLOSING = time(17)
NO_MOMENT = N_("Not a day or time. Write it as 24/11/2026 or 24/11/2026 14:03.")
NOT_WORKED = N_("This is no working day: choose another, or give the time as well.")


def moment_of(text: str, *, at: time = CLOSING) -> datetime:
    """To the minute; a day alone means `at` of it. Raises ValueError."""
    day, _, clock = text.strip().replace("T", " ").partition(" ")
    found = DAY.fullmatch(day)
    on = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(day)
    hours = CLOCK.fullmatch(clock.strip()) if clock.strip() else None
    if clock.strip() and hours is None:
        raise ValueError(text)
    when = time(int(hours[1]), int(hours[2])) if hours else at
    return datetime.combine(on, when, ZONE).astimezone(UTC)


def deadline_of(text: str, calendar: Calendar) -> datetime:
    """A day alone ends with its office hours and must be worked. Raises ValueError with one of the texts above."""
    try:
        found = moment_of(text)
    except ValueError:
        raise ValueError(NO_MOMENT) from None
    if ":" not in text and not calendar.is_worked(found.astimezone(ZONE).date()):
        raise ValueError(NOT_WORKED)
    return found


def next_working_day(now: datetime, calendar: Calendar, days: int) -> date:
    """The working day that lies so many after today: what a fresh form proposes."""
    day = now.astimezone(ZONE).date()
    for _ in range(days):
        day += timedelta(days=1)
        while not calendar.is_worked(day):
            day += timedelta(days=1)
    return day


def written(at: datetime) -> str:
    """As `moment_of` takes it."""
    return f"{at.astimezone(ZONE):%d/%m/%Y %H:%M}"
