"""What may go from a log: segments that every reader has passed and that are older than promised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from soc.clock import Clock, Steadiness
from soc.journal.sqlite_log import SqliteLog

EVERY = timedelta(minutes=1)


class Trim:
    """Called by the log's writer, once a minute at most. `slowest`: the position of the reader that is behind most."""

    def __init__(self, log: SqliteLog, slowest: Callable[[], int], keep: timedelta, clock: Clock) -> None:
        self._log = log
        self._slowest = slowest
        self._keep = keep
        self._steady = Steadiness(clock)
        self._next: datetime | None = None

    def run(self, now: datetime) -> int:
        """Answers how many segments went."""
        if self._next is not None and now < self._next <= now + EVERY:
            return 0
        self._next = now + EVERY
        if not self._steady.holds():
            return 0
        older_than = int((now - self._keep).timestamp() * 1e9)
        return self._log.drop(through=self._slowest(), older_than_ns=older_than)
