from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from soc.clock import ManualClock
from soc.journal.sqlite_log import LogLimits, SqliteLog
from soc.journal.trim import EVERY, Trim
from tests.builders import NOON


def a_log(folder: Path) -> SqliteLog:
    """Ten segments of one record each, an hour apart."""
    log = SqliteLog(folder / "log", quarantine=folder, limits=LogLimits(segment_bytes=1))
    for hour in range(10):
        log.append([b"x" * 100], at_ns=int((NOON + timedelta(hours=hour)).timestamp() * 1e9))
    return log


def test_only_what_all_have_read_and_is_old_enough_goes(tmp_path: Path) -> None:
    log, clock = a_log(tmp_path), ManualClock(NOON + timedelta(hours=9))
    trim = Trim(log, lambda: 5, timedelta(hours=2), clock)
    assert trim.run(clock.now()) == 6
    assert Trim(log, lambda: 9, timedelta(hours=2), clock).run(clock.now()) == 1


def test_it_looks_once_a_minute(tmp_path: Path) -> None:
    log, clock = a_log(tmp_path), ManualClock(NOON + timedelta(hours=9))
    asked: list[int] = []

    def slowest() -> int:
        asked.append(1)
        return -1

    trim = Trim(log, slowest, timedelta(hours=2), clock)
    trim.run(clock.now())
    trim.run(clock.now())
    trim.run(clock.now() + EVERY)
    assert len(asked) == 2


def test_a_clock_that_was_set_forward_deletes_nothing(tmp_path: Path) -> None:
    log, clock = a_log(tmp_path), ManualClock(NOON)
    trim = Trim(log, lambda: 9, timedelta(hours=2), clock)
    clock.jump(timedelta(days=400))
    assert trim.run(clock.now()) == 0
