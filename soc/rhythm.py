"""The rhythm of a source: how long it may be quiet at an hour of the week before that is odd. Pure.

Time is counted in records that should have come by then: a night without records says nothing of a source that never
sends at night. `need` is how many may be missing; the gap is the time in which that many are due.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

PROVINCE = timezone(timedelta(hours=7))
HOUR = timedelta(hours=1)
WEEK_HOURS = 168
HISTORY = timedelta(days=28)
LEARN_DAYS = 7
FLOOR = timedelta(minutes=1)
LONGEST = timedelta(days=60)
LEAST_NEED = math.log(1_000)
"""Of records that come by chance, so many are missing once in a thousand gaps."""

HOLIDAY_SHARE = 0.5
"""A holiday is at most as busy as half a Sunday."""

Holiday = Callable[[date], bool]


def no_holiday(day: date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`days` of history behind it; `profile`: records an hour, Monday 00:00 of the province first."""

    days: int
    profile: tuple[float, ...]
    need: float

    @property
    def learned(self) -> bool:
        return self.days >= LEARN_DAYS

    def gap(self, last: datetime, holiday: Holiday = no_holiday) -> timedelta:
        """How long after a record at `last` the next one may take."""
        return min(max(FLOOR, self._until(last, self.need, holiday)), LONGEST)

    def silent_after(self, last: datetime, holiday: Holiday = no_holiday) -> timedelta:
        """When it counts as silent: never later than twice the gap."""
        twice = self._until(last, 2 * self.need, holiday)
        return min(max(2 * FLOOR, twice), 2 * self.gap(last, holiday))

    def expected(self, at: datetime, holiday: Holiday = no_holiday) -> float:
        """Records in the hour of `at`."""
        return rate_at(self.profile, at, holiday)

    def missed(self, since: datetime, until: datetime, holiday: Holiday = no_holiday) -> float:
        """How many records are due between two times."""
        return sum(share * self.expected(at, holiday) for at, share in _hours(since, until))

    def _until(self, last: datetime, need: float, holiday: Holiday) -> timedelta:
        if not any(self.profile):
            return LONGEST
        due = 0.0
        for at, share in _hours(last, last + LONGEST):
            rate = self.expected(at, holiday)
            if due + share * rate >= need:
                return at - last + (need - due) / rate * HOUR
            due += share * rate
        return LONGEST


def learn(
    counts: Mapping[datetime, int],
    gaps: Mapping[datetime, timedelta],
    first: datetime,
    now: datetime,
    holiday: Holiday = no_holiday,
) -> Rhythm:
    """From records by hour (UTC) and the longest quiet seen in an hour. `first`: when the source was heard first;
    holidays teach nothing, and one odd gap does not: it must come twice."""
    begin = _whole(max(first, now - HISTORY))
    end = _whole(now)
    hours = [at for at in _each(begin, end) if not holiday(at.astimezone(PROVINCE).date())]
    days = max((now - max(first, now - HISTORY)) // timedelta(days=1), 0)
    profile = _profile(counts, hours)
    rhythm = Rhythm(days, profile, LEAST_NEED)
    samples = [rhythm.missed(at, until) for at, until in _quiet_runs(counts, hours)]
    samples += [rhythm.missed(at + HOUR / 2 - length, at + HOUR / 2) for at, length in gaps.items() if at >= begin]
    return Rhythm(days, profile, max(LEAST_NEED, _second(samples)))


def rate_at(profile: tuple[float, ...], at: datetime, holiday: Holiday) -> float:
    local = at.astimezone(PROVINCE)
    if holiday(local.date()):
        return profile[6 * 24 + local.hour] * HOLIDAY_SHARE
    return profile[local.weekday() * 24 + local.hour]


def _profile(counts: Mapping[datetime, int], hours: Iterable[datetime]) -> tuple[float, ...]:
    sums, times = [0.0] * WEEK_HOURS, [0] * WEEK_HOURS
    for at in hours:
        local = at.astimezone(PROVINCE)
        slot = local.weekday() * 24 + local.hour
        sums[slot] += counts.get(at, 0)
        times[slot] += 1
    return tuple(total / n if n else 0.0 for total, n in zip(sums, times, strict=True))


def _quiet_runs(counts: Mapping[datetime, int], hours: Iterable[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """From the first to the end of the last of hours without a record."""
    start: datetime | None = None
    end: datetime | None = None
    for at in hours:
        if counts.get(at, 0) == 0 and (start is None or at == end):
            start, end = start or at, at + HOUR
        elif start is not None and end is not None:
            yield start, end
            start, end = (at, at + HOUR) if counts.get(at, 0) == 0 else (None, None)


def _second(samples: list[float]) -> float:
    ordered = sorted(samples, reverse=True)
    return ordered[1] if len(ordered) > 1 else 0.0


def _hours(since: datetime, until: datetime) -> Iterator[tuple[datetime, float]]:
    """The pieces of hours between two times, with their length in hours."""
    at = since
    while at < until:
        end = min(_whole(at) + HOUR, until)
        yield at, (end - at) / HOUR
        at = end


def _each(begin: datetime, end: datetime) -> Iterator[datetime]:
    while begin < end:
        yield begin
        begin += HOUR


def _whole(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
