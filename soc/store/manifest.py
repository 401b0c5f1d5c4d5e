"""Which files exist, what they hold, how far each log was read, and the hourly counts: one SQLite file.

A transaction here is the moment of truth: before it a file is an orphan, after it its events are stored.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import orjson

from soc import sqlite
from soc.errors import PositionMoved, StoreError
from soc.store import Cursor

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS segment (
      id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, class TEXT NOT NULL, level INTEGER NOT NULL,
      events INTEGER NOT NULL, bytes INTEGER NOT NULL, lo_ts INTEGER NOT NULL, hi_ts INTEGER NOT NULL,
      made_at INTEGER NOT NULL, layout TEXT NOT NULL, irregular TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS segment_hi ON segment (hi_ts)",
    "CREATE TABLE IF NOT EXISTS retired (path TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS position (lane TEXT PRIMARY KEY, offset INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS rollup (
      hour INTEGER, unit TEXT, dataset TEXT, outcome TEXT, severity INTEGER, n INTEGER NOT NULL, bytes INTEGER NOT NULL,
      PRIMARY KEY (hour, unit, dataset, outcome, severity)) WITHOUT ROWID""",
)
_COLUMNS = "path, class, level, events, bytes, lo_ts, hi_ts, made_at, layout, irregular"

RollupRow = tuple[int, str, str, str, int, int, int]
"""hour (start, Unix s), unit, dataset, outcome, severity, events, bytes"""


@dataclass(frozen=True, slots=True)
class Segment:
    """One Parquet file. Times are Unix µs; `made_us`: when its newest events arrived.

    `level`: 0 as flushed, 1 merged from thirty, 2 a closed hour. `layout`: its columns. `irregular`: fields
    whose values do not fit their column somewhere in the file, so that `doc` has to be asked.
    """

    path: str
    kind: str
    level: int
    events: int
    bytes: int
    lo_us: int
    hi_us: int
    made_us: int
    layout: str
    irregular: frozenset[str] = frozenset()


_FIELDS = tuple(field.name for field in fields(Segment))


class Manifest:
    """One writer, any number of readers; each call is one short statement or transaction."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self._path = path
        self._read_only = read_only
        self._lock = threading.Lock()  # the web role asks from several threads
        self._connection: sqlite.Connection | None = None
        if not read_only:
            self._connection = sqlite.writer(path)
            with sqlite.transaction(self._connection):
                for statement in _SCHEMA:
                    self._connection.execute(statement)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def position(self, lane: str) -> int:
        rows = self._rows("SELECT offset FROM position WHERE lane = ?", (lane,))
        return int(rows[0][0]) if rows else -1

    def segments(self, lo_us: int | None = None, hi_us: int | None = None) -> list[Segment]:
        """Those that may hold events between the two times, both included."""
        window = "hi_ts >= coalesce(?1, hi_ts) AND lo_ts <= coalesce(?2, lo_ts)"
        rows = self._rows(f"SELECT {_COLUMNS} FROM segment WHERE {window} ORDER BY id", (lo_us, hi_us))
        return [
            Segment(**dict(zip(_FIELDS, row, strict=True)) | {"irregular": frozenset(orjson.loads(row[-1]))})
            for row in rows
        ]

    def retired(self, before_us: int | None = None) -> list[str]:
        """Files that were replaced or dropped (before a time) and are still on disk."""
        return [row[0] for row in self._rows("SELECT path FROM retired WHERE at <= coalesce(?, at)", (before_us,))]

    def forget(self, paths: Iterable[str]) -> None:
        """Retired files that are unlinked."""
        with self._writing() as connection:
            connection.executemany("DELETE FROM retired WHERE path = ?", [(path,) for path in paths])

    def last_number(self) -> int:
        """The highest number that any segment ever had."""
        rows = self._rows("SELECT seq FROM sqlite_sequence WHERE name = 'segment'", ())
        return int(rows[0][0]) if rows else 0

    def add(self, segments: Sequence[Segment], rollup: Sequence[RollupRow], cursor: Cursor) -> None:
        """New files, their hourly counts and the position: all or nothing. Raises PositionMoved."""
        with self._writing() as connection:
            _move(connection, cursor)
            for segment in segments:
                _insert(connection, segment)
            _count(connection, rollup)

    def replace(self, old: Sequence[Segment], new: Segment, at_us: int) -> None:
        """A merged file takes the place of its parts."""
        with self._writing() as connection:
            _insert(connection, new)
            _retire(connection, old, at_us)

    def drop(self, segments: Sequence[Segment], rollup: Sequence[RollupRow], at_us: int) -> None:
        """Files that retention ended, and the counts that go with them."""
        with self._writing() as connection:
            _retire(connection, segments, at_us)
            _count(connection, [(*row[:5], -row[5], -row[6]) for row in rollup])
            connection.execute("DELETE FROM rollup WHERE n <= 0")

    def hourly(self, since: int, until: int, by: str | None) -> list[tuple[int, str, str, int]]:
        """(hour, unit, value of `by`, events) from the counts alone."""
        name = {None: "''", "unit.id": "unit", "event.dataset": "dataset", "event.outcome": "outcome"}[by]
        rows = self._rows(
            f"SELECT hour, unit, {name}, sum(n) FROM rollup WHERE hour >= ? AND hour < ? GROUP BY 1, 2, 3",
            (since, until),
        )
        return [(int(hour), unit, value, int(n)) for hour, unit, value, n in rows]

    @contextmanager
    def _writing(self) -> Iterator[sqlite.Connection]:
        if self._read_only or self._connection is None:
            raise StoreError("this store was opened for reading only", code="SOC-1510")
        try:
            with self._lock, sqlite.transaction(self._connection):
                yield self._connection
        except sqlite.Error as error:
            raise StoreError(f"{self._path}: {error} - nothing was stored, see the disk", code="SOC-1510") from error

    def _rows(self, statement: str, values: Sequence[Any]) -> list[Any]:
        try:
            with self._lock:
                if self._connection is None:
                    if not self._path.exists():
                        return []  # nobody has written yet
                    self._connection = sqlite.reader(self._path)
                return self._connection.execute(statement, values).fetchall()
        except sqlite.Error as error:
            raise StoreError(f"{self._path}: {error} - restart the keep role and ask again", code="SOC-1510") from error


def _move(connection: sqlite.Connection, cursor: Cursor) -> None:
    """Compare-and-set: somebody else's step makes ours void."""
    done = connection.execute(
        "UPDATE position SET offset = ? WHERE lane = ? AND offset = ?", (cursor.new, cursor.lane, cursor.old)
    ).rowcount
    if not done and cursor.old == -1:
        done = connection.execute("INSERT OR IGNORE INTO position VALUES (?, ?)", (cursor.lane, cursor.new)).rowcount
    if done != 1:
        raise PositionMoved(
            f"lane '{cursor.lane}' does not stand at {cursor.old} any more - another process keeps its events",
            code="SOC-1516",
        )


def _insert(connection: sqlite.Connection, row: Segment) -> None:
    irregular = orjson.dumps(sorted(row.irregular)).decode()
    connection.execute(
        f"INSERT INTO segment ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.path,
            row.kind,
            row.level,
            row.events,
            row.bytes,
            row.lo_us,
            row.hi_us,
            row.made_us,
            row.layout,
            irregular,
        ),
    )


def _retire(connection: sqlite.Connection, segments: Sequence[Segment], at_us: int) -> None:
    for row in segments:
        if connection.execute("DELETE FROM segment WHERE path = ?", (row.path,)).rowcount != 1:
            raise StoreError(f"{row.path} is not in the manifest any more - another process merges", code="SOC-1510")
        connection.execute("INSERT OR REPLACE INTO retired VALUES (?, ?)", (row.path, at_us))


def _count(connection: sqlite.Connection, rollup: Sequence[RollupRow]) -> None:
    connection.executemany(
        "INSERT INTO rollup VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hour, unit, dataset, outcome, severity) "
        "DO UPDATE SET n = n + excluded.n, bytes = bytes + excluded.bytes",
        rollup,
    )
