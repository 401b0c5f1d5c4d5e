"""Between the edges of `receive` and its log: a bounded queue that knows what fell out and why."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from soc.journal import Lane
from soc.raw import RawRecord, encode

Done = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An encoded record; `done` is called once it is on disk, and never otherwise.
    `place`: (name, value) of where the sender stands behind it, where it can go on from there."""

    source: str
    data: bytes
    done: Done | None
    place: tuple[str, str] | None = None


class Inbox:
    """All edges put here; one step of `receive` takes out. Lives in one thread.

    `full` tells TCP to stop reading, HTTP to answer 429 and files to wait; a datagram that arrives then is
    dropped and counted by source.
    """

    def __init__(self, limit_bytes: int = 64 * 1024 * 1024) -> None:
        self.limit_bytes = limit_bytes
        self.blocked = False
        self.dropped: Counter[tuple[str, str]] = Counter()
        self._lanes: dict[Lane, deque[Waiting]] = {lane: deque() for lane in Lane}
        self._bytes = 0

    @property
    def full(self) -> bool:
        return self._bytes >= self.limit_bytes or self.blocked

    def put(
        self,
        record: RawRecord,
        lane: Lane = Lane.LIVE,
        done: Done | None = None,
        place: tuple[str, str] | None = None,
    ) -> None:
        data = encode(record)
        self._bytes += len(data)
        self._lanes[lane].append(Waiting(record.source, data, done, place))

    def put_datagram(self, record: RawRecord) -> None:
        """Takes it, or counts it as lost: nobody can be asked to send it again.
        A log that is full still leaves the ring of `limit_bytes` to bridge a short stop."""
        if self._bytes >= self.limit_bytes:
            self.dropped[record.source, "journal_full"] += 1
        else:
            self.put(record)

    def waiting(self, lane: Lane) -> int:
        return len(self._lanes[lane])

    def head(self, lane: Lane, count: int) -> list[Waiting]:
        """The oldest records, still in the queue."""
        queue = self._lanes[lane]
        return [queue[index] for index in range(min(count, len(queue)))]

    def remove(self, lane: Lane, count: int) -> None:
        """Forgets the oldest records: they are on disk."""
        queue = self._lanes[lane]
        for _ in range(count):
            self._bytes -= len(queue.popleft().data)
