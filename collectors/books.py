"""The books: what `receive` took in and what `normalise` made of it, written by position (docs/decisions/0002)."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from collectors.normalise import Tally
from soc.access import UNASSIGNED
from soc.clock import Clock
from soc.errors import PositionMoved, StateError
from soc.journal import Gap, Lane, Log
from soc.raw import decode
from soc.role import RoleName
from soc.state.accounting import Count, Fate
from soc.state.store import State, Tx

FLUSH = timedelta(seconds=1)


Counts = Counter[tuple[str, Fate, str]]


class Books:
    """Counts of one role, held for a second or so. What became of a record is written only after its receipt is in
    the books of `receive`, so that nobody ever sees more stored than received."""

    def __init__(self, role: RoleName, state: State, clock: Clock, lanes: tuple[Lane, ...]) -> None:
        self._role = role
        self._state = state
        self._clock = clock
        with state.read() as tx:
            self._after = {lane.value: tx.accounting.upto(role, lane) for lane in lanes}
        self._upto = dict(self._after)
        self._waiting: dict[str, deque[tuple[int, Counts]]] = {lane.value: deque() for lane in lanes}
        self._loose: Counts = Counter()
        self._seen: dict[str, datetime] = {}
        self._flushed: datetime | None = None
        self._mark = -1
        self._units: dict[str, str] = {}

    def counted(self, lane: str) -> int:
        return self._upto[lane]

    def received(self, lane: Lane, last: int, sources: Mapping[str, int]) -> None:
        if lane is Lane.LIVE:
            # What is imported says nothing of who sends now.
            self._seen.update(dict.fromkeys(sources, self._clock.now()))
        self._enter(lane.value, last, Counter({(source, Fate.RECEIVED, ""): n for source, n in sources.items()}))

    def normalised(self, lane: str, last: int, tally: Tally) -> None:
        counts: Counts = Counter()
        for (source, fate, reason), n in tally.fates.items():
            counts[source, Fate(fate), reason] += n
        for fate, by_source in (
            (Fate.EVENT, tally.events),
            (Fate.DUPLICATE, tally.duplicates),
            (Fate.PIPELINE_ERROR, tally.errors),
        ):
            for source, n in by_source.items():
                counts[source, fate, ""] += n
        if lane == Lane.LIVE:
            # What is imported says nothing of who could be heard then.
            for (source, hour), n in tally.heard.items():
                counts[source, Fate.HEARD, hour] += n
        self._enter(lane, last, counts)

    def dropped(self, counts: Mapping[tuple[str, str], int]) -> None:
        """What fell out before the log was received all the same."""
        for (source, reason), n in counts.items():
            self._loose[source, Fate.RECEIVED, ""] += n
            self._loose[source, Fate.DROPPED, reason] += n

    def flush(self, now: datetime) -> None:
        """Writes what a second has gathered; a busy state store is tried again a second later."""
        if self._flushed is None or not self._flushed <= now < self._flushed + FLUSH:
            self.flush_now(now)

    def flush_now(self, now: datetime | None = None) -> None:
        """The same without waiting for the second to end."""
        self._flushed = now or self._clock.now()
        if not any(self._waiting.values()) and not self._loose:
            return
        try:
            ready = self._write(self._flushed)
        except PositionMoved:
            raise
        except StateError:
            return
        for lane, (upto, chunks) in ready.items():
            self._after[lane] = upto
            for _ in range(chunks):
                self._waiting[lane].popleft()
        self._seen.clear()
        self._loose.clear()

    def catch_up(self, logs: Mapping[Lane, Log]) -> None:
        """A kill between the log and the books: the records in between are counted now."""
        for lane, log in logs.items():
            for batch in log.read(self._upto[lane], max_records=10**9):
                sources = () if isinstance(batch, Gap) else (decode(data).source for data in batch.records)
                self.received(lane, batch.last, Counter(sources))

    def _enter(self, lane: str, last: int, counts: Counts) -> None:
        self._waiting[lane].append((last, counts))
        self._upto[lane] = last

    def _write(self, now: datetime) -> dict[str, tuple[int, int]]:
        """Lane -> (position reached, chunks written)."""
        ready = {}
        with self._state.write() as tx:
            units = self._units_now(tx)
            for lane, waiting in self._waiting.items():
                upto, chunks, counts = self._due(tx, lane, waiting)
                if chunks:
                    rows = list(_rows(counts, now, units))
                    tx.accounting.add(self._role, lane, after=self._after[lane], upto=upto, rows=rows)
                    ready[lane] = (upto, chunks)
            tx.accounting.note(_rows(self._loose, now, units))
            if self._seen:
                tx.sources.saw(self._seen)
        return ready

    def _units_now(self, tx: Tx) -> Mapping[str, str]:
        """Source -> unit, read again when a source has changed: 300 sources take 3.5 ms of a write transaction."""
        if (mark := tx.sources.mark()) != self._mark:
            self._units = {name: source.unit for name, source in tx.sources.table().current.items()}
            self._mark = mark
        return self._units

    def _due(self, tx: Tx, lane: str, waiting: Iterable[tuple[int, Counts]]) -> tuple[int, int, Counts]:
        bound = None if self._role is RoleName.RECEIVE else tx.accounting.upto(RoleName.RECEIVE, lane)
        upto, chunks, total = self._after[lane], 0, Counter[tuple[str, Fate, str]]()
        for last, counts in waiting:
            if bound is not None and last > bound:
                break
            upto, chunks = last, chunks + 1
            total.update(counts)
        return upto, chunks, total


def _rows(counts: Counts, at: datetime, units: Mapping[str, str]) -> Iterator[Count]:
    for (source, fate, reason), n in counts.items():
        unit = units.get(source, UNASSIGNED)
        if n and fate is Fate.HEARD:
            yield Count(source, datetime.strptime(f"{reason}+0000", "%Y-%m-%dT%H%z"), fate, n, "", unit)
        elif n:
            yield Count(source, at, fate, n, reason, unit)
