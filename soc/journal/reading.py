"""Reading a log from its segments: frames in order, and a `Gap` wherever something that was promised is gone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from soc import sqlite
from soc.errors import JournalError
from soc.journal import Batch, Gap, segment
from soc.journal.body import DamagedError, Form, unpacked
from soc.journal.segment import Frame

FRAMES_AT_ONCE = 8  # fetched in one short read transaction: a long one would keep the writer's WAL from resetting
MOST_SEGMENTS = 1_000  # remembered; a log of its default quota has about eighty


class LogReader:
    """Any number of these beside one writer, in any process."""

    def __init__(self, folder: Path, form: Form, quarantine: Path) -> None:
        self._folder = folder
        self._form = form
        self._quarantine = quarantine
        self._open: tuple[Path, sqlite.Connection] | None = None
        self._told_beyond = -1
        self._promised: dict[Path, int] = {}

    def read(self, after: int, max_records: int) -> Iterator[Batch | Gap]:
        """The promise of `Log.read`."""
        left = max_records
        for item in self._items(after):
            yield item
            if isinstance(item, Batch):
                left -= len(item.records)
                if left <= 0:
                    return
        if left == max_records:
            yield from self._beyond_the_end(after)

    def end(self) -> int:
        """The last durable offset; of an empty segment, the last one promised before it."""
        paths = segment.segments_in(self._folder)
        if not paths:
            return -1
        connection = self._connection(paths[-1])
        last = segment.last_offset(connection, segment.base_of(paths[-1]))
        return last if last >= segment.base_of(paths[-1]) else segment.acknowledged_before(connection)

    def carried(self) -> tuple[dict[str, int], dict[str, str]]:
        """Origins and places, from the newest segment, which carries them all."""
        for path in reversed(segment.segments_in(self._folder)):
            with suppress(sqlite.DatabaseError):
                return segment.carried(self._connection(path))
        return {}, {}

    def close(self) -> None:
        if self._open:
            self._open[1].close()
            self._open = None

    def _items(self, after: int) -> Iterator[Batch | Gap]:
        position = after + 1
        paths = segment.segments_in(self._folder)
        bases = [segment.base_of(path) for path in paths]
        start = max(bisect_right(bases, position) - 1, 0)
        for index in range(start, len(paths)):
            if bases[index] > position:
                yield from self._hole_before(paths[index], position, first_kept=index == 0)
                position = bases[index]
            promised = self._promised_before(paths[index + 1]) if index + 1 < len(paths) else None
            for item in self._segment(paths[index], position, promised):
                # A batch whose commit failed can turn up on the disk after all: it was written again further on.
                if promised is not None and item.first > promised:
                    break
                yield item
                position = item.last + 1

    def _hole_before(self, path: Path, position: int, *, first_kept: bool) -> Iterator[Gap]:
        """Offsets between two segments: lost when they were promised, else used up by a batch that failed."""
        base = segment.base_of(path)
        if first_kept:
            if position > 0:
                yield Gap(position, base - 1, "retention")
            return
        promised = self._promised_before(path)
        if position <= promised:
            yield Gap(position, promised, "missing")

    def _promised_before(self, path: Path) -> int:
        """The last offset before this segment that was acknowledged; it never changes, so it is asked once."""
        if path not in self._promised:
            if len(self._promised) >= MOST_SEGMENTS:
                self._promised.clear()
            base = segment.base_of(path)
            try:
                self._promised[path] = min(segment.acknowledged_before(self._connection(path)), base - 1)
            except sqlite.DatabaseError:
                return base - 1
        return self._promised[path]

    def _segment(self, path: Path, position: int, ceiling: int | None) -> Iterator[Batch | Gap]:
        while True:
            try:
                frames = segment.frames(self._connection(path), position, FRAMES_AT_ONCE)
            except sqlite.DatabaseError as error:
                yield from self._salvage(path, position, ceiling, error)
                return
            if not frames:
                return
            for frame in frames:
                yield from self._decoded(path, frame, position)
                position = frame.last + 1

    def _decoded(self, path: Path, frame: Frame, position: int) -> Iterator[Batch | Gap]:
        if frame.first > position:
            yield Gap(position, frame.first - 1, "missing")
        first = max(frame.first, position)
        try:
            records = unpacked(self._form, frame.body, frame.crc, frame.last - frame.first + 1)
        except DamagedError:
            self._keep_a_copy(path)
            yield Gap(first, frame.last, "damaged")
            return
        yield Batch(first, frame.last, tuple(records[first - frame.first :]), frame.origin)

    def _salvage(self, path: Path, position: int, ceiling: int | None, error: Exception) -> Iterator[Batch | Gap]:
        """The file is malformed somewhere: row by row from the front, then from the back, a gap between."""
        if not path.exists():
            return  # dropped by retention while we read
        if "locked" in str(error) or "busy" in str(error):
            raise JournalError(f"{path}: {error} - another program holds this file", code="SOC-1507") from error
        self._keep_a_copy(path)
        with suppress(sqlite.DatabaseError):
            while frames := segment.frames(self._connection(path), position, 1):
                yield from self._decoded(path, frames[0], position)
                position = frames[0].last + 1
        tail = self._readable_tail(path, position)
        if not tail and ceiling is None:
            raise JournalError(
                f"{path}: {error}; nothing past offset {position - 1} can be read - restart the writer, it begins "
                "a new segment and counts the loss",
                code="SOC-1503",
            ) from error
        end_of_hole = tail[-1].first - 1 if tail else (position if ceiling is None else ceiling)
        if position <= end_of_hole:
            yield Gap(position, end_of_hole, "damaged")
        for frame in reversed(tail):
            yield from self._decoded(path, frame, max(frame.first, position))

    def _readable_tail(self, path: Path, position: int) -> list[Frame]:
        tail: list[Frame] = []
        with suppress(sqlite.DatabaseError):
            tail.extend(segment.frames_from_the_end(self._connection(path), position))
        return tail

    def _beyond_the_end(self, after: int) -> Iterator[Gap]:
        """A cursor past the end: the log lost what it promised. Told once; `continue_above` mends the log."""
        if after > self._told_beyond and after > (end := self.end()):
            self._told_beyond = after
            yield Gap(end + 1, after, "beyond_end")

    def _keep_a_copy(self, path: Path) -> None:
        name = "-".join(self._folder.parts[-2:])
        with suppress(OSError):  # the copy is a courtesy; the gap is told in any case
            segment.copy_to(path, self._quarantine, name)

    def _connection(self, path: Path) -> sqlite.Connection:
        if self._open is None or self._open[0] != path:
            self.close()
            self._open = path, sqlite.reader(path)
        return self._open[1]
