"""How a figure stands in time, as one pure function of data and a clock (ioc-hub.md 6).

What is due is the figure after the newest one. The rule of the KPI or its subsystem decides, then the table of the
period's type. A figure is `late` only after its grace; the worst true state wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from reports.kpi.definitions import FreshnessRule
from reports.wording import Text
from soc.calendar import ZONE, Calendar
from soc.period import Period, PeriodType, Reporting, following

DAY = timedelta(days=1)
CLOSING = time(17)
REALTIME_AGE = timedelta(minutes=15)
MISSED_BEATS = timedelta(minutes=15)
"""Three heartbeats of five minutes."""

LONGEST = 3_660
"""Days to look for a working day."""


class State(StrEnum):
    """The best first. LOST: the link is dead. NEVER: no figure ever. WITHHELD: not for these eyes."""

    LIVE = "live"
    DUE_SOON = "due_soon"
    LATE = "late"
    LOST = "lost"
    NEVER = "never"
    WITHHELD = "withheld"


ORDER = {state: place for place, state in enumerate(State)}

LABELS = {
    State.LIVE: Text("đang cập nhật", "live"),
    State.DUE_SOON: Text("đến hạn cập nhật", "due now"),
    State.LATE: Text("quá hạn cập nhật", "late"),
    State.LOST: Text("mất kết nối", "link lost"),
    State.NEVER: Text("chưa kết nối", "never connected"),
    State.WITHHELD: Text("hạn chế truy cập", "restricted"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a figure is judged by. `rule`: of the KPI, else of its subsystem; `table`: of the type of period."""

    rule: FreshnessRule
    table: FreshnessRule
    reporting: Reporting
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Signs:
    """What is seen of a figure. `newest` None: there never was one. `extracted_at`: of a realtime figure, when it was
    read at its source. `beats`: whether its sender owes heartbeats; `beat_at`: the last one."""

    newest: Period | None
    extracted_at: datetime | None = None
    beats: bool = False
    beat_at: datetime | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """The state, and the moments behind it. `current`: not later than its grace, nor struck by a dead link: its value
    may carry colour and count in sums. `lost_since`: the last sign of life."""

    state: State
    due_at: datetime | None = None
    grace_until: datetime | None = None
    current: bool = False
    lost_since: datetime | None = None

    def late_by(self, now: datetime) -> timedelta:
        """Since it was due; nothing before."""
        return max(now - self.due_at, timedelta(0)) if self.due_at else timedelta(0)


def standing(signs: Signs, terms: Terms, now: datetime) -> Standing:
    """Of one figure."""
    if signs.newest is None:
        return Standing(State.WITHHELD if signs.withheld else State.NEVER)
    due = due_at(signs.newest, terms, extracted_at=signs.extracted_at)
    until = grace_until(due, terms)
    lost = signs.beats and (signs.beat_at is None or now - signs.beat_at > MISSED_BEATS)
    true = [State.LIVE if now <= due else State.DUE_SOON if now <= until else State.LATE]
    true += [State.LOST] * lost + [State.WITHHELD] * signs.withheld
    struck = lost and signs.newest.type is PeriodType.REALTIME
    current = now <= until and not struck and not signs.withheld
    return Standing(worst(true), due, until, current, signs.beat_at if lost else None)


def worst(states: list[State]) -> State:
    """Of those that are true; LIVE of none."""
    return max(states, key=ORDER.__getitem__, default=State.LIVE)


def due_at(newest: Period, terms: Terms, *, extracted_at: datetime | None = None) -> datetime:
    """When the figure after this one is due."""
    if newest.type is PeriodType.REALTIME:
        return _realtime_due(extracted_at or newest.begins, terms)
    return due_of(following(newest, terms.reporting), terms)


def due_of(period: Period, terms: Terms) -> datetime:
    """When the figure of that period is due. A clock deadline makes that of a day due on the same day when it is
    worked; `max_age` counts from the period's end and never makes a figure due earlier than the table says."""
    rule, table = terms.rule, terms.table
    if period.type is PeriodType.REALTIME:
        return _realtime_due(period.begins, terms)
    hour = rule.due_by or table.due_by or CLOSING
    if rule.due_by and rule.working_days is None and period.type is PeriodType.DAY:
        return _at(working_day(period.end - DAY, 1, terms.calendar), hour)
    days = table.working_days if rule.working_days is None else rule.working_days
    due = _at(working_day(period.end, days or 0, terms.calendar), hour)
    return due if rule.max_age is None else max(due, period.over + rule.max_age)


def grace_until(due: datetime, terms: Terms) -> datetime:
    """The last instant at which a figure is not late yet."""
    chosen = next((one for one in (terms.rule, terms.table) if one.grace is not None or one.grace_days), None)
    if chosen is None:
        return due
    if chosen.grace is not None:
        return due + chosen.grace
    local = due.astimezone(ZONE)
    return _at(working_day(local.date(), chosen.grace_days or 0, terms.calendar), local.timetz().replace(tzinfo=None))


def working_day(day: date, number: int, calendar: Calendar) -> date:
    """The so-manieth working day after that day; the day itself for 0."""
    for _ in range(LONGEST):
        if number <= 0:
            break
        day += DAY
        number -= calendar.is_worked(day)
    return day


def _realtime_due(last: datetime, terms: Terms) -> datetime:
    """A clock deadline asks once a working day: what was read today is followed by that of the next one."""
    if terms.rule.max_age is not None:
        return last + terms.rule.max_age
    if terms.rule.due_by is not None:
        return _at(working_day(last.astimezone(ZONE).date(), 1, terms.calendar), terms.rule.due_by)
    return last + (terms.table.max_age or REALTIME_AGE)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ZONE)
