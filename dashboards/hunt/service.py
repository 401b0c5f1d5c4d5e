"""What a hunt answers: hits with their timeline, groups, one event, counts of a value. Knows no HTTP."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.hunt.asked import Asked, Reading, leaf, read
from dashboards.hunt.timeline import Timeline, timeline
from dashboards.services import Services
from soc.access import Right
from soc.errors import NotFound, StoreError
from soc.event import Event
from soc.query import Query
from soc.query.parse import parse
from soc.store import EventStore, Stack, Weight

ROWS, ROWS_MOST = 50, 500
GROUPS = 100
HEAVY = 50_000_000
"""From so many events on, a search asks before it runs."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """`shown` False: too heavy to run unasked. `seconds`: what it took. `next`: the cursor of the next page."""

    weight: Weight
    shown: bool = True
    events: tuple[Event, ...] = ()
    next: str | None = None
    complete: bool = True
    timeline: Timeline | None = None
    stack: Stack | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ValueCount:
    """How often a value came in the last 24 hours, and how many events came without it; None: it cannot be asked."""

    field: str
    value: str
    n: int | None
    rest: int | None
    since: datetime
    until: datetime


def store_of(services: Services) -> EventStore:
    """Raises StoreError on a machine without the event store."""
    if services.events is None:
        raise StoreError("this machine keeps no events - search where the event store lies", code="SOC-1518")
    return services.events


def reading(services: Services, viewer: Viewer, asked: Asked) -> Reading:
    return read(asked, viewer, services.clock.now())


def answer(services: Services, found: Reading, *, limit: int = ROWS, pictured: bool = True) -> Answer:
    """Runs a question that was read without faults. The first page comes with its timeline."""
    began = time.perf_counter()
    store, query, asked = store_of(services), found.ready(), found.asked
    weight = store.weigh(query)
    if weight.events > HEAVY and not asked.sure:
        return Answer(weight, shown=False)
    picture = timeline(store, query, services.clock.now()) if pictured and not asked.after else None
    made = Answer(weight, timeline=picture)
    if asked.grouped:
        stack = store.stack(query, asked.grouped, GROUPS, rarest_first=not asked.common)
        made = replace(made, stack=stack)
    elif picture is None or picture.total:
        limit = min(limit, ROWS_MOST)
        page = store.search(_narrowed(query, picture, limit), after=asked.after or None, limit=limit)
        made = replace(made, events=page.events, next=page.next, complete=page.complete)
    return replace(made, seconds=time.perf_counter() - began)


def _narrowed(query: Query, picture: Timeline | None, limit: int) -> Query:
    """The counts have told already where the newest hits lie: only files of that time are asked for rows."""
    seen = 0
    for bar in reversed(picture.bars if picture else ()):
        seen += bar.n
        if seen > limit:
            return replace(query, since=max(query.since, bar.at))
    filled = [bar for bar in picture.bars if bar.n] if picture else []
    return replace(query, since=max(query.since, filled[0].at)) if filled else query


def event(services: Services, viewer: Viewer, event_id: str) -> Event:
    """Raises NotFound, also outside the scope."""
    found = store_of(services).get([event_id], viewer.scope(Right.READ_EVENTS))
    if not found:
        raise NotFound
    return found[0]


def value_count(services: Services, viewer: Viewer, field: str, value: str) -> ValueCount:
    """Before somebody clicks on a value. Raises Invalid for a field that nobody can ask for."""
    term = leaf(field, value)
    now = services.clock.now()
    if term is None and len(value) <= 500:
        raise Invalid({"field": "no such field"})
    if term is None:
        return ValueCount(field, value, None, None, now - DAY, now)
    query = Query(parse(term, now=now), now - DAY, now, viewer.scope(Right.READ_EVENTS))
    n = store_of(services).count(query)
    rest = store_of(services).count(replace(query, node=None)) - n
    return ValueCount(field, value, n, rest, now - DAY, now)
