"""The first loop: whatever arrives goes to the raw log as it came. It never parses, so no parser can lose a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from collectors.inbox import Inbox, Waiting
from soc.errors import JournalError, JournalFull
from soc.journal import Lane, Log
from soc.role import Chore, RoleName

FRAME_RECORDS = 500
GROUP_COMMIT = timedelta(milliseconds=200)
IDLE = timedelta(milliseconds=50)
BLOCKED = timedelta(seconds=1)


class Polled(Protocol):
    """An input that is asked (files), where others come by themselves (sockets)."""

    def poll(self, now: datetime, inbox: Inbox) -> None: ...


class Ledger(Protocol):
    """Where counts go; idempotent by position, so a repeat after a crash counts nothing twice."""

    def received(self, lane: Lane, last: int, sources: Mapping[str, int]) -> None: ...

    def dropped(self, counts: Mapping[tuple[str, str], int]) -> None: ...

    def flush(self, now: datetime) -> None: ...

    def flush_now(self) -> None: ...


class Receive:
    """Group commit: a frame is written at 500 records or 200 ms after the first, whichever is first."""

    name = RoleName.RECEIVE

    def __init__(
        self,
        logs: Mapping[Lane, Log],
        inbox: Inbox,
        ledger: Ledger,
        polled: Sequence[Polled] = (),
        chores: Sequence[Chore] = (),
    ) -> None:
        self._logs = logs
        self._inbox = inbox
        self._ledger = ledger
        self._polled = tuple(polled)
        self._chores = tuple(chores)
        self._oldest: dict[Lane, datetime] = {}
        self.failure: str | None = None

    def step(self, now: datetime) -> datetime:
        for source in self._polled:
            source.poll(now, self._inbox)
        wakes = [self._commit(lane, now) for lane in self._logs]
        if self._inbox.dropped:
            self._ledger.dropped(self._inbox.dropped)
            self._inbox.dropped.clear()
        self._ledger.flush(now)
        for chore in self._chores:
            chore.run(now)
        return min(wakes)

    def drain(self, now: datetime) -> None:
        """Orderly stop: everything that was taken in goes to disk."""
        for lane in self._logs:
            while self._inbox.waiting(lane) and self._write(lane, now):
                pass
        self._ledger.flush_now()

    def position(self) -> dict[str, int]:
        return {lane.value: log.end() for lane, log in self._logs.items()}

    def close(self) -> None:
        for log in self._logs.values():
            log.close()

    def _commit(self, lane: Lane, now: datetime) -> datetime:
        waiting = self._inbox.waiting(lane)
        if not waiting:
            self._oldest.pop(lane, None)
            return now + IDLE
        due = self._oldest.setdefault(lane, now) + GROUP_COMMIT
        # A clock set back must not hold a frame open for as long as the step was.
        if waiting < FRAME_RECORDS and now < due <= now + GROUP_COMMIT:
            return min(due, now + IDLE)
        if not self._write(lane, now):
            return now + BLOCKED
        self._oldest.pop(lane, None)
        return now

    def _write(self, lane: Lane, now: datetime) -> bool:
        """One durable frame; False when nothing could be written and all of it still waits."""
        frame = self._inbox.head(lane, FRAME_RECORDS)
        places = dict(record.place for record in frame if record.place is not None)
        try:
            data = [record.data for record in frame]
            last = self._logs[lane].append(data, at_ns=int(now.timestamp() * 1e9), places=places)
        except JournalFull as error:
            self._inbox.blocked, self.failure = True, str(error)
            return False
        except JournalError as error:
            # The log has moved to a new segment; the same records are tried there. Nobody was told "done".
            self.failure = str(error)
            return False
        self._inbox.blocked, self.failure = False, None
        self._inbox.remove(lane, len(frame))
        self._ledger.received(lane, last, Counter(record.source for record in frame))
        _acknowledge(frame)
        return True


def _acknowledge(frame: Sequence[Waiting]) -> None:
    for record in frame:
        if record.done is not None:
            record.done()
