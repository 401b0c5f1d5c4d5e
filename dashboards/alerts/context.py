"""The context of an alert: what its machines, accounts and addresses did in the minutes around it, and who was silent.

Each lane costs two small searches in a narrow window, which touch the files of that window only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from dashboards.access.viewer import Viewer
from dashboards.alerts.asked import Thing, things_of
from dashboards.alerts.rhythm import BEFORE, BUCKET, Gap, gaps
from dashboards.services import Services
from dashboards.shell import links
from soc.access import Right, Scope
from soc.alert import Alert
from soc.entity import EntityKind
from soc.event import Event, instant
from soc.query import Query
from soc.query.ast import Equals, Or
from soc.state.queue import AlertFilter, Order
from soc.state.store import Tx
from soc.state.tables.sources import SourceState
from soc.store import EventStore

KINDS = (EntityKind.HOST, EntityKind.USER, EntityKind.IP)
NARROW, WIDE = 15, 120
ROWS = 200
BARS = 60
SOURCES = 12
RELATED = 20


class Mark(StrEnum):
    """Why an event stands out: it matched the rule, or it belongs to another alert."""

    MATCHED = "matched"
    RELATED = "related"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Row:
    """One event of a lane."""

    at: datetime
    event: Event
    mark: Mark


@dataclass(frozen=True, slots=True)
class Lane:
    """One entity's events nearest to the alert, oldest first. `total`: all in the window; `bars`: how many in each
    of `BARS` equal parts of it; `hunt` asks for all of them."""

    thing: Thing
    rows: tuple[Row, ...]
    total: int
    bars: tuple[int, ...]
    hunt: str

    @property
    def cut(self) -> bool:
        return self.total > len(self.rows)


@dataclass(frozen=True, slots=True)
class Context:
    """`at`: the moment around which is looked. `asked` False: there is no event store to ask."""

    at: datetime
    since: datetime
    until: datetime
    now: datetime
    minutes: int
    lanes: tuple[Lane, ...] = ()
    gaps: tuple[Gap, ...] = ()
    related: tuple[Alert, ...] = ()
    asked: bool = True

    @property
    def events(self) -> int:
        return sum(lane.total for lane in self.lanes)


def moment_of(alert: Alert) -> datetime:
    """When it happened: the end of a correlation's window, else the first event."""
    return alert.correlation.last if alert.correlation else alert.first_event


def around(
    services: Services, viewer: Viewer, alert: Alert, *, minutes: int = NARROW, at: datetime | None = None
) -> Context:
    """Fifteen minutes before and after, or two hours."""
    middle = at or moment_of(alert)
    half = timedelta(minutes=WIDE if minutes > NARROW else NARROW)
    since, until, now = middle - half, middle + half, services.clock.now()
    empty = Context(middle, since, until, now, int(half.total_seconds() // 60))
    store = services.events
    if store is None:
        return Context(middle, since, until, now, empty.minutes, asked=False)
    scope = viewer.scope(Right.READ_EVENTS)
    things = things_of(alert, KINDS)
    with services.state.read() as tx:
        related = _related(tx, alert, things, since, until, scope)
        marks = _marks(tx, alert, related, scope)
    lanes = tuple(_lane(store, thing, empty, marks, scope) for thing in things)
    return Context(
        middle, since, until, now, empty.minutes, lanes, silences(services, viewer, alert, half, at), related
    )


def silences(
    services: Services,
    viewer: Viewer,
    alert: Alert,
    half: timedelta = timedelta(minutes=NARROW),
    at: datetime | None = None,
) -> tuple[Gap, ...]:
    """The gaps of the sources that told of the alert or of its things around it, and of all sources of its unit."""
    if services.events is None:
        return ()
    middle, now = at or moment_of(alert), services.clock.now()
    since, until = middle - half, middle + half
    scope = viewer.scope(Right.READ_EVENTS)
    with services.state.read() as tx:
        known = tx.sources.all(scope)
    names = {source.id: source.name for source in known}
    own = [source.id for source in known if source.unit == alert.unit and source.state is SourceState.ACTIVE]
    told = _told(services.events, things_of(alert, KINDS), since, until, scope)
    wanted = [*_sources(alert.samples), *told, *own]
    return gaps(_heard(services.events, wanted, since, min(until, now), scope), names, since, until, now)


def _told(
    store: EventStore, things: tuple[Thing, ...], since: datetime, until: datetime, scope: Scope
) -> tuple[str, ...]:
    """Which sources told of these, the loudest first."""
    if not things:
        return ()
    nodes = tuple(thing.query for thing in things)
    query = Query(nodes[0] if len(nodes) == 1 else Or(nodes), since, until, scope)
    return tuple(name for name, _ in store.top(query, "soc.source.id", SOURCES))


def _lane(store: EventStore, thing: Thing, window: Context, marks: Mapping[str, Mark], scope: Scope) -> Lane:
    node = thing.query
    before = store.search(Query(node, window.since, window.at, scope), limit=ROWS + 1, newest_first=True).events
    after = store.search(Query(node, window.at, window.until, scope), limit=ROWS + 1, newest_first=False).events
    whole = Query(node, window.since, window.until, scope)
    rows = [_row(event, marks) for event in (*before, *after)]
    total = len(rows) if len(before) <= ROWS and len(after) <= ROWS else store.count(whole)
    nearest = sorted(rows, key=lambda row: (row.mark is not Mark.MATCHED, abs(row.at - window.at)))[:ROWS]
    shown = tuple(sorted(nearest, key=lambda row: (row.at, str(row.event.get("event.id")))))
    times = [row.at for row in rows] if total == len(rows) else _times(store, whole, window)
    return Lane(
        thing,
        shown,
        total,
        bars_of(times, window.since, window.until),
        links.hunt(thing.hunt, window.since, window.until),
    )


def bars_of(times: list[datetime], since: datetime, until: datetime) -> tuple[int, ...]:
    """How many fall into each part of the window."""
    bars = [0] * BARS
    for at in times:
        place = int((at - since) / (until - since) * BARS)
        bars[min(max(place, 0), BARS - 1)] += 1
    return tuple(bars)


def _times(store: EventStore, query: Query, window: Context) -> list[datetime]:
    """One time for each event, to the width of a bar; a busy lane is counted, not read."""
    width = max(1, int((window.until - window.since).total_seconds()) // BARS)
    middle = timedelta(seconds=width / 2)
    return [at + middle for at, _, n in store.histogram(query, interval_seconds=width) for _ in range(n)]


def _row(event: Event, marks: Mapping[str, Mark]) -> Row:
    return Row(instant(str(event["@timestamp"])), event, marks.get(str(event.get("event.id")), Mark.OTHER))


def _sources(events: Sequence[Mapping[str, Any]]) -> list[str]:
    """Who told of these: the loudest first."""
    found: dict[str, int] = defaultdict(int)
    for event in events:
        found[str(event.get("soc.source.id", ""))] += 1
    return [name for name in sorted(found, key=lambda name: -found[name]) if name]


def _heard(
    store: EventStore, sources: list[str], since: datetime, until: datetime, scope: Scope
) -> dict[str, list[int]]:
    """In which minutes each source spoke, from some hours before the window on."""
    wanted = list(dict.fromkeys(sources))[:SOURCES]
    if not wanted or until <= since:
        return {}
    tests = tuple(Equals("soc.source.id", name) for name in wanted)
    query = Query(tests[0] if len(tests) == 1 else Or(tests), since - BEFORE, until, scope)
    heard: dict[str, list[int]] = {name: [] for name in wanted}
    for at, source, _ in store.histogram(query, interval_seconds=BUCKET, by="soc.source.id"):
        if source in heard:
            heard[source].append(int(at.timestamp()))
    return heard


def _related(
    tx: Tx, alert: Alert, things: tuple[Thing, ...], since: datetime, until: datetime, scope: Scope
) -> tuple[Alert, ...]:
    """Other alerts of these things that were raised in the window."""
    wanted = AlertFilter(
        statuses=(),
        entities=tuple((thing.kind, thing.value) for thing in things),
        raised_since=since,
        raised_until=until,
    )
    if not things:
        return ()
    found = tx.queue.page(wanted, scope, order=Order.NEWEST, limit=RELATED + 1).alerts
    return tuple(one for one in found if one.id != alert.id)[:RELATED]


def _marks(tx: Tx, alert: Alert, related: tuple[Alert, ...], scope: Scope) -> dict[str, Mark]:
    marks: dict[str, Mark] = {}
    for one in related:
        # A list has no samples: they are most of an alert's bytes.
        marks |= dict.fromkeys(_event_ids(tx, tx.alerts.get(one.id, scope), scope), Mark.RELATED)
    return marks | dict.fromkeys(_event_ids(tx, alert, scope), Mark.MATCHED)


def _event_ids(tx: Tx, alert: Alert, scope: Scope) -> set[str]:
    """As many of an alert's events as its samples and its latest hits name."""
    told: set[Any] = {sample.get("event.id") for sample in alert.samples}
    for hit in tx.hits.of_alert(alert.id, scope, limit=ROWS):
        told.update(hit.event_ids)
    return {str(name) for name in told if name}
