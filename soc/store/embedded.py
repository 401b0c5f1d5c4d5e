"""The event store on Parquet files and DuckDB; `manifest.db` says which files exist.

One process writes (the keep role), any number read: `EmbeddedStore(data, read_only=True)`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from soc.access import Scope
from soc.clock import Clock, SystemClock
from soc.errors import PositionMoved, StoreError
from soc.event import Event
from soc.lock import WriterLock
from soc.paths import DataDir
from soc.query import Query
from soc.query.values import micros
from soc.store import Ack, Cursor, Page, Stack, StoreHealth, Weight, duck, merging, stacking
from soc.store.checks import check_field, check_stack
from soc.store.files import sweep
from soc.store.ids import new_lines
from soc.store.manifest import Manifest, Segment
from soc.store.reading import LIMIT_SECONDS, MOST_HITS, SegmentReader, again_if_a_file_went, by_count, holding
from soc.store.token import place, token
from soc.store.writing import UNDATED, SegmentWriter

if TYPE_CHECKING:
    import duckdb

UNLINK_AFTER = timedelta(minutes=10)  # a query that was planned before may open the file: longer than any may take
EXPORT_PAGE = 5_000
HOUR = 3_600
_COUNTED = frozenset({None, "unit.id", "event.dataset", "event.outcome"})
_EVER = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


class EmbeddedStore:
    """Keeps the promise of `EventStore`."""

    def __init__(
        self,
        data: DataDir,
        *,
        read_only: bool = False,
        clock: Clock | None = None,
        limit_seconds: float = LIMIT_SECONDS,
    ) -> None:
        self._data = data
        self._clock = clock or SystemClock()
        # Before the manifest is touched: two writers would sweep each other's unfinished files.
        self._lock = None if read_only else WriterLock(data.events, StoreError)
        self._manifest = Manifest(data.manifest, read_only=read_only)
        self._reader = SegmentReader(data.events, self._manifest, limit_seconds)
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._writer: SegmentWriter | None = None
        self._unmerged: frozenset[str] = frozenset()
        self._merge_problem: str | None = None
        if not read_only:
            self._begin_writing()

    def close(self) -> None:
        self._reader.close()
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        self._manifest.close()
        if self._lock is not None:
            self._lock.release()

    # Writing

    def append(self, lines: Sequence[bytes], cursor: Cursor, *, fold: bool = False) -> Ack:
        writer = self._needed_writer()
        if self.cursor(cursor.lane) != cursor.old:
            raise PositionMoved(
                f"lane '{cursor.lane}' stands at {self.cursor(cursor.lane)}, not at {cursor.old}", code="SOC-1516"
            )
        fresh = new_lines(lines, self._stored_ids) if fold else lines
        files = writer.flush(fresh, self._clock.now()) if fresh else []
        rollup = [row for _, rows in files for row in rows]
        self._manifest.add([segment for segment, _ in files], rollup, cursor)
        return Ack(len(fresh), len(lines) - len(fresh))

    def cursor(self, lane: str) -> int:
        return self._manifest.position(lane)

    def retain(self, before: datetime) -> int:
        writer = self._needed_writer()
        limit = micros(before)
        # An old log that is imported today, and what has no usable time, is kept as long as what happens today.
        old = [row for row in self._manifest.segments(hi_us=limit) if max(row.hi_us, row.made_us) < limit]
        if old:
            counts = [row for segment in old for row in writer.rollup_of(segment.path)]
            self._manifest.drop(old, counts, micros(self._clock.now()))
        return sum(row.events for row in old)

    def maintain(self, budget_seconds: float) -> int:
        writer = self._needed_writer()
        now_us = micros(self._clock.now())
        gone = self._unlink(self._manifest.retired(now_us - UNLINK_AFTER // timedelta(microseconds=1)))
        end = self._clock.monotonic() + budget_seconds
        while self._clock.monotonic() <= end and (due := self._due(now_us)):
            parts, level = due
            try:
                self._manifest.replace(parts, writer.merge(parts, level=level), now_us)
            except StoreError as error:
                # Small files are slow, not wrong: say so, and leave these be until the next start.
                self._unmerged |= {part.path for part in parts}
                self._merge_problem = f"{error.code}: {len(parts)} files could not be merged: {error}"
            else:
                gone += len(parts)
        return gone

    # Reading

    def get(self, ids: Sequence[str], scope: Scope) -> tuple[Event, ...]:
        query = Query(None, *_EVER, scope)
        wanted = list(dict.fromkeys(ids))

        def ask() -> dict[str, Event]:
            hits = self._reader.by_id(query, holding(self._reader.segments(query), wanted), wanted)
            return {str(event["event.id"]): event for event in self._reader.documents(hits)}

        found = again_if_a_file_went(ask) if wanted else {}
        return tuple(found[event_id] for event_id in wanted if event_id in found)

    def known(self, ids: Sequence[str], scope: Scope) -> frozenset[str]:
        query = Query(None, *_EVER, scope)

        def ask() -> frozenset[str]:
            segments = holding(self._reader.segments(query), ids)
            return frozenset(hit.id for hit in self._reader.by_id(query, segments, ids))

        return again_if_a_file_went(ask) if ids else frozenset()

    def search(self, query: Query, *, after: str | None = None, limit: int = 100, newest_first: bool = True) -> Page:
        if not 1 <= limit <= MOST_HITS:
            raise StoreError(f"a page holds 1 to {MOST_HITS:,} events, not {limit}", code="SOC-1513")
        start = place(after)
        return again_if_a_file_went(
            lambda: self._page(query, self._reader.segments(query), start, limit, newest=newest_first)
        )

    def count(self, query: Query) -> int:
        if _whole_hours(query, HOUR, None):
            return sum(n for _, _, n in self._hourly(query, None))
        return again_if_a_file_went(lambda: sum(int(row[-1]) for row in self._reader.counted(query, "1 AS hit")))

    def histogram(
        self, query: Query, *, interval_seconds: int, by: str | None = None
    ) -> tuple[tuple[datetime, str, int], ...]:
        if interval_seconds < 1:
            raise StoreError(f"a bucket lasts at least 1 second, not {interval_seconds}", code="SOC-1513")
        if by is not None:
            check_field(by)
        counts: Counter[tuple[int, str]] = Counter()
        if _whole_hours(query, interval_seconds, by):
            for hour, value, n in self._hourly(query, by):
                counts[hour // interval_seconds * interval_seconds, value] += n
        else:
            counts.update(again_if_a_file_went(partial(self._buckets, query, interval_seconds, by)))
        return tuple((_instant(at * 1_000_000), value, n) for (at, value), n in sorted(counts.items()))

    def top(self, query: Query, field: str, n: int) -> tuple[tuple[str, int], ...]:
        check_field(field)
        texts = f"list_distinct(list_filter({{elements:{field}}}, lambda x: x IS NOT NULL))"

        def ask() -> Counter[str]:
            counts: Counter[str] = Counter()
            for value, found in self._reader.counted(query, f"unnest({texts}) AS value", (field,)):
                counts[value] += found
            return counts

        return by_count(again_if_a_file_went(ask), n)

    def stack(self, query: Query, fields: Sequence[str], n: int, *, rarest_first: bool = True) -> Stack:
        check_stack(fields)
        ask = partial(stacking.stack, self._data.events, self._reader, query, fields, n, rarest_first=rarest_first)
        return again_if_a_file_went(ask)

    def weigh(self, query: Query) -> Weight:
        segments = self._reader.segments(query)
        return Weight(len(segments), sum(row.events for row in segments), sum(row.bytes for row in segments))

    def export(self, query: Query) -> Iterator[Event]:
        segments = self._reader.segments(query)
        start: tuple[int, str] | None = None
        while True:
            events, start = again_if_a_file_went(partial(self._export_page, query, segments, start))
            yield from events
            if start is None:
                return

    def fields(self, since: datetime, until: datetime, scope: Scope) -> Mapping[str, int]:
        query = Query(None, since, until, scope)

        def ask() -> Counter[str]:
            counts: Counter[str] = Counter()
            for name, n in self._reader.counted(query, "unnest(json_keys(doc)) AS name"):
                counts[name] += n
            return counts

        return dict(again_if_a_file_went(ask))

    def health(self) -> StoreHealth:
        segments = self._manifest.segments()
        dated = [row for row in segments if row.kind != UNDATED] or segments
        missing = [row.path for row in segments if not (self._data.events / row.path).exists()]
        return StoreHealth(
            events=sum(row.events for row in segments),
            files=len(segments),
            bytes=sum(row.bytes for row in segments),
            oldest=_instant(min(row.lo_us for row in dated)) if dated else None,
            newest=_instant(max(row.hi_us for row in dated)) if dated else None,
            problems=(*(f"SOC-1514: event file {path} is missing" for path in missing), *self._merge_problems()),
        )

    def _merge_problems(self) -> tuple[str, ...]:
        return (self._merge_problem,) if self._merge_problem else ()

    def _export_page(
        self, query: Query, segments: Sequence[Segment], start: tuple[int, str] | None
    ) -> tuple[list[Event], tuple[int, str] | None]:
        hits, complete = self._reader.walk(query, segments, start, EXPORT_PAGE, newest=False)
        if not complete:
            raise StoreError("the export ran into the time limit - export a shorter time", code="SOC-1512")
        following = (hits[-1].at_us, hits[-1].id) if len(hits) == EXPORT_PAGE else None
        return list(self._reader.documents(hits)), following

    def _page(
        self, query: Query, segments: Sequence[Segment], start: tuple[int, str] | None, limit: int, *, newest: bool
    ) -> Page:
        hits, complete = self._reader.walk(query, segments, start, limit + 1, newest=newest)
        shown = hits[:limit]
        more = len(hits) > limit or (not complete and shown)
        following = token(shown[-1].at_us, shown[-1].id) if more and shown else None
        return Page(tuple(self._reader.documents(shown)), following, complete)

    def _buckets(self, query: Query, interval_seconds: int, by: str | None) -> Counter[tuple[int, str]]:
        width = interval_seconds * 1_000_000
        at = f'epoch_us("@timestamp") - ((epoch_us("@timestamp") % {width:d}) + {width:d}) % {width:d}'
        texts = f"list_distinct(list_filter({{elements:{by}}}, lambda x: x IS NOT NULL))"
        value = f"unnest(CASE WHEN len({texts}) > 0 THEN {texts} ELSE [''] END)" if by else "''"
        counts: Counter[tuple[int, str]] = Counter()
        extra = (by,) if by else ()
        for bucket, text, n in self._reader.counted(query, f"{at} AS at, {value} AS value", extra):
            counts[bucket // 1_000_000, text] += n
        return counts

    def _hourly(self, query: Query, by: str | None) -> Iterator[tuple[int, str, int]]:
        rows = self._manifest.hourly(micros(query.since) // 1_000_000, micros(query.until) // 1_000_000, by)
        return ((hour, value, n) for hour, unit, value, n in rows if query.scope.sees(unit))

    def _stored_ids(self, ids: Sequence[str]) -> set[str]:
        """Which of these are stored; only files of their time are asked."""
        return self._needed_writer().stored([row.path for row in holding(self._manifest.segments(), ids)], ids)

    def _due(self, now_us: int) -> tuple[tuple[Segment, ...], int] | None:
        return merging.next_merge((row for row in self._manifest.segments() if row.path not in self._unmerged), now_us)

    def _begin_writing(self) -> None:
        known = {row.path for row in self._manifest.segments()}
        sweep(self._data.events, known | set(self._manifest.retired()))

    def _needed_writer(self) -> SegmentWriter:
        if self._lock is None:
            raise StoreError("this store was opened for reading only", code="SOC-1510")
        if self._writer is None:
            self._engine = duck.connect(self._data.events, duck.WRITER)
            self._writer = SegmentWriter(self._data.events, self._engine, self._manifest.last_number())
        return self._writer

    def _unlink(self, paths: Sequence[str]) -> int:
        for path in paths:
            (self._data.events / path).unlink(missing_ok=True)
        if paths:
            self._manifest.forget(paths)
        return len(paths)


def _whole_hours(query: Query, interval_seconds: int, by: str | None) -> bool:
    """Whether the hourly counts answer: no terms, whole hours, and a value that is counted."""
    edges = (micros(query.since), micros(query.until))
    aligned = interval_seconds % HOUR == 0 and all(edge % (HOUR * 1_000_000) == 0 for edge in edges)
    return query.node is None and aligned and by in _COUNTED


def _instant(us: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=us)
