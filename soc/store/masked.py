"""The event store as people see it: whatever it hands out passes the eyes of the scope (security.md 12).

One place for all engines; the pipeline's own scopes have no eyes and get everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from soc.access import Scope
from soc.event import Event
from soc.masking import PERSONAL, mask_value, names_in, seen_event
from soc.query import Query
from soc.store import Ack, Cursor, EventStore, Page, Stack, StoreHealth, Weight

NAMING = ("user.name", "user.full_name", "user.email", "user.target.name", "source.user.name", "destination.user.name")
NAMES_MOST = 500
PLAIN = ("unit.", "soc.", "network.", "observer.", "rule.", "event.category", "event.type", "event.action")
"""Fields that hold no free text: grouping by these asks nothing besides."""


class MaskedStore:
    """Delegates all; values of groups are masked as if they came from any unit of the scope."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def append(self, lines: Sequence[bytes], cursor: Cursor, *, fold: bool = False) -> Ack:
        return self._store.append(lines, cursor, fold=fold)

    def cursor(self, lane: str) -> int:
        return self._store.cursor(lane)

    def get(self, ids: Sequence[str], scope: Scope) -> tuple[Event, ...]:
        return tuple(seen_event(event, scope) for event in self._store.get(ids, scope))

    def known(self, ids: Sequence[str], scope: Scope) -> frozenset[str]:
        return self._store.known(ids, scope)

    def search(self, query: Query, *, after: str | None = None, limit: int = 100, newest_first: bool = True) -> Page:
        page = self._store.search(query, after=after, limit=limit, newest_first=newest_first)
        return replace(page, events=tuple(seen_event(event, query.scope) for event in page.events))

    def count(self, query: Query) -> int:
        return self._store.count(query)

    def histogram(
        self, query: Query, *, interval_seconds: int, by: str | None = None
    ) -> tuple[tuple[datetime, str, int], ...]:
        rows = self._store.histogram(query, interval_seconds=interval_seconds, by=by)
        if by is None or query.scope.eyes is None:
            return rows
        mask = self._mask(query, [by])
        return _added((at, mask(by, value), n) for at, value, n in rows)

    def top(self, query: Query, field: str, n: int) -> tuple[tuple[str, int], ...]:
        rows = self._store.top(query, field, n)
        if query.scope.eyes is None:
            return rows
        mask, found = self._mask(query, [field]), Counter[str]()
        for value, number in rows:
            found[mask(field, value)] += number
        return tuple(found.most_common())

    def stack(self, query: Query, fields: Sequence[str], n: int, *, rarest_first: bool = True) -> Stack:
        made = self._store.stack(query, fields, n, rarest_first=rarest_first)
        if query.scope.eyes is None:
            return made
        mask = self._mask(query, fields)
        rows = (
            replace(
                row,
                values=tuple(
                    None if one is None else mask(name, one) for name, one in zip(fields, row.values, strict=True)
                ),
            )
            for row in made.rows
        )
        return replace(made, rows=tuple(rows))

    def weigh(self, query: Query) -> Weight:
        return self._store.weigh(query)

    def export(self, query: Query) -> Iterator[Event]:
        return (seen_event(event, query.scope) for event in self._store.export(query))

    def fields(self, since: datetime, until: datetime, scope: Scope) -> Mapping[str, int]:
        return self._store.fields(since, until, scope)

    def retain(self, before: datetime) -> int:
        return self._store.retain(before)

    def maintain(self, budget_seconds: float) -> int:
        return self._store.maintain(budget_seconds)

    def health(self) -> StoreHealth:
        return self._store.health()

    def _mask(self, query: Query, fields: Sequence[str]) -> Callable[[str, str], str]:
        """(field, value) -> the value as these eyes see it. A text that was cut out of its event may hold names that
        another field of the event tells, so the names of the hits are asked for first."""
        scope, names = query.scope, None
        bare = scope.eyes is not None and scope.units is not None and scope.units <= scope.eyes.bare
        if scope.hides_names:
            asked = NAMING if any(_may_tell_names(field) for field in fields) else ()
            told = ((field, value) for field in asked for value, _ in self._store.top(query, field, NAMES_MOST))
            names = names_in([told])
        return lambda field, value: mask_value(field, value, names=names, secrets=not bare)


def _added(rows: Iterator[tuple[datetime, str, int]]) -> tuple[tuple[datetime, str, int], ...]:
    """Values that look alike now count together."""
    found: Counter[tuple[datetime, str]] = Counter()
    for at, value, n in rows:
        found[at, value] += n
    return tuple((at, value, n) for (at, value), n in found.items())


def _may_tell_names(field: str) -> bool:
    return field not in PERSONAL and not field.startswith(PLAIN) and not field.endswith((".ip", ".port", ".id"))
