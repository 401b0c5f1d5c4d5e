"""The one poller of the state: every half second it asks what changed, and tells each page what it may hear.

Its thread lives while anybody listens. In the same breath it looks whether each session still holds and its grants
are the same: a revoked one is closed within a second.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

import structlog
from fastapi.sse import ServerSentEvent

from dashboards.errors import Refused
from dashboards.live.listener import Ears, Listener, reset
from dashboards.services import Services
from dashboards.shell.formats import ZONE
from soc.errors import SocError
from soc.state.feed import REPLAY_MOST, Change
from soc.state.jobs import Job
from soc.state.store import Tx

log = structlog.get_logger(__name__)

EVERY = 0.5
TICK = 10.0
AT_ONCE = 500
"""Alerts named in one go; beyond, pages read their lists anew."""

CLIENTS_MOST = 200
OF_SESSION_MOST = 3


class Hub:
    """All open pages of this process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._listeners: list[Listener] = []
        self._closed = False

    def join(self, listener: Listener) -> None:
        """Raises Refused (429) beyond 200 pages, or three of one session."""
        with self._lock:
            mine = sum(one.ears.token == listener.ears.token for one in self._listeners)
            if mine >= OF_SESSION_MOST or len(self._listeners) >= CLIENTS_MOST or self._closed:
                raise Refused("too many live streams are open - close another page", code="SOC-1730", status=429)
            self._listeners.append(listener)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()

    def leave(self, listener: Listener) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def close(self) -> None:
        """Every stream ends, and no new one begins: the process stops."""
        with self._lock:
            self._closed = True
            for listener in self._listeners:
                listener.end()
        self._wake.set()

    def listeners(self) -> tuple[Listener, ...]:
        with self._lock:
            return tuple(self._listeners)

    def _run(self) -> None:
        poll = Poll(self._services)
        while not self._over():
            try:
                poll.step(self.listeners())
            except SocError as error:
                log.error("live updates wait for the state", code=error.code, detail=error.message)
            self._wake.wait(EVERY)

    def _over(self) -> bool:
        """Decided under the lock: whoever joins afterwards starts a new thread."""
        with self._lock:
            if self._listeners and not self._closed:
                return False
            self._thread = None
            return True


class Poll:
    """Where the poller stands in history, growth and jobs."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._growth: int | None = None
        self._jobs_at = services.clock.now()
        self._sources = -1
        self._ticked = float("-inf")

    def step(self, listeners: Sequence[Listener]) -> None:
        """One look; tells everybody what is new for them."""
        if not listeners:
            return
        now = self._services.clock.now()
        with self._services.state.read() as tx:
            alive = [one for one in listeners if self._holds(tx, one, now)]
            for gone in set(listeners) - set(alive):
                gone.end()
            self._tell_changes(tx, alive)
            self._tell_growth(tx, alive)
            self._tell_jobs(tx, alive)
            self._tell_sources(tx, alive)
        self._tell_tick(alive, now)

    def _holds(self, tx: Tx, one: Listener, now: datetime) -> bool:
        session = tx.sessions.find(one.ears.token, now)
        same_day = now.astimezone(ZONE).date() == one.ears.day
        return session is not None and session.open and session.grants == one.ears.grants and same_day

    def _tell_changes(self, tx: Tx, alive: Sequence[Listener]) -> None:
        if not alive:
            return
        changes = tx.feed.since(min(one.position for one in alive))
        if not changes:
            return
        if len(changes) == REPLAY_MOST or len({change.alert_id for change in changes}) > AT_ONCE:
            for one in alive:
                one.position = tx.feed.position()
                one.tell([reset(one.position)])
            return
        for one in alive:
            tell(one, changes)

    def _tell_growth(self, tx: Tx, alive: Sequence[Listener]) -> None:
        """Hits joined without a line of history: the page is told, the position stays."""
        if self._growth is None:
            self._growth = tx.feed.growth()
            return
        grown = tx.feed.grown_since(self._growth)
        if not grown:
            return
        self._growth = grown[-1][0]
        for one in alive:
            one.tell(_message(change) for _, change in grown[-AT_ONCE:] if one.ears.alerts.sees(change.unit))

    def _tell_jobs(self, tx: Tx, alive: Sequence[Listener]) -> None:
        changed = tx.jobs.changed_since(self._jobs_at)
        if not changed:
            return
        self._jobs_at = changed[-1].changed_at
        for one in alive:
            one.tell(_progress(job) for job in changed if job.by == one.ears.account)

    def _tell_sources(self, tx: Tx, alive: Sequence[Listener]) -> None:
        mark = tx.sources.mark()
        if mark != self._sources and self._sources >= 0:
            for one in alive:
                if not one.ears.sources.empty:
                    one.tell([ServerSentEvent(event="source-changed", data={})])
        self._sources = mark

    def _tell_tick(self, alive: Sequence[Listener], now: datetime) -> None:
        passed = self._services.clock.monotonic()
        if passed - self._ticked >= TICK:
            self._ticked = passed
            for one in alive:
                one.tell([ServerSentEvent(event="tick", data={"at": now.isoformat()})])


def tell(one: Listener, changes: Sequence[Change]) -> None:
    """The changes after the page's position that it may hear; the position moves on over the others too."""
    news = [change for change in changes if change.seq is not None and change.seq > one.position]
    if news:
        one.position = news[-1].seq or one.position
        one.tell(_message(change) for change in news if one.ears.alerts.sees(change.unit))


def first_messages(tx: Tx, ears: Ears, position: int) -> list[ServerSentEvent]:
    """What a page missed since `position`: at most 10,000 changes, else that it must read all anew."""
    changes = tx.feed.since(position, REPLAY_MOST + 1)
    if len(changes) > REPLAY_MOST:
        return [reset(tx.feed.position())]
    return [_message(change) for change in changes if ears.alerts.sees(change.unit)]


def _message(change: Change) -> ServerSentEvent:
    return ServerSentEvent(
        event="alert-changed",
        data={"id": change.alert_id, "revision": change.revision},
        id=None if change.seq is None else str(change.seq),
    )


def _progress(job: Job) -> ServerSentEvent:
    return ServerSentEvent(event="job-progress", data={"id": job.id})
