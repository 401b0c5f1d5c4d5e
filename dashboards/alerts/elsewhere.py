"""The alert's values in other places: how many other units, machines and alerts have met them in 30 days.

The days are counted backwards in growing steps; what a page in a hurry has not counted it does not claim.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
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
from soc.state.store import Tx
from soc.store import EventStore

KINDS = (EntityKind.IP, EntityKind.USER, EntityKind.HOST, EntityKind.DOMAIN)
SPAN = timedelta(days=30)
MOST = 4
VALUES = 50
DAY = timedelta(days=1)
FIRST = 300_000
"""Events that are counted at first, to learn the pace."""
HURRY = 0.4
"""Seconds that people wait for beside an alert; the part's own page counts all days."""


@dataclass(frozen=True, slots=True)
class Place:
    """One value. `units`, `hosts`: where its events were, as far as the viewer sees; `alerts`: besides this one.
    `units` None: there is no event store to ask. `days`: so many were counted."""

    thing: Thing
    units: tuple[tuple[str, int], ...] | None
    hosts: int
    events: int
    alerts: int
    days: int
    page: str
    hunt: str

    def others(self, unit: str) -> tuple[str, ...]:
        return tuple(name for name, _ in self.units or () if name != unit)


@dataclass(slots=True)
class _Counts:
    """Of one thing, added up over the steps."""

    units: Counter[str] = field(default_factory=Counter)
    hosts: set[str] = field(default_factory=set)


def elsewhere(services: Services, viewer: Viewer, alert: Alert, *, seconds: float | None = None) -> tuple[Place, ...]:
    """For the first four values that can be looked up; without `seconds` all 30 days are counted."""
    scope = viewer.scope(Right.READ_EVENTS)
    now = services.clock.now()
    things = things_of(alert, KINDS, most=MOST)
    with services.state.read() as tx:
        alerts = [_alerts(tx, thing, now, scope) for thing in things]
    counts, days = [_Counts() for _ in things], 0
    if services.events is not None and things:
        days = _count(services.events, things, counts, now, scope, seconds)
    return tuple(
        Place(
            thing=thing,
            units=None if services.events is None else tuple(count.units.most_common(VALUES)),
            hosts=len(count.hosts),
            events=count.units.total(),
            alerts=max(others - 1, 0),
            days=days,
            page=links.entity(thing.kind, thing.value),
            hunt=links.hunt(thing.hunt, now - SPAN, now),
        )
        for thing, others, count in zip(things, alerts, counts, strict=True)
    )


def _alerts(tx: Tx, thing: Thing, now: datetime, scope: Scope) -> int:
    wanted = AlertFilter(statuses=(), entities=((thing.kind, thing.value),), raised_since=now - SPAN)
    return tx.queue.count(wanted, scope)


def _count(
    store: EventStore,
    things: Sequence[Thing],
    counts: Sequence[_Counts],
    now: datetime,
    scope: Scope,
    seconds: float | None,
) -> int:
    """How many days were counted: the last one always, then as many as fit into the time at the pace so far."""
    begin, done = time.monotonic(), 0
    weights = [] if seconds is None else [_weight(store, now - day * DAY, scope) for day in range(SPAN.days)]
    while step := _step(weights, done, time.monotonic() - begin, seconds):
        until = now - done * DAY if done else now + timedelta(minutes=5)
        for thing, count in zip(things, counts, strict=True):
            query = Query(thing.query, now - (done + step) * DAY, until, scope)
            count.units.update(dict(store.top(query, "unit.id", VALUES)))
            # An address or domain is told of by devices: how many of them says little, and each scan costs.
            if thing.kind is EntityKind.USER:
                count.hosts.update(name for name, _ in store.top(query, "host.name", VALUES))
        done += step
    return done


def _weight(store: EventStore, until: datetime, scope: Scope) -> int:
    return store.weigh(Query(None, until - DAY, until, scope)).events


def _step(weights: Sequence[int], done: int, used: float, seconds: float | None) -> int:
    """How many days are counted next: those whose events fit into the time that is left, at the pace so far."""
    if seconds is None:
        return SPAN.days - done
    allowed = sum(weights[:done]) * max(seconds - used, 0) / used if done else FIRST
    step = 0
    while done + step < SPAN.days and sum(weights[done : done + step + 1]) <= allowed:
        step += 1
    return step or int(not done)
