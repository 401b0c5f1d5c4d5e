"""The alert's values in other places: how many other units, machines and alerts have met them in 30 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.access.viewer import Viewer
from dashboards.alerts.asked import Thing, things_of
from dashboards.services import Services
from dashboards.shell import links
from soc.access import UNASSIGNED, Right, Scope
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
    found = store.stack(query, ("unit.id",), VALUES, rarest_first=False) if store else None
    return Place(
        thing=thing,
        units=None if found is None else tuple((row.values[0] or UNASSIGNED, row.events) for row in found.rows),
        hosts=found.hosts if found and thing.kind is not EntityKind.HOST else 0,
        events=found.events if found else 0,
        alerts=alerts,
        page=links.entity(thing.kind, thing.value),
        hunt=links.hunt(thing.hunt, now - SPAN, now),
    )
