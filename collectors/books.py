"""The books: what `receive` took in and what `normalise` made of it, written by position (docs/decisions/0002)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from collectors.normalise import Tally
from soc.access import UNASSIGNED
from soc.clock import Clock
from soc.errors import PositionMoved, StateError
from soc.journal import Gap, Lane, Log
from soc.raw import decode
from soc.role import RoleName
from soc.state.accounting import Count, Fate
from soc.state.store import State

FLUSH = timedelta(seconds=1)


class Books:
    """Counts of one role, held for at most a second. `after[lane]` is the position up to which they are stored."""

    def __init__(self, role: RoleName, state: State, clock: Clock, lanes: tuple[Lane, ...]) -> None:
        self._role = role
        self._state = state
        self._clock = clock
        with state.read() as tx:
            self._after = {lane.value: tx.accounting.upto(role, lane) for lane in lanes}
        self._upto = dict(self._after)
        self._counts: dict[str, Counter[tuple[str, Fate, str]]] = {lane.value: Counter() for lane in lanes}
        self._loose: Counter[tuple[str, Fate, str]] = Counter()
        self._seen: dict[str, datetime] = {}
        self._flushed: datetime | None = None

    def counted(self, lane: str) -> int:
        return self._upto[lane]

    def received(self, lane: Lane, last: int, sources: Mapping[str, int]) -> None:
        now = self._clock.now()
        for source, n in sources.items():
            self._counts[lane][source, Fate.RECEIVED, ""] += n
            self._seen[source] = now
        self._upto[lane] = last

    def normalised(self, lane: str, last: int, tally: Tally) -> None:
        counts = self._counts[lane]
        for (source, fate, reason), n in tally.fates.items():
            counts[source, Fate(fate), reason] += n
        for fate, by_source in (
            (Fate.EVENT, tally.events),
            (Fate.DUPLICATE, tally.duplicates),
            (Fate.PIPELINE_ERROR, tally.errors),
        ):
            for source, n in by_source.items():
                counts[source, fate, ""] += n
        self._upto[lane] = last

    def dropped(self, counts: Mapping[tuple[str, str], int]) -> None:
        """What fell out before the log was received all the same."""
        for (source, reason), n in counts.items():
            self._loose[source, Fate.RECEIVED, ""] += n
            self._loose[source, Fate.DROPPED, reason] += n

    def flush(self, now: datetime) -> None:
        """Writes what a second has gathered; a busy state store is tried again a second later."""
        if self._flushed is not None and self._flushed <= now < self._flushed + FLUSH:
            return
        self.flush_now(now)

    def flush_now(self, now: datetime | None = None) -> None:
        """The same without waiting for the second to end."""
        now = now or self._clock.now()
        self._flushed = now
        if self._upto == self._after and not self._loose:
            return
        try:
            self._write(now)
        except PositionMoved:
            raise
        except StateError:
            return
        self._after = dict(self._upto)
        self._seen.clear()
        self._loose.clear()
        for counts in self._counts.values():
            counts.clear()

    def catch_up(self, logs: Mapping[Lane, Log]) -> None:
        """A kill between the log and the books: the records in between are counted now."""
        for lane, log in logs.items():
            for batch in log.read(self._upto[lane], max_records=10**9):
                if not isinstance(batch, Gap):
                    self.received(lane, batch.last, Counter(decode(data).source for data in batch.records))
                else:
                    self._upto[lane] = batch.last

    def _write(self, now: datetime) -> None:
        with self._state.write() as tx:
            table = tx.sources.table()
            units = {name: source.unit for name, source in table.current.items()}
            for lane, upto in self._upto.items():
                rows = list(_rows(self._counts[lane], now, units))
                tx.accounting.add(self._role, lane, after=self._after[lane], upto=upto, rows=rows)
            tx.accounting.note(_rows(self._loose, now, units))
            if self._seen:
                tx.sources.saw(self._seen)


def _rows(counts: Counter[tuple[str, Fate, str]], at: datetime, units: Mapping[str, str]) -> Iterator[Count]:
    for (source, fate, reason), n in counts.items():
        if n:
            yield Count(source, at, fate, n, reason, units.get(source, UNASSIGNED))
