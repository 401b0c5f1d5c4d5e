"""Which files become one: thirty fresh ones at once, and all of an hour when it has closed."""

from __future__ import annotations

from collections.abc import Iterable

from soc.store.manifest import Segment

MICRO_FILES = 30
HOUR_US = 3_600 * 1_000_000
MOST_BYTES = 128 * 1024 * 1024  # about 10 s of work: the keep loop stands still for so long and must still beat
MERGED_MICRO, MERGED_HOUR = 1, 2


def next_merge(segments: Iterable[Segment], now_us: int) -> tuple[tuple[Segment, ...], int] | None:
    """The files to merge now and the level of the result; None when nothing is due."""
    alike: dict[tuple[str, str, int], list[Segment]] = {}
    for row in segments:
        if row.level < MERGED_HOUR:
            alike.setdefault((row.kind, row.layout, row.made_us // HOUR_US), []).append(row)
    for (_, _, hour), group in alike.items():
        fresh = [row for row in group if row.level < MERGED_MICRO]
        if len(fresh) >= MICRO_FILES:
            return tuple(fresh[:MICRO_FILES]), MERGED_MICRO
        if hour < now_us // HOUR_US and len(fitting := _fitting(group)) > 1:
            return fitting, MERGED_HOUR
    return None


def _fitting(group: list[Segment]) -> tuple[Segment, ...]:
    """As many, from the first on, as one file may hold."""
    total, count = 0, 0
    for row in group:
        total += row.bytes
        if total > MOST_BYTES:
            break
        count += 1
    return tuple(group[:count])
