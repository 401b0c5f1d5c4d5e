"""One writer for each log and for the event store: `flock` on a file in its folder, let go by the kernel when the
process dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from soc.errors import SocError


class WriterLock:
    """Held from making to `release`; names the holder when somebody else has it."""

    def __init__(self, folder: Path, refusal: type[SocError]) -> None:
        path = folder / "writer.lock"
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(self._handle, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(self._handle)
            raise refusal(f"{folder}: process {holder} writes here already - stop it first", code="SOC-1502") from error
        os.truncate(self._handle, 0)
        os.pwrite(self._handle, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
