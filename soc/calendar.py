"""Working time: hours of a working day, holidays and swapped days as data (posture-and-reports.md 2).

Tết is never computed, only entered: `soc/data/calendar-vn.yml`. A year that is not entered has its fixed holidays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

ZONE = timezone(timedelta(hours=7))
HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
NONE = timedelta(0)
SATURDAY = 5
LONGEST = timedelta(days=3660)
"""A limit that ends in more than ten years is one that never ends."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`fixed`: (month, day, first year). `off`: entered holidays. `worked`: days that make up for others.
    `entered`: the years whose days somebody has entered; `unapproved`: those that nobody has confirmed."""

    fixed: tuple[tuple[int, int, int], ...] = ()
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    entered: frozenset[int] = frozenset()
    unapproved: frozenset[int] = frozenset()
    hours: tuple[tuple[time, time], ...] = HOURS

    @property
    def day(self) -> timedelta:
        """The length of one working day."""
        return sum((_length(first, last) for first, last in self.hours), NONE)

    def is_worked(self, day: date) -> bool:
        if day in self.worked:
            return True
        return day.weekday() < SATURDAY and day not in self.off and not self._is_fixed(day)

    def between(self, first: datetime, last: datetime) -> timedelta:
        """Working time from `first` to `last`; nothing when `last` is not later."""
        start, end = (one.astimezone(ZONE).date() for one in (first, last))
        if last <= first:
            return NONE
        if start == end:
            return self._within(start, first, last)
        whole = sum(self.is_worked(start + timedelta(days=number)) for number in range(1, (end - start).days))
        return self._within(start, first, last) + whole * self.day + self._within(end, first, last)

    def after(self, first: datetime, amount: timedelta) -> datetime:
        """The first instant at which `amount` of working time has passed since `first`."""
        left = amount
        for start, end in self._spans(first):
            if end - start >= left:
                return start + left
            left -= end - start
        return first + LONGEST

    def _within(self, day: date, first: datetime, last: datetime) -> timedelta:
        """Working time of that day from `first` to `last`."""
        if not self.is_worked(day):
            return NONE
        spans = ((_at(day, opens, first), _at(day, closes, first)) for opens, closes in self.hours)
        return sum((max(min(closing, last) - max(opening, first), NONE) for opening, closing in spans), NONE)

    def _spans(self, first: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working spans from `first` on, the one that holds it cut."""
        start = first.astimezone(ZONE).date()
        for offset in range(LONGEST.days):
            day = start + timedelta(days=offset)
            if not self.is_worked(day):
                continue
            for opens, closes in self.hours:
                opening, closing = _at(day, opens, first), _at(day, closes, first)
                if closing > first:
                    yield max(opening, first), closing

    def _is_fixed(self, day: date) -> bool:
        return any((day.month, day.day) == (month, of) and day.year >= since for month, of, since in self.fixed)


def _at(day: date, hour: time, like: datetime) -> datetime:
    return datetime.combine(day, hour, ZONE).astimezone(like.tzinfo)


def _length(first: time, last: time) -> timedelta:
    return timedelta(hours=last.hour - first.hour, minutes=last.minute - first.minute)


@cache
def vietnam() -> Calendar:
    """The calendar that ships."""
    text = (files("soc") / "data" / "calendar-vn.yml").read_text("utf-8")
    return calendar_of(yaml.load(text, Loader=yaml.CSafeLoader))


def calendar_of(document: Mapping[str, Any]) -> Calendar:
    """A calendar from one parsed data file."""
    years: Mapping[int, Mapping[str, Any]] = document.get("years") or {}
    return Calendar(
        fixed=tuple((each["month"], each["day"], each.get("since", 0)) for each in document.get("fixed") or ()),
        off=frozenset(each["day"] for year in years.values() for each in year.get("holidays") or ()),
        worked=frozenset(each["day"] for year in years.values() for each in year.get("worked") or ()),
        entered=frozenset(years),
        unapproved=frozenset(number for number, year in years.items() if not year.get("approved_by")),
    )
