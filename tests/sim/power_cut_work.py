"""The process whose power is cut: it fills a log and a store and says what it promised. Run by test_power_cut.py.

With a second word one defect is planted, which the test must find.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

from soc import disk, sqlite
from soc.clock import ManualClock
from soc.event import encode
from soc.journal import Origin
from soc.journal.body import LINES
from soc.journal.sqlite_log import LogLimits, SqliteLog
from soc.paths import DataDir
from soc.store import Cursor, merging
from soc.store.embedded import EmbeddedStore
from tests.builders import NOON, an_event

LIMITS = LogLimits(segment_bytes=200_000)
BATCHES, EVENTS = 14, 3


def line(n: int) -> bytes:
    return encode(an_event(NOON + timedelta(seconds=n), message=f"event {n} " + "x" * 500))


def open_log(data: DataDir) -> SqliteLog:
    return SqliteLog(data.event_log, quarantine=data.quarantine, form=LINES, limits=LIMITS)


def work(root: Path, defect: str) -> None:
    data = DataDir(root)
    if defect == "no-sync":
        sqlite.SYNCHRONOUS = "NORMAL"
    if defect == "no-file-sync":
        disk.sync = lambda path: None
    merging.MICRO_FILES = 5
    log, store = open_log(data), EmbeddedStore(data, clock=ManualClock(NOON))
    for n in range(BATCHES):
        lines = [line(n * EVENTS + k) for k in range(EVENTS)]
        if defect == "early-answer":
            say("log", n * EVENTS + EVENTS - 1)
        last = log.append(lines, at_ns=n, origin=Origin("live", n))
        say("log", last)
        store.append(lines, Cursor("events", n * EVENTS - 1, last))
        say("store", last)
        if n % 5 == 4:
            store.maintain(60.0)
    log.close()
    store.close()


def say(what: str, offset: int) -> None:
    """One unbuffered write, so that the record knows what was promised before each cut."""
    os.write(1, f"{what} {offset}\n".encode())


if __name__ == "__main__":
    work(Path(sys.argv[-1]), sys.argv[1] if len(sys.argv) > 2 else "")
