"""Files that grow: polled, through rotation by rename and by copy and truncate.

The place of a line is `file id:offset behind it`. The log keeps the last one of each file in the commit of its
records, so a successor goes on exactly there. A file id is device, inode and BLAKE2b of its first line, which no
append changes.
"""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import BinaryIO

from collectors.inbox import Inbox
from soc.raw import RawRecord, Transport

POLL = timedelta(milliseconds=250)
SCAN = timedelta(seconds=1)
READ_BYTES = 1_048_576
HEAD_BYTES = 1_024
KEEP_ROTATED = timedelta(minutes=5)


@dataclass(slots=True)
class Open:
    """A file being followed. `offset`: behind the last line that was handed on."""

    handle: BinaryIO
    path: str
    id: str
    offset: int
    gone_since: datetime | None = None
    skipping: bool = False


class FileTail:
    """One glob of files of one source. `resume`: file id -> offset, the places of the raw log."""

    def __init__(
        self, pattern: str, source: str, product: str, *, resume: Mapping[str, str], limit: int, from_end: bool = False
    ) -> None:
        self._pattern = pattern
        self._source = source
        self._product = product
        self._resume = {file_id: int(offset) for file_id, offset in resume.items()}
        self._limit = limit
        self._from_end = from_end
        self._open: dict[tuple[int, int], Open] = {}
        self._next_poll: datetime | None = None
        self._next_scan: datetime | None = None
        self.problems: dict[str, str] = {}

    def poll(self, now: datetime, inbox: Inbox) -> None:
        if self._next_poll is not None and now < self._next_poll <= now + POLL:
            return
        self._next_poll = now + POLL
        if self._next_scan is None or not now < self._next_scan <= now + SCAN:
            self._scan(now)
            self._next_scan = now + SCAN
        for key, file in list(self._open.items()):
            if inbox.full:
                return
            if not self._read(file, inbox) and self._is_over(file, now):
                self._finish(file, inbox)
                file.handle.close()
                del self._open[key]

    def close(self) -> None:
        for file in self._open.values():
            file.handle.close()
        self._open.clear()

    def _scan(self, now: datetime) -> None:
        seen = set()
        for path in sorted(glob.glob(self._pattern)):
            try:
                status = os.stat(path)
                key = (status.st_dev, status.st_ino)
                seen.add(key)
                if key not in self._open and status.st_size:
                    self._start(path, key)
                self.problems.pop(path, None)
            except OSError as error:
                self.problems[path] = f"{path}: {error.strerror} - check its rights"
        for key, file in self._open.items():
            gone = key not in seen
            file.gone_since = (file.gone_since or now) if gone else None

    def _start(self, path: str, key: tuple[int, int]) -> None:
        handle = open(path, "rb")  # noqa: SIM115  # stays open while the file is followed
        file_id = _identity(handle, key)
        if file_id is None:
            handle.close()
            return
        first_seen = self._resume.get(file_id)
        offset = first_seen if first_seen is not None else (handle.seek(0, os.SEEK_END) if self._from_end else 0)
        self._open[key] = Open(handle, path, file_id, offset)

    def _read(self, file: Open, inbox: Inbox) -> bool:
        """Hands on whole lines; True when there was something."""
        size = os.fstat(file.handle.fileno()).st_size
        if size < file.offset:
            self._restart(file)
        file.handle.seek(file.offset)
        data = file.handle.read(READ_BYTES)
        end = data.rfind(b"\n") + 1
        if end:
            for line in data[: end - 1].split(b"\n"):
                self._put(file, line + b"\n", inbox)
            return True
        if len(data) >= self._limit:
            self._put(file, data, inbox)
            file.skipping = True
            return True
        return False

    def _restart(self, file: Open) -> None:
        """Copied and truncated: the same file begins again, under a new first line."""
        status = os.fstat(file.handle.fileno())
        file.offset, file.skipping = 0, False
        file.id = _identity(file.handle, (status.st_dev, status.st_ino)) or file.id

    def _put(self, file: Open, line: bytes, inbox: Inbox, flag: str = "") -> None:
        file.offset += len(line)
        skipped, file.skipping = file.skipping, file.skipping and not line.endswith(b"\n")
        text = line.rstrip(b"\r\n")
        if skipped or not text:
            return
        flags = tuple(name for name in (flag, "truncated" if len(text) > self._limit else "") if name)
        inbox.put(
            RawRecord(
                f"file/{self._source}",
                self._source,
                time.time_ns(),
                "",
                Transport.FILE,
                text[: self._limit],
                f"{file.id}:{file.offset}",
                flags=flags,
                product=self._product,
            ),
            place=(file.id, str(file.offset)),
        )

    def _is_over(self, file: Open, now: datetime) -> bool:
        return file.gone_since is not None and now - file.gone_since >= KEEP_ROTATED

    def _finish(self, file: Open, inbox: Inbox) -> None:
        """A last line without its end comes when the file is let go."""
        file.handle.seek(file.offset)
        if rest := file.handle.read(self._limit + 1):
            self._put(file, rest, inbox, "partial")


def _identity(handle: BinaryIO, key: tuple[int, int]) -> str | None:
    """None while the first line is not complete: the id must not change as the file grows."""
    handle.seek(0)
    head = handle.read(HEAD_BYTES)
    first, end, _ = head.partition(b"\n")
    if not end and len(head) < HEAD_BYTES:
        return None
    return f"{key[0]:x}.{key[1]:x}.{blake2b(first, digest_size=8).hexdigest()}"
