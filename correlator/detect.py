"""The fourth loop: event log -> hits, base hits and alerts, in one transaction with the read position.

Windows in memory are a cache of the stored base hits. A batch whose transaction failed is kept as it is and written
again: feeding it to the windows a second time would find nothing new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import structlog

from correlator.compile import RuleSet, Table
from correlator.findings import Findings, is_disproved, store
from correlator.grouping import alertable
from correlator.hits import hit_of, hit_of_episode
from correlator.noted import Noted
from correlator.pack import Pack
from correlator.windows.base_hits import BaseHits
from correlator.windows.correlator import ALLOWANCE, Correlator, GroupKey
from soc.access import SYSTEM
from soc.clock import Clock
from soc.errors import PositionMoved, StateError
from soc.event import EventView, decode, instant
from soc.hit import BaseHit
from soc.journal import EVENTS, Batch, Gap, Log
from soc.lag import Lag
from soc.role import RoleName
from soc.state.store import State

log = structlog.get_logger(__name__)

BATCH_EVENTS = 2_000
IDLE = timedelta(milliseconds=50)
RETRY = timedelta(seconds=1)
QUIET = timedelta(milliseconds=500)
RELOAD = timedelta(seconds=2)
EXPIRE = timedelta(minutes=1)
PIPELINE_ERROR = "pipeline_error"


class Detect:
    """Rules by arrival, windows by event time."""

    name = RoleName.DETECT

    def __init__(self, events: Log, state: State, pack: Pack, table: Table, clock: Clock) -> None:
        self._events = events
        self._state = state
        self._pack = pack
        self._table = table
        self._clock = clock
        self.failure: str | None = None
        self.errors: Counter[str] = Counter()
        """Exception name -> events that made the engine fail; each is logged with its id."""
        with state.read() as tx:
            self._stored = tx.positions.get(self.name, EVENTS)
            self._noted = Noted(tx, clock.now().astimezone(UTC).date())
        self._at = self._stored
        self._lag = Lag()
        self._pending: Findings | None = None
        self._written: datetime | None = None
        self._looked: datetime | None = None
        self._expired: datetime | None = None
        self._load()

    def step(self, now: datetime) -> datetime:
        self._reload(now)
        if self._pending is None:
            self._pending = self._read()
        if self._pending is None:
            self._move_quietly(now)
            self._note_down(now)
            return now + IDLE
        if not self._pending.empty:
            try:
                self._write(self._pending, now)
            except PositionMoved:
                raise
            except StateError as error:
                self.failure = str(error)
                return now + RETRY
        self.failure = None
        self._at, self._pending = self._pending.last, None
        self._move_quietly(now)
        self._note_down(now)
        return now

    def position(self) -> dict[str, int]:
        return {EVENTS: self._at}

    def figures(self, now: datetime) -> dict[str, float]:
        return self._lag.figures(now)

    def close(self) -> None:
        self._events.close()

    def _load(self) -> None:
        """Rules, and the windows of their correlations from what is stored."""
        pack = self._pack
        self._rules = RuleSet(pack.rules, self._table, filters=pack.filters)
        self._muted = frozenset(pack.muted)
        self._base = BaseHits(pack.correlations)
        self._windows = Correlator(pack.correlations, history=self._history, filters=pack.filters)
        spans = (linked.correlation.timespan for linked in pack.correlations)
        self._memory = max(2 * max(spans, default=timedelta(0)), ALLOWANCE)
        with self._state.read() as tx:
            newest = tx.base_hits.newest(SYSTEM)
            if newest is not None:
                since = newest - self._memory
                self._windows.rebuild(tx.base_hits.since(since, SYSTEM))
                told = tx.hits.of_rules([linked.id for linked in pack.correlations], since, SYSTEM)
                self._windows.adopt(hit for hit in told if not is_disproved(hit))

    def _reload(self, now: datetime) -> None:
        """At a batch border: each event is evaluated under exactly one generation of rules."""
        if self._looked is not None and self._looked <= now < self._looked + RELOAD:
            return
        first, self._looked = self._looked is None, now
        if not first and self._pending is None and self._pack.reload(now):
            self._load()

    def _history(self, correlation: str, key: GroupKey, first: datetime, last: datetime) -> Iterable[BaseHit]:
        with self._state.read() as tx:
            return tx.base_hits.between(correlation, key, first, last, SYSTEM)

    def _read(self) -> Findings | None:
        found: Findings | None = None
        for batch in self._events.read(self._at, max_records=BATCH_EVENTS):
            found = found or Findings(self._at)
            found.last = batch.last
            if isinstance(batch, Batch):
                self._evaluate(batch, found)
            elif isinstance(batch, Gap):
                log.error("events are lost", first=batch.first, last=batch.last, reason=batch.reason)
        return found

    def _evaluate(self, batch: Batch, found: Findings) -> None:
        now = self._clock.now()
        event: EventView = {}
        for offset, line in enumerate(batch.records, batch.first):
            event = decode(line)
            if event["event.kind"] == PIPELINE_ERROR:
                continue
            self._noted.note(event)
            self._noted.clock(event, now)
            try:
                self._take(event, found)
            except Exception as error:  # the one broad catch of this loop: counted, logged, the event stays stored
                self.errors[type(error).__name__] += 1
                log.exception("an event made the engine fail", offset=offset, id=event.get("event.id"))
        if "event.ingested" in event:
            # One of a batch is enough: its events were taken in together.
            self._lag.note(instant(event["event.ingested"]), self._clock.now())

    def _take(self, event: EventView, found: Findings) -> None:
        matches = self._rules.evaluate(event)
        if not matches:
            return
        route = self._table.routes.get(str(event.get("soc.route")))
        for match in matches:
            hit = hit_of(match, event, route)
            found.hits += alertable((hit,), self._muted)
            for base in self._base.of(match, event, hit.event_ids[0], hit.at, hit.unit):
                found.base.append(base)
                for episode in self._windows.feed(base):
                    if episode.superseded:
                        found.disprove(episode.id)
                    else:
                        found.tell(alertable((hit_of_episode(episode),), self._muted))

    def _write(self, found: Findings, now: datetime) -> None:
        with self._state.write() as tx:
            tx.positions.move(self.name, EVENTS, self._stored, found.last)
            store(tx, found, now)
            if self._expired is None or not self._expired <= now < self._expired + EXPIRE:
                tx.base_hits.expire(now - self._memory)
                self._expired = now
        self._stored, self._written = found.last, now
        if found.base:
            # Older windows come back from the base hits that are stored now; a clock ahead must not push them out.
            self._windows.forget(min(max(base.at for base in found.base), now) - self._memory)

    def _note_down(self, now: datetime) -> None:
        """Sources, fields, clocks and costs, twice a minute; a busy store is asked again later."""
        if not self._noted.due(now):
            return
        try:
            with self._state.write() as tx:
                self._noted.write(tx, now, self._rules.cost.record())
        except StateError as error:
            self.failure = str(error)
            return
        self._noted.done(now)

    def _move_quietly(self, now: datetime) -> None:
        """Without hits the position is stored at most twice a second; a repeat of these events gives nothing."""
        if self._at == self._stored or (self._written is not None and self._written <= now < self._written + QUIET):
            return
        try:
            with self._state.write() as tx:
                tx.positions.move(self.name, EVENTS, self._stored, self._at)
        except PositionMoved:
            raise
        except StateError as error:
            self.failure = str(error)
            return
        self._stored, self._written = self._at, now
