"""The alert's values in other places: how many other units, machines and alerts have met them in 30 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.access.viewer import Viewer
from dashboards.alerts.asked import Thing, things_of
from dashboards.services import Services
from dashboards.shell import links
from soc.access import Right, Scope
from soc.alert import Alert
from soc.entity import EntityKind
from soc.query import Query
from soc.state.queue import AlertFilter
from soc.store import EventStore

KINDS = (EntityKind.IP, EntityKind.USER, EntityKind.HOST, EntityKind.DOMAIN)
SPAN = timedelta(days=30)
MOST = 4
VALUES = 50


@dataclass(frozen=True, slots=True)
class Place:
    """One value. `units`, `hosts`: where its events were, as far as the viewer sees; `alerts`: besides this one.
    `units` None: there is no event store to ask. `own`: this alert's unit is among the units."""

    thing: Thing
    units: tuple[tuple[str, int], ...] | None
    hosts: int
    events: int
    alerts: int
    page: str
    hunt: str

    def others(self, unit: str) -> tuple[str, ...]:
        return tuple(name for name, _ in self.units or () if name != unit)


def elsewhere(services: Services, viewer: Viewer, alert: Alert) -> tuple[Place, ...]:
    """For the first four values that can be looked up."""
    scope = viewer.scope(Right.READ_EVENTS)
    now = services.clock.now()
    things = things_of(alert, KINDS, most=MOST)
    with services.state.read() as tx:
        counts = [
            tx.queue.count(
                AlertFilter(statuses=(), entities=((thing.kind, thing.value),), raised_since=now - SPAN), scope
            )
            for thing in things
        ]
    return tuple(
        _place(services.events, thing, max(count - 1, 0), now, scope)
        for thing, count in zip(things, counts, strict=True)
    )


def _place(store: EventStore | None, thing: Thing, alerts: int, now: datetime, scope: Scope) -> Place:
    query = Query(thing.query, now - SPAN, now + timedelta(minutes=5), scope)
    units = store.top(query, "unit.id", VALUES) if store else None
    # An address or domain is told of by devices: how many of them says little, and each scan costs 0.1 s.
    hosts = store.top(query, "host.name", VALUES) if store and thing.kind is EntityKind.USER else ()
    return Place(
        thing=thing,
        units=units,
        hosts=len(hosts),
        events=sum(n for _, n in units or ()),
        alerts=alerts,
        page=links.entity(thing.kind, thing.value),
        hunt=links.hunt(thing.hunt, now - SPAN, now),
    )
