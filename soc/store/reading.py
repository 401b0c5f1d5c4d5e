"""Asking the files: which of them, in which groups, and never longer than the time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from soc.errors import StoreError
from soc.event import Event, decode
from soc.query import Query
from soc.query.duckdb_sql import Clause, clause, elements, fields_of
from soc.query.layout import columns
from soc.query.values import micros
from soc.store import duck
from soc.store.manifest import Manifest, Segment
from soc.store.stop import current
from soc.store.writing import UNDATED, layout

if TYPE_CHECKING:
    import duckdb

Answer = TypeVar("Answer")

LIMIT_SECONDS = 30.0
AT_ONCE = 4
FIRST_FILES, MOST_FILES = 4, 256
MOST_HITS = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Where one event lies; sorts by time, then id."""

    at_us: int
    id: str
    path: str
    row: int


@dataclass(frozen=True, slots=True)
class Group:
    """Files that one statement can ask, and the fields for which `doc` answers instead of a column."""

    paths: tuple[str, ...]
    without: frozenset[str]


class SegmentReader:
    """Reads what the manifest names, in any process."""

    def __init__(self, events: Path, manifest: Manifest, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._events = events
        self._manifest = manifest
        self._limit_seconds = limit_seconds
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._making = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def segments(self, query: Query) -> list[Segment]:
        """The files that can hold hits."""
        if query.scope.empty:
            return []
        return self._manifest.segments(micros(query.since), micros(query.until) - 1)

    def counted(self, query: Query, select: str, extra: Iterable[str] = ()) -> Iterator[tuple[Any, ...]]:
        """`select` over the hits and how often each of its rows came, for each group of files; the caller adds up.
        A `{elements:FIELD}` in `select` becomes the list of that field's texts."""
        used = fields_of(query.node) | frozenset(extra)
        for group in groups(self._events, self.segments(query), used):
            where = clause(query, without=group.without)
            chosen = select
            for name in extra:
                chosen = chosen.replace(f"{{elements:{name}}}", elements(name, without=group.without))
            table = duck.parquet(list(group.paths))
            hits = f"SELECT {chosen} FROM {table} WHERE {where.sql}"
            yield from self.run(f"SELECT *, count(*) FROM ({hits}) GROUP BY ALL", where)

    def walk(
        self, query: Query, segments: Sequence[Segment], after: tuple[int, str] | None, limit: int, *, newest: bool
    ) -> tuple[list[Hit], bool]:
        """The first `limit` hits past `after`, and whether every file that counts was asked in time."""
        hits: list[Hit] = []
        deadline = time.monotonic() + self._limit_seconds
        for chunk in _walk_order(segments, after, newest=newest):
            if len(hits) >= limit and _is_settled(hits[limit - 1], chunk[0], newest=newest):
                break
            if time.monotonic() >= deadline:
                return hits[:limit], False
            hits = sorted([*hits, *self._hits(query, chunk, after, limit, newest=newest)], reverse=newest)
        return hits[:limit], True

    def by_id(self, query: Query, segments: Sequence[Segment], ids: Sequence[str]) -> list[Hit]:
        """Where these events lie, as far as the query's scope sees them."""
        hits: list[Hit] = []
        for group in groups(self._events, segments, frozenset()):
            where = clause(query, without=group.without)
            rows = self.run(
                'SELECT epoch_us("@timestamp"), "event.id", filename, file_row_number '
                f"FROM {duck.parquet(list(group.paths), numbered=True)} "
                f'WHERE {where.sql} AND "event.id" IN (SELECT unnest($ids))',
                replace(where, values={**where.values, "ids": list(ids)}),
            )
            hits += (Hit(*row) for row in rows)
        return hits

    def documents(self, hits: Sequence[Hit]) -> Iterator[Event]:
        """The events of hits, in their order. A second step, so that the walk never reads `doc`."""
        for part in _parts(hits, 1_000):
            rows: dict[str, list[int]] = {}
            for hit in part:
                rows.setdefault(hit.path, []).append(hit.row)
            statement = " UNION ALL ".join(
                f"SELECT {number}, file_row_number, doc FROM {duck.parquet([path], numbered=True)} "
                f"WHERE file_row_number IN ({', '.join(map(str, numbers))})"
                for number, (path, numbers) in enumerate(rows.items())
            )
            order = {path: number for number, path in enumerate(rows)}
            found = {(number, row): doc for number, row, doc in self.run(statement)}
            yield from (decode(found[order[hit.path], hit.row].encode()) for hit in part)

    def run(self, statement: str, where: Clause | None = None) -> list[tuple[Any, ...]]:
        """One statement under the time limit."""
        import duckdb

        with self._cursor() as cursor, duck.time_limit(cursor, self._limit_seconds):
            try:
                return cursor.execute(statement, where.values if where else {}).fetchall()
            except (duckdb.InterruptException, duckdb.IOException):
                raise
            except duckdb.Error as error:
                raise StoreError(f"the event files could not be read: {error}", code="SOC-1514") from error

    def _hits(
        self, query: Query, chunk: Sequence[Segment], after: tuple[int, str] | None, limit: int, *, newest: bool
    ) -> Iterator[Hit]:
        way = "DESC" if newest else "ASC"
        for group in groups(self._events, chunk, fields_of(query.node)):
            where = clause(query, without=group.without)
            past = ""
            if after is not None:
                sign = "<" if newest else ">"
                where = replace(where, values={**where.values, "at": after[0], "id": after[1]})
                past = (
                    f' AND "@timestamp" {sign}= make_timestamp($at) AND '
                    f'("@timestamp" {sign} make_timestamp($at) OR "event.id" {sign} $id)'
                )
            rows = self.run(
                'SELECT epoch_us("@timestamp"), "event.id", filename, file_row_number '
                f"FROM {duck.parquet(list(group.paths), numbered=True)} WHERE {where.sql}{past} "
                f"ORDER BY 1 {way}, 2 {way} LIMIT {limit:d}",
                where,
            )
            yield from (Hit(*row) for row in rows)

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if not self._place():
            raise StoreError(f"{AT_ONCE} queries run already - try again in a moment", code="SOC-1515")
        try:
            with self._making:
                if self._connection is None:
                    self._connection = duck.connect(self._events, duck.READER)
            cursor = self._connection.cursor()
            try:
                yield cursor
            finally:
                cursor.close()
        finally:
            self._places.release()

    def _place(self) -> bool:
        """Whether one of the places came free in time; whoever gives up meanwhile leaves the row."""
        deadline = time.monotonic() + self._limit_seconds
        while not self._places.acquire(timeout=0.1):
            current().check()
            if time.monotonic() >= deadline:
                return False
        return True


def groups(events: Path, segments: Sequence[Segment], used: frozenset[str]) -> list[Group]:
    """Files that agree on what their columns say about the fields used."""
    found: dict[tuple[str, frozenset[str]], list[str]] = {}
    for segment in segments:
        # A file with the columns of another version still has time, id, unit and `doc`.
        odd = segment.irregular & used if segment.layout == layout() else frozenset(columns()) - {"unit.id", "event.id"}
        found.setdefault((segment.layout, odd), []).append(str(events / segment.path))
    return [Group(tuple(paths), without) for (_, without), paths in found.items()]


def again_if_a_file_went(answer: Callable[[], Answer]) -> Answer:
    """A merge may unlink a file between our look at the manifest and our opening it; look once more."""
    import duckdb

    try:
        return answer()
    except duckdb.IOException:
        pass
    try:
        return answer()
    except duckdb.IOException as error:
        raise StoreError(f"an event file is missing or damaged: {error}", code="SOC-1514") from error


def holding(segments: Iterable[Segment], ids: Sequence[str]) -> list[Segment]:
    """The files whose time fits one of the ids; an id begins with its event's time in ms."""
    try:
        times = [int(event_id[:12], 16) * 1000 for event_id in ids]
    except ValueError:
        return list(segments)
    lo, hi = min(times, default=0), max(times, default=0) + 999
    return [row for row in segments if row.kind == UNDATED or (row.hi_us >= lo and row.lo_us <= hi)]


def _walk_order(segments: Sequence[Segment], after: tuple[int, str] | None, *, newest: bool) -> Iterator[list[Segment]]:
    """Newest (oldest) edge first, in growing chunks: a page of hits rarely needs more than the first."""
    if newest:
        wanted = [row for row in segments if after is None or row.lo_us <= after[0]]
        ordered = iter(sorted(wanted, key=lambda row: -row.hi_us))
    else:
        wanted = [row for row in segments if after is None or row.hi_us >= after[0]]
        ordered = iter(sorted(wanted, key=lambda row: row.lo_us))
    size = FIRST_FILES
    while chunk := list(islice(ordered, size)):
        yield chunk
        size = min(size * 4, MOST_FILES)


def _is_settled(last: Hit, edge: Segment, *, newest: bool) -> bool:
    return last.at_us > edge.hi_us if newest else last.at_us < edge.lo_us


def _parts(hits: Sequence[Hit], size: int) -> Iterator[Sequence[Hit]]:
    return (hits[start : start + size] for start in range(0, len(hits), size))


def by_count(counts: Mapping[str, int], n: int) -> tuple[tuple[str, int], ...]:
    """The `n` most frequent, ties by name."""
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:n])
