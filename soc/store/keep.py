"""The third loop: event log -> event store; its position moves in the store's own transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from soc.clock import Clock, Steadiness
from soc.errors import PositionMoved, StoreError
from soc.event import decode, instant
from soc.journal import EVENTS, Gap, Lane, Log
from soc.lag import Lag
from soc.role import RoleName
from soc.store import Cursor, EventStore

log = structlog.get_logger(__name__)

FLUSH_EVENTS = 5_000
FLUSH_BYTES = 12 * 1024 * 1024
"""Of NDJSON, at which a flush goes without its 5,000 events: the writer's 256 MB hold about 30 MB (measured)."""
FLUSH = timedelta(seconds=2)
IDLE = timedelta(milliseconds=100)
RETRY = timedelta(seconds=5)
MAINTAIN = timedelta(seconds=30)
MAINTAIN_SECONDS = 2.0


class Keep:
    """A flush every 2 s, 5,000 events or 12 MiB, whichever is first."""

    name = RoleName.KEEP

    def __init__(
        self,
        events: Log,
        store: EventStore,
        clock: Clock,
        *,
        retention: timedelta | None = None,
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self._events = events
        self._store = store
        self._clock = clock
        self._retention = retention
        self._release = release
        self._at = store.cursor(EVENTS)
        self._waiting: datetime | None = None
        self._maintain_at: datetime | None = None
        self._steady = Steadiness(clock)
        self._most_bytes = FLUSH_BYTES
        self._lag = Lag()
        self.lost = 0
        """Events that the log gave up as damaged; they are in nobody's store."""
        self.failure: str | None = None

    def step(self, now: datetime) -> datetime:
        # Also under load: an hour without it is 1,800 files.
        self._maintain(now)
        held = self._events.end() - self._at
        if held <= 0:
            self._waiting = None
            return now + IDLE
        self._waiting = self._waiting or now
        due = self._waiting + FLUSH
        # A clock set back must not hold the flush for as long as the step was.
        if held < FLUSH_EVENTS and now < due <= now + FLUSH:
            return min(due, now + IDLE)
        return self._flush(now)

    def position(self) -> dict[str, int]:
        return {EVENTS: self._at}

    def figures(self, now: datetime) -> dict[str, float]:
        return self._lag.figures(now)

    def close(self) -> None:
        self._events.close()
        self._release()

    def _flush(self, now: datetime) -> datetime:
        lines, last, imported = self._next_lines()
        try:
            self._store.append(lines, Cursor(EVENTS, self._at, last), fold=imported)
        except PositionMoved:
            raise
        except StoreError as error:
            # What is too much for the writer's memory at once may go in smaller parts.
            self._most_bytes = sum(map(len, lines)) // 2
            self.failure = str(error)
            return now + RETRY
        self._most_bytes = min(max(self._most_bytes * 2, 1), FLUSH_BYTES)
        self._at, self._waiting, self.failure = last, None, None
        ingested = decode(lines[0]).get("event.ingested") if lines else None
        if isinstance(ingested, str):
            self._lag.note(instant(ingested), self._clock.now())
        return now

    def _next_lines(self) -> tuple[list[bytes], int, bool]:
        """The events of the next flush, the offset of the last, and whether some were imported."""
        lines: list[bytes] = []
        last, imported, size = self._at, False, 0
        for batch in self._events.read(self._at, max_records=FLUSH_EVENTS):
            last = batch.last
            if isinstance(batch, Gap):
                self.lost += batch.last - batch.first + 1
                log.error("events are lost", first=batch.first, last=batch.last, reason=batch.reason)
                continue
            lines += batch.records
            imported = imported or (batch.origin is not None and batch.origin.lane == Lane.IMPORT)
            size += sum(map(len, batch.records))
            if size >= self._most_bytes:
                break
        return lines, last, imported

    def _maintain(self, now: datetime) -> None:
        if self._maintain_at is not None and now < self._maintain_at <= now + MAINTAIN:
            return
        self._maintain_at = now + MAINTAIN
        try:
            self._store.maintain(MAINTAIN_SECONDS)
            if self._retention is not None and self._steady.holds():
                self._store.retain(now - self._retention)
        except StoreError as error:
            self.failure = str(error)
