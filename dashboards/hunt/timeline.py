"""Hits over time as bars: how wide, how high, and where nothing was received at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from soc.query import Query
from soc.store import EventStore

STEPS = (1, 5, 10, 30, 60, 300, 900, 1_800, 3_600, 7_200, 21_600, 86_400, 604_800)
BARS_MOST = 120
HOUR = timedelta(hours=1)
GAPS_MOST = timedelta(days=93)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bar:
    """`gap`: in all its hours nothing of any kind was stored, so `n` says nothing."""

    at: datetime
    until: datetime
    n: int
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """`step` in seconds."""

    bars: tuple[Bar, ...]
    step: int
    total: int

    @property
    def highest(self) -> int:
        return max((bar.n for bar in self.bars), default=0)

    @property
    def gaps(self) -> int:
        return sum(bar.gap for bar in self.bars)


def timeline(store: EventStore, query: Query, now: datetime) -> Timeline:
    """Never drawn into the future."""
    step = step_of(query.until - query.since)
    counts = {at: n for at, _, n in store.histogram(query, interval_seconds=step)}
    total = sum(counts.values())
    end = max(min(query.until, now + timedelta(seconds=step)), max(counts, default=query.since))
    heard = heard_hours(store, query) if end - query.since <= GAPS_MOST else None
    width = timedelta(seconds=step)
    bars = []
    at = floor(query.since, step)
    while at < end or at in counts:
        n = counts.get(at, 0)
        bars.append(Bar(at, at + width, n, heard is not None and not n and at <= now and not _any(heard, at, width)))
        at += width
    return Timeline(tuple(bars), step, total)


def step_of(length: timedelta) -> int:
    """The narrowest bar that keeps the picture readable."""
    seconds = length.total_seconds()
    return next((step for step in STEPS if seconds / step <= BARS_MOST), max(STEPS[-1], int(seconds / BARS_MOST) + 1))


def heard_hours(store: EventStore, query: Query) -> frozenset[datetime]:
    """The hours in which anything at all was stored of these units; from the hourly counts alone."""
    whole = Query(None, floor(query.since, 3_600), floor(query.until, 3_600) + HOUR, query.scope)
    return frozenset(at for at, _, n in store.histogram(whole, interval_seconds=3_600) if n)


def floor(at: datetime, step: int) -> datetime:
    """The start of its bucket; buckets are aligned to Unix time."""
    seconds = int((at - _EPOCH).total_seconds())
    return _EPOCH + timedelta(seconds=seconds // step * step)


def _any(heard: frozenset[datetime], at: datetime, width: timedelta) -> bool:
    hour = floor(at, 3_600)
    while hour < at + width:
        if hour in heard:
            return True
        hour += HOUR
    return False
