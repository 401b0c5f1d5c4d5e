"""What the events say of one entity: when, by which sources, under which names, and what it talked to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from dashboards.access.viewer import Viewer
from dashboards.entities.asked import of_entity
from dashboards.entities.service import AHEAD, EVER
from dashboards.services import Services
from soc.access import Right, Scope
from soc.entity import EntityKind, key_of
from soc.event import Event
from soc.query import Query
from soc.query.ast import And, Equals, Exists, Node
from soc.query.values import moment, scalars, text_of
from soc.state.tables.sources import SourceState
from soc.store import EventStore

DAYS = 30
HOURS_A_BAR = 24
SAMPLE = 300
PEERS = 10
SOURCES = 50
NAMES_MOST = 8

NAME_FIELDS: Mapping[EntityKind, tuple[str, ...]] = {
    EntityKind.USER: ("user.name", "user.domain", "user.id", "user.email", "user.full_name"),
    EntityKind.HOST: ("host.name", "host.hostname", "host.ip", "host.mac", "host.os.full"),
    EntityKind.IP: ("host.name", "source.geo.country_iso_code", "source.as.organization.name"),
    EntityKind.HASH: ("file.name", "process.name", "process.executable"),
    EntityKind.DOMAIN: ("dns.question.name", "url.domain"),
}
OTHER_SIDE: Mapping[EntityKind, tuple[tuple[str, str], ...]] = {
    EntityKind.IP: (("source.ip", "destination.ip"), ("destination.ip", "source.ip"), ("source.ip", "user.name")),
    EntityKind.HOST: (("host.name", "destination.ip"), ("host.name", "user.name"), ("host.name", "process.name")),
    EntityKind.USER: (("user.name", "host.name"), ("user.name", "source.ip")),
    EntityKind.DOMAIN: (("dns.question.name", "host.name"), ("url.domain", "source.ip")),
    EntityKind.HASH: (("file.hash.sha256", "host.name"), ("process.hash.sha256", "host.name")),
    EntityKind.UNIT: (("unit.id", "host.name"), ("unit.id", "source.ip")),
}
"""(its own field, the field of what stands opposite)."""


@dataclass(frozen=True, slots=True)
class SourceSight:
    """One source; `events` None: it does not see the entity."""

    id: str
    name: str
    unit: str
    events: int | None


@dataclass(frozen=True, slots=True)
class Peers:
    """The commonest values of `field` where the entity stands in `own`."""

    own: str
    field: str
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """`days`: events a day, None where nothing of any kind was stored. `units`: whose it was, by events."""

    first: datetime | None
    last: datetime | None
    days: tuple[tuple[datetime, int | None], ...]
    names: tuple[tuple[str, tuple[str, ...]], ...]
    units: tuple[tuple[str, int], ...]
    sources: tuple[SourceSight, ...]
    oldest: datetime | None

    @property
    def total(self) -> int:
        return sum(n or 0 for _, n in self.days)


def sight(services: Services, viewer: Viewer, kind: EntityKind, value: str) -> Sight:
    """The last thirty days; first and last of all time."""
    store, now = services.events, services.clock.now()
    scope = viewer.scope(Right.READ_EVENTS)
    if store is None:
        return Sight(None, None, (), (), (), (), None)
    node = of_entity(kind, value)
    ever = Query(node, EVER, now + AHEAD, scope)
    newest = store.search(ever, limit=SAMPLE).events
    if not newest:
        return Sight(None, None, (), (), (), (), store.health().oldest)
    oldest = store.search(ever, limit=1, newest_first=False).events
    query = Query(node, now - timedelta(days=DAYS), now, scope)
    by_source = dict(store.top(query, "soc.source.id", SOURCES))
    units = store.top(query, "unit.id", NAMES_MOST)
    return Sight(
        first=moment(oldest[0]["@timestamp"]) if oldest else None,
        last=moment(newest[0]["@timestamp"]),
        days=days_of(store, query),
        names=names_of(kind, value, newest),
        units=units,
        sources=_sources(services, viewer, by_source, {unit for unit, _ in units}),
        oldest=None,
    )


def peers(services: Services, viewer: Viewer, kind: EntityKind, value: str) -> tuple[Peers, ...]:
    """What it talked to in thirty days; lists without any row are left out."""
    store, now = services.events, services.clock.now()
    if store is None:
        return ()
    scope = viewer.scope(Right.READ_EVENTS)
    found = []
    for own, other in OTHER_SIDE[kind]:
        part: Node = And((_own(kind, value, own), Exists(other)))
        rows = store.top(Query(part, now - timedelta(days=DAYS), now, scope), other, PEERS)
        if rows:
            found.append(Peers(own, other, rows))
    return tuple(found)


def days_of(store: EventStore, query: Query) -> tuple[tuple[datetime, int | None], ...]:
    """Newest last. A day without any event of these units is a gap, not a zero."""
    width = HOURS_A_BAR * 3_600
    counts = {at: n for at, _, n in store.histogram(query, interval_seconds=width)}
    heard = _heard(store, query)
    first = _day(query.since)
    days = (first + timedelta(days=number) for number in range((_day(query.until) - first).days + 1))
    return tuple((day, counts.get(day, 0 if day in heard else None)) for day in days)


def names_of(kind: EntityKind, value: str, events: tuple[Event, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The spellings and other names in the newest events of the same thing; `DOMAIN\\user` first."""
    found: dict[str, Counter[str]] = {}
    key = key_of(kind, value)
    for event in events:
        if kind is EntityKind.USER and not _is_about(event, key):
            continue
        for name in NAME_FIELDS.get(kind, ()):
            found.setdefault(name, Counter()).update(text_of(one) for one in scalars(event, name)[:NAMES_MOST])
        if kind is EntityKind.USER and event.get("user.domain") and event.get("user.name"):
            both = f"{text_of(event['user.domain'])}\\{text_of(event['user.name'])}"
            found.setdefault("user.domain\\user.name", Counter())[both] += 1
    return tuple(
        (name, tuple(text for text, _ in counts.most_common(NAMES_MOST))) for name, counts in found.items() if counts
    )


def _is_about(event: Event, key: str) -> bool:
    """The event's own account is this one, not the other account that it names."""
    own = (event.get(name) for name in ("user.name", "user.email", "user.id"))
    return any(isinstance(text, str) and key_of(EntityKind.USER, text) == key for text in own)


def _sources(services: Services, viewer: Viewer, seen: Mapping[str, int], units: set[str]) -> tuple[SourceSight, ...]:
    """Those that see it, most first; then the active ones of its units that do not."""
    scope: Scope = viewer.scope(Right.READ_SOURCES)
    with services.state.read() as tx:
        known = {source.id: source for source in tx.sources.all(scope)}
    made = [
        SourceSight(name, known[name].name if name in known else name, known[name].unit if name in known else "", n)
        for name, n in seen.items()
    ]
    blind = sorted(
        (one for one in known.values() if one.id not in seen and one.unit in units and one.state is SourceState.ACTIVE),
        key=lambda one: one.name,
    )
    return (*made, *(SourceSight(one.id, one.name, one.unit, None) for one in blind[:SOURCES]))


def _own(kind: EntityKind, value: str, field: str) -> Node:
    return Equals(field, ip_address(value) if kind is EntityKind.IP else key_of(kind, value))


def _heard(store: EventStore, query: Query) -> frozenset[datetime]:
    whole = Query(None, _day(query.since), _day(query.until) + timedelta(days=1), query.scope)
    return frozenset(at for at, _, n in store.histogram(whole, interval_seconds=HOURS_A_BAR * 3_600) if n)


def _day(at: datetime) -> datetime:
    """Days of Unix time, which begin at 7 in the province: so the hourly counts can answer."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
