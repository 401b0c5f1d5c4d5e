"""Gaps: where a source that usually speaks said nothing, judged by its own rhythm of the hours before."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BUCKET = 60
BEFORE = timedelta(hours=6)
LEAST = timedelta(minutes=3)
FACTOR = 3
ENOUGH = 5
"""So many buckets with events a source needs before anything is said of its rhythm."""


@dataclass(frozen=True, slots=True)
class Gap:
    """From `since` to `until` the source gave nothing; `goes_on`: until now."""

    source: str
    name: str
    since: datetime
    until: datetime
    goes_on: bool = False


def gaps_of(heard: Iterable[int], since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Silences between `since` and `until` longer than three times the usual pause, and than three minutes.

    `heard`: starts of the buckets (Unix s) in which the source spoke, from `BEFORE` before `since` on. The usual
    pause is the 95th percentile of the pauses before; without enough of them nothing is claimed.
    """
    starts = sorted(set(heard))
    begin, end = int(since.timestamp()), int(until.timestamp())
    before = [at for at in starts if at < begin]
    if len(before) < ENOUGH:
        return []
    pauses = sorted(later - earlier for earlier, later in itertools.pairwise(before))
    usual = pauses[min(len(pauses) - 1, len(pauses) * 95 // 100)]
    longest = max(FACTOR * usual, int(LEAST.total_seconds()))
    points = [before[-1], *(at for at in starts if begin <= at < end), end]
    found = []
    for earlier, later in itertools.pairwise(points):
        first = max(earlier + BUCKET, begin)
        if later - earlier - BUCKET > longest and later > first:
            found.append((datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(later, UTC)))
    return found


def gaps(
    heard: Mapping[str, Iterable[int]], names: Mapping[str, str], since: datetime, until: datetime, now: datetime
) -> tuple[Gap, ...]:
    """Of all sources, in order of time; never beyond now."""
    end = min(until, now)
    if end <= since:
        return ()
    found = [
        Gap(source, names.get(source, source), first, last, goes_on=last >= now)
        for source, starts in heard.items()
        for first, last in gaps_of(starts, since, end)
    ]
    return tuple(sorted(found, key=lambda gap: (gap.since, gap.name)))
