"""The log on SQLite files: batches of records as rows, one durable commit for each append."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from soc import disk, sqlite
from soc.errors import JournalError, JournalFull
from soc.journal import Batch, Gap, Origin, segment
from soc.journal.body import RECORDS, Form, frames_of, packed
from soc.journal.reading import LogReader
from soc.journal.segment import Carried, Frame
from soc.lock import WriterLock

HOUR_NS = 3_600 * 1_000_000_000


@dataclass(frozen=True, slots=True)
class LogLimits:
    """When a new segment begins, and how many bytes the log may hold."""

    segment_bytes: int = 256 * 1024 * 1024
    segment_ns: int = 6 * HOUR_NS
    quota_bytes: int = 20 * 1024**3


class SqliteLog:
    """One partition of a log in `folder`. One process opens it for writing, any number with `read_only`."""

    def __init__(
        self,
        folder: Path,
        *,
        quarantine: Path,
        form: Form = RECORDS,
        limits: LogLimits | None = None,
        read_only: bool = False,
    ) -> None:
        self._folder = folder
        self._form = form
        self._limits = limits or LogLimits()
        self._quarantine = quarantine
        self._reader = LogReader(folder, form, quarantine)
        self._writer: sqlite.Connection | None = None
        self._lock: WriterLock | None = None
        self._origins: dict[str, int] = {}
        self._places: dict[str, str] = {}
        self._end = self._acknowledged = -1
        if not read_only:
            self._begin_writing()

    def append(
        self,
        records: Sequence[bytes],
        *,
        at_ns: int,
        origin: Origin | None = None,
        places: Mapping[str, str] | None = None,
    ) -> int:
        """The promise of `Log.append`. `places`: where each sender stands, kept by name in the same commit."""
        if self._lock is None:
            raise JournalError(f"{self._folder} was opened for reading only", code="SOC-1501")
        frames = list(self._frames(records, at_ns, origin))
        if records:
            self._check_room(sum(len(frame.body) for frame in frames))
        writer = self._segment_for(at_ns)
        try:
            with sqlite.transaction(writer):
                for frame in frames:
                    segment.insert(writer, frame)
                segment.set_places(writer, places or {})
        except sqlite.Error as error:
            self._abandon(len(records))
            raise JournalError(
                f"{self._folder}: {error}; {len(records)} records were not taken - look at the disk "
                "(`dmesg`, `df`); a new segment is begun with the next batch",
                code="SOC-1501",
            ) from error
        self._end += len(records)
        self._acknowledged = self._end
        self._places.update(places or {})
        if origin:
            self._origins[origin.lane] = max(origin.offset, self._origins.get(origin.lane, -1))
        return self._end

    def read(self, after: int, *, max_records: int = 5_000) -> Iterator[Batch | Gap]:
        return self._reader.read(after, max_records)

    def end(self) -> int:
        return self._acknowledged if self._lock else self._reader.end()

    def origins(self) -> dict[str, int]:
        return dict(self._origins) if self._lock else self._reader.carried()[0]

    def places(self) -> dict[str, str]:
        """Sender -> its own position in the last durable batch that named one."""
        return dict(self._places) if self._lock else self._reader.carried()[1]

    def size(self) -> int:
        return sum(segment.bytes_of(path) for path in segment.segments_in(self._folder))

    def continue_above(self, cursor: int) -> Gap | None:
        """Called at start with the highest stored cursor: a log that ends before it has lost what it promised.
        New records then get offsets above the cursor; reusing its offsets would make that reader skip them."""
        if cursor <= self._end:
            return None
        gap = Gap(self._acknowledged + 1, cursor, "beyond_end")
        self._close_segment()
        self._end = self._acknowledged = cursor
        self._segment_for(time.time_ns())
        return gap

    def drop(self, *, through: int, older_than_ns: int) -> int:
        """Unlinks segments whose records all readers have passed (`through`, included) and whose newest record
        came before `older_than_ns`; never the newest segment. Answers how many went."""
        paths = segment.segments_in(self._folder)
        dropped = 0
        for path, following in pairwise(paths):
            if segment.base_of(following) - 1 > through or _newest_ns(path) >= older_than_ns:
                break
            segment.remove(path)
            dropped += 1
        if dropped:
            disk.sync(self._folder)
        return dropped

    def close(self) -> None:
        self._reader.close()
        self._close_segment()
        if self._lock:
            self._lock.release()
            self._lock = None

    def _frames(self, records: Sequence[bytes], at_ns: int, origin: Origin | None) -> Iterator[Frame]:
        first = self._end + 1
        if not records and origin:
            yield Frame(first, first - 1, at_ns, segment.MARK_KIND, origin, 0, b"")
        if not records:
            return
        for part in frames_of(records):
            body, crc = packed(self._form, part)
            last = first + len(part) - 1
            yield Frame(first, last, at_ns, segment.RECORDS_KIND, origin, crc, body)
            first = last + 1

    def _check_room(self, incoming: int) -> None:
        used = self.size()
        if used + incoming > self._limits.quota_bytes:
            raise JournalFull(
                f"{self._folder} holds {used:,} of {self._limits.quota_bytes:,} bytes - free the slowest reader "
                "or raise the quota of the log",
                code="SOC-1508",
            )

    def _segment_for(self, at_ns: int) -> sqlite.Connection:
        """The open segment, or a new one when it is full, old, or was given up."""
        if self._writer is not None and self._is_due(at_ns):
            self._close_segment()
        if self._writer is None:
            base = self._end + 1
            carried = Carried(self._acknowledged, self._origins, self._places)
            try:
                path = segment.path_of(self._folder, base)
                if not path.exists():
                    segment.make(self._folder, base, carried)
                self._writer = sqlite.writer(path, page_bytes=segment.PAGE_BYTES)
            except (sqlite.Error, OSError) as error:
                raise JournalError(
                    f"{self._folder}: no new segment: {error} - look at the disk", code="SOC-1501"
                ) from error
            self._path = path
            self._begun_ns: int | None = None
        if self._begun_ns is None:
            self._begun_ns = at_ns
        return self._writer

    def _is_due(self, at_ns: int) -> bool:
        aged = self._begun_ns is not None and at_ns - self._begun_ns >= self._limits.segment_ns
        return self._end >= segment.base_of(self._path) and (
            aged or segment.bytes_of(self._path) >= self._limits.segment_bytes
        )

    def _abandon(self, records: int) -> None:
        """Never again a commit on that file: the kernel may have dropped its pages and report success. The
        batch may still turn up after a crash, so its offsets are used up."""
        self._close_segment()
        self._end += records

    def _close_segment(self) -> None:
        if self._writer is not None:
            with suppress(sqlite.Error):
                self._writer.close()
            self._writer = None

    def _begin_writing(self) -> None:
        segment.make_folder(self._folder)
        self._lock = WriterLock(self._folder, JournalError)
        _sweep(self._folder)
        self._origins, self._places = self._reader.carried()
        paths = segment.segments_in(self._folder)
        if paths:
            self._resume(paths[-1])

    def _resume(self, path: Path) -> None:
        base = segment.base_of(path)
        try:
            writer = sqlite.writer(path, page_bytes=segment.PAGE_BYTES)
            # What a failed sync left in the WAL is read back from memory, not from the disk: move it over now.
            writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._end = segment.last_offset(writer, base)
            self._acknowledged = self._end if self._end >= base else segment.acknowledged_before(writer)
            times = segment.edge_times(writer)
        except sqlite.DatabaseError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise JournalError(f"{path}: {error} - another program holds it", code="SOC-1507") from error
            self._give_up(path)
            return
        self._writer, self._path, self._begun_ns = writer, path, times[0] if times else None

    def _give_up(self, path: Path) -> None:
        """The newest segment cannot be opened: its end is unknown, so go on above anything it can have held.
        A frame costs at least a page cell, so sixteen records a byte is a bound."""
        with suppress(OSError):
            segment.copy_to(path, self._quarantine, "-".join(self._folder.parts[-2:]))
        self._end = segment.base_of(path) + 16 * segment.bytes_of(path)
        self._acknowledged = self._end


def _newest_ns(path: Path) -> int:
    """Append time of the last frame; of a damaged segment, the time of the file."""
    with suppress(sqlite.DatabaseError):
        connection = sqlite.reader(path)
        try:
            if times := segment.edge_times(connection):
                return times[1]
        finally:
            connection.close()
    return path.stat().st_mtime_ns


def _sweep(folder: Path) -> None:
    """Half-made segments, and the companions of segments that are gone."""
    for path in folder.iterdir():
        orphan = path.name.endswith(("-wal", "-shm")) and not folder.joinpath(path.name[:-4]).exists()
        if orphan or ".new" in path.name:
            path.unlink(missing_ok=True)
