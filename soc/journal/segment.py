"""One segment of a log: one SQLite file, named by its base offset. Made whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from soc import disk, sqlite
from soc.journal import Origin

PAGE_BYTES = 16 * 1024
RECORDS_KIND, MARK_KIND = 1, 2

_SCHEMA = """
CREATE TABLE frame (
  first INTEGER PRIMARY KEY, last INTEGER NOT NULL, at INTEGER NOT NULL, kind INTEGER NOT NULL,
  origin_lane TEXT, origin_offset INTEGER, crc INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE TABLE origin (lane TEXT PRIMARY KEY, offset INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE place (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE segment (base INTEGER NOT NULL, acknowledged INTEGER NOT NULL)
"""
_FORWARD = """
SELECT first, last, at, kind, origin_lane, origin_offset, crc, body FROM frame
WHERE kind = 1 AND last >= ?1 AND first >= coalesce((SELECT max(first) FROM frame WHERE first <= ?1), ?1)
ORDER BY first LIMIT ?2
"""
_BACKWARD = """
SELECT first, last, at, kind, origin_lane, origin_offset, crc, body FROM frame
WHERE kind = 1 AND first >= ? ORDER BY first DESC
"""


@dataclass(frozen=True, slots=True)
class Frame:
    """One row of the frame table."""

    first: int
    last: int
    at_ns: int
    kind: int
    origin: Origin | None
    crc: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Carried:
    """What a new segment takes over, so that dropping the old ones forgets nothing.

    `acknowledged`: the last offset that was promised before this segment; offsets between it and the base
    were used up by a batch that failed, and are no loss.
    """

    acknowledged: int
    origins: Mapping[str, int]
    places: Mapping[str, str]


def path_of(folder: Path, base: int) -> Path:
    return folder / f"{base:020d}.db"


def base_of(path: Path) -> int:
    return int(path.stem)


def segments_in(folder: Path) -> list[Path]:
    """Oldest first; the names sort as the offsets do."""
    return sorted(path for path in folder.glob("*.db") if path.stem.isdigit())


def make_folder(folder: Path) -> None:
    """The folder and those above it, each known to the disk: a synced file in a folder that is lost is lost."""
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o750)
        disk.sync(folder.parent)


def make(folder: Path, base: int, carried: Carried) -> Path:
    """A new empty segment under its final name only when its tables are on disk."""
    final = path_of(folder, base)
    work = final.with_suffix(".new")
    remove(work)
    connection = sqlite.writer(work, page_bytes=PAGE_BYTES)
    try:
        with sqlite.transaction(connection):
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.executemany("INSERT INTO origin VALUES (?, ?)", list(carried.origins.items()))
            connection.executemany("INSERT INTO place VALUES (?, ?)", list(carried.places.items()))
            connection.execute("INSERT INTO segment VALUES (?, ?)", (base, carried.acknowledged))
    finally:
        connection.close()
    os.chmod(work, 0o640)
    disk.sync(work)
    work.rename(final)
    disk.sync(folder)
    return final


def insert(connection: sqlite.Connection, frame: Frame) -> None:
    """One frame, inside the caller's transaction. A mark gives way to the frame that takes its offset."""
    origin = (frame.origin.lane, frame.origin.offset) if frame.origin else (None, None)
    connection.execute("DELETE FROM frame WHERE first = ? AND kind = ?", (frame.first, MARK_KIND))
    connection.execute(
        "INSERT INTO frame VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (frame.first, frame.last, frame.at_ns, frame.kind, *origin, frame.crc, frame.body),
    )
    if frame.origin:
        connection.execute(
            "INSERT INTO origin VALUES (?, ?) ON CONFLICT (lane) DO UPDATE SET offset = max(offset, excluded.offset)",
            origin,
        )


def set_places(connection: sqlite.Connection, places: Mapping[str, str]) -> None:
    """The senders' own positions, inside the caller's transaction."""
    connection.executemany(
        "INSERT INTO place VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        list(places.items()),
    )


def frames(connection: sqlite.Connection, offset: int, limit: int) -> list[Frame]:
    """At most `limit` frames of records, from the one that holds `offset` on."""
    rows = connection.execute(_FORWARD, (offset, limit))
    return [_frame(row) for row in rows.fetchall()]


def frames_from_the_end(connection: sqlite.Connection, offset: int) -> Iterator[Frame]:
    """Newest first, down to `offset`; for a file that breaks somewhere in the middle."""
    for row in connection.execute(_BACKWARD, (offset,)):
        yield _frame(row)


def last_offset(connection: sqlite.Connection, base: int) -> int:
    row = connection.execute("SELECT last FROM frame ORDER BY first DESC LIMIT 1").fetchone()
    return int(row[0]) if row else base - 1


def edge_times(connection: sqlite.Connection) -> tuple[int, int] | None:
    """Append times of the first and the last frame."""
    first = connection.execute("SELECT at FROM frame ORDER BY first LIMIT 1").fetchone()
    last = connection.execute("SELECT at FROM frame ORDER BY first DESC LIMIT 1").fetchone()
    return (int(first[0]), int(last[0])) if first and last else None


def carried(connection: sqlite.Connection) -> tuple[dict[str, int], dict[str, str]]:
    """Origins and places as they stand."""
    return dict(connection.execute("SELECT lane, offset FROM origin").fetchall()), dict(
        connection.execute("SELECT name, value FROM place").fetchall()
    )


def acknowledged_before(connection: sqlite.Connection) -> int:
    return int(connection.execute("SELECT acknowledged FROM segment").fetchone()[0])


def bytes_of(path: Path) -> int:
    """The segment's files together."""
    total = 0
    for part in _files(path):
        with suppress(FileNotFoundError):
            total += part.stat().st_size
    return total


def remove(path: Path) -> None:
    for part in _files(path):
        part.unlink(missing_ok=True)


def copy_to(path: Path, quarantine: Path, name: str) -> None:
    """The damaged file and its log, once; somebody may want to dig in them."""
    quarantine.mkdir(parents=True, exist_ok=True, mode=0o750)
    for part in _files(path):
        target = quarantine / f"{name}-{part.name}"
        if part.exists() and not target.exists():
            shutil.copyfile(part, target)


def _files(path: Path) -> tuple[Path, Path, Path]:
    return path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def _frame(row: tuple[int, int, int, int, str | None, int | None, int, bytes]) -> Frame:
    first, last, at, kind, lane, offset, crc, body = row
    origin = Origin(lane, offset) if lane is not None and offset is not None else None
    return Frame(first, last, at, kind, origin, crc, body)
