"""The second loop: raw log -> event log. A frame of events and the raw position they reach are one commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from collectors.finish import received_at
from collectors.folds import GENERATION, Folds
from collectors.normaliser import Normaliser, outcome
from soc.clock import Clock
from soc.errors import JournalError
from soc.event import Event, encode
from soc.journal import Batch, Gap, Lane, Log, Origin
from soc.lag import Lag
from soc.raw import RawRecord, Transport, decode
from soc.role import Chore, RoleName

BATCH_RECORDS = 500
FRAME_BYTES = 3 * 1024 * 1024
FRAME_EVENTS = 2_000
HOUR_TEXT = len("2026-11-24T05")
IDLE = timedelta(milliseconds=100)
BLOCKED = timedelta(seconds=1)
REPEATS = frozenset({Transport.FILE, Transport.HTTP, Transport.EVTX, Transport.PCAP})


@dataclass(slots=True)
class Tally:
    """What became of records, by sender. A record is counted once; its events are counted apart.
    `heard`: parsed events by sender and hour of their own time, `2026-11-24T05`."""

    fates: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (source, fate, reason)
    events: Counter[str] = field(default_factory=Counter)
    duplicates: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    heard: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.fates += other.fates
        self.events += other.events
        self.duplicates += other.duplicates
        self.errors += other.errors
        self.heard += other.heard


@dataclass(slots=True)
class Frame:
    """Events that go into the log together. `complete`: the raw record up to which all events are in it."""

    complete: int
    lines: list[bytes] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    size: int = 0
    tally: Tally = field(default_factory=Tally)

    def has_room(self, line: bytes) -> bool:
        return not self.lines or (self.size + len(line) <= FRAME_BYTES and len(self.lines) < FRAME_EVENTS)

    def add(self, line: bytes, event_id: str) -> None:
        self.lines.append(line)
        self.ids.append(event_id)
        self.size += len(line) + 1


@dataclass(frozen=True, slots=True)
class Piece:
    """Events of one record, at most a frame of them. `last`: no more of this record follow."""

    offset: int
    source: str
    events: list[Event]
    tally: Tally
    repeats: bool
    last: bool


class Ledger(Protocol):
    """Where counts go; idempotent by position."""

    def normalised(self, lane: str, last: int, tally: Tally) -> None: ...

    def counted(self, lane: str) -> int:
        """The last raw offset that is in the books."""
        ...

    def flush(self, now: datetime) -> None: ...

    def flush_now(self) -> None: ...


Known = Callable[[Sequence[str]], frozenset[str]]
"""Event ids -> those that the event store holds."""


class Normalise:
    """Live records first, then a batch of what is imported, in turn."""

    name = RoleName.NORMALISE

    def __init__(
        self,
        raw: Mapping[Lane, Log],
        events: Log,
        normaliser: Normaliser,
        ledger: Ledger,
        clock: Clock,
        known: Known = lambda ids: frozenset(),
        chores: Sequence[Chore] = (),
    ) -> None:
        self._raw = raw
        self._events = events
        self._normaliser = normaliser
        self._ledger = ledger
        self._clock = clock
        self._known = known
        self._chores = tuple(chores)
        self._folds = Folds()
        self._lag = Lag()
        self.failure: str | None = None
        origins = events.origins()
        self._at = {lane: origins.get(lane.value, -1) for lane in raw}
        self._folds.learn(_tail(events))
        for lane in raw:
            self._recount(lane)

    def step(self, now: datetime) -> datetime:
        busy = False
        for lane in self._raw:
            try:
                busy = self._batch(lane) or busy
                self.failure = None
            except JournalError as error:
                # Full, or a disk that fails: the log has moved to a new segment, and the same records are worked again.
                self.failure = str(error)
                return now + BLOCKED
        self._ledger.flush(now)
        for chore in self._chores:
            chore.run(now)
        return now if busy else now + IDLE

    def position(self) -> dict[str, int]:
        return {lane.value: offset for lane, offset in self._at.items()}

    def figures(self, now: datetime) -> dict[str, float]:
        return self._lag.figures(now)

    def close(self) -> None:
        self._ledger.flush_now()
        for log in (*self._raw.values(), self._events):
            log.close()

    def _batch(self, lane: Lane) -> bool:
        worked = False
        for batch in self._raw[lane].read(self._at[lane], max_records=BATCH_RECORDS):
            worked = True
            if isinstance(batch, Gap):
                self._write(lane, Frame(batch.last, tally=_lost(batch)))
            else:
                self._work(lane, batch)
                if lane is Lane.LIVE:
                    self._lag.note(received_at(decode(batch.records[0])), self._clock.now())
        return worked

    def _work(self, lane: Lane, batch: Batch) -> None:
        """A frame ends between two records, so that its position is exact; only a record with very many events
        (a capture) goes over several, and its events fold when they come a second time."""
        frame = Frame(self._at[lane])
        for pieces in _portions(self._pieces(lane, batch)):
            held = self._held(lane, pieces)
            for piece in pieces:
                for event in piece.events:
                    if piece.repeats and (self._folds.holds(event["event.id"]) or event["event.id"] in held):
                        piece.tally.duplicates[piece.source] += 1
                        continue
                    _count(event, piece.source, piece.tally)
                    line = encode(event)
                    if not frame.has_room(line):
                        frame = self._write(lane, frame)
                    frame.add(line, event["event.id"])
                    if piece.repeats:
                        self._folds.add(event["event.id"])
                if piece.last:
                    frame.complete = piece.offset
                    frame.tally.add(piece.tally)
        self._write(lane, frame)

    def _pieces(self, lane: Lane, batch: Batch) -> Iterator[Piece]:
        for offset, data in enumerate(batch.records, batch.first):
            record, tally = decode(data), Tally()
            events = iter(self._judge(lane, offset, record, tally))
            last = False
            while not last:
                part = list(islice(events, FRAME_EVENTS))
                last = len(part) < FRAME_EVENTS
                yield Piece(offset, record.source, part, tally, repeats=record.transport in REPEATS, last=last)

    def _held(self, lane: Lane, pieces: Sequence[Piece]) -> frozenset[str]:
        """Which of these the store has. One question for many: each costs as much as a hundred events."""
        if lane is not Lane.IMPORT:
            return frozenset()
        ids = (event["event.id"] for piece in pieces if piece.repeats for event in piece.events)
        return self._known([event_id for event_id in ids if not self._folds.holds(event_id)])

    def _judge(self, lane: Lane, offset: int, record: RawRecord, tally: Tally) -> Iterable[Event]:
        place = f"{lane}:{offset}"
        result = outcome(self._normaliser, record, ingested=self._clock.now(), sequence=place, raw_ref=place)
        fate = "quarantined" if result.quarantined else "stored"
        tally.fates[record.source, fate, result.quarantined] += 1
        return result.events

    def _write(self, lane: Lane, frame: Frame) -> Frame:
        at_ns = int(self._clock.now().timestamp() * 1e9)
        try:
            self._events.append(frame.lines, at_ns=at_ns, origin=Origin(lane.value, frame.complete))
        except JournalError:
            self._folds.forget(frame.ids)
            raise
        self._at[lane] = frame.complete
        self._ledger.normalised(lane.value, frame.complete, frame.tally)
        return Frame(frame.complete)

    def _recount(self, lane: Lane) -> None:
        """A crash between a frame and its entry in the books: those records are judged once more, for the count."""
        start = self._ledger.counted(lane.value)
        if start >= self._at[lane]:
            return
        for batch in self._raw[lane].read(start, max_records=10**9):
            if batch.first > self._at[lane]:
                break
            if isinstance(batch, Gap):
                self._ledger.normalised(lane.value, batch.last, _lost(batch))
                continue
            count = min(batch.last, self._at[lane]) - batch.first + 1
            tally = Tally()
            for offset, data in enumerate(batch.records[:count], batch.first):
                record = decode(data)
                for event in self._judge(lane, offset, record, tally):
                    _count(event, record.source, tally)
            self._ledger.normalised(lane.value, batch.first + count - 1, tally)


def _lost(gap: Gap) -> Tally:
    """Nobody knows whose records they were, so the sums of all sources balance, and `?` names the loss."""
    return Tally(fates=Counter({("?", "dropped", "damaged"): gap.last - gap.first + 1}))


def _count(event: Event, source: str, tally: Tally) -> None:
    tally.events[source] += 1
    if event["event.kind"] == "pipeline_error":
        tally.errors[source] += 1
    else:
        tally.heard[source, str(event["@timestamp"])[:HOUR_TEXT]] += 1


def _portions(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Pieces with about as many events as a frame holds."""
    portion: list[Piece] = []
    size = 0
    for piece in pieces:
        portion.append(piece)
        size += len(piece.events)
        if size >= FRAME_EVENTS:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _tail(events: Log) -> Iterator[bytes]:
    for batch in events.read(max(events.end() - 2 * GENERATION, -1), max_records=10**9):
        if isinstance(batch, Batch):
            yield from batch.records
