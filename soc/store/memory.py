"""The event store as a plain list: the oracle of the contract suite, and a fake for tests of roles and pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product

from soc.access import Scope
from soc.errors import PositionMoved, StoreError
from soc.event import Event, decode
from soc.query import Query
from soc.query.memory import compiled
from soc.query.values import micros, moment, scalars, text_of
from soc.store import Ack, Cursor, Page, Stack, StackRow, StoreHealth, Weight
from soc.store.checks import check_field, check_stack
from soc.store.ids import new_lines
from soc.store.token import place, token


class MemoryStore:
    """Keeps the promise of `EventStore` as long as the object lives."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._positions: dict[str, int] = {}

    def append(self, lines: Sequence[bytes], cursor: Cursor, *, fold: bool = False) -> Ack:
        if self.cursor(cursor.lane) != cursor.old:
            raise PositionMoved(
                f"lane '{cursor.lane}' stands at {self.cursor(cursor.lane)}, not at {cursor.old}", code="SOC-1516"
            )
        for line in lines:
            _checked(line)
        fresh = new_lines(lines, lambda ids: {event["event.id"] for event in self._events()}) if fold else list(lines)
        self._lines += fresh
        self._positions[cursor.lane] = cursor.new
        return Ack(len(fresh), len(lines) - len(fresh))

    def cursor(self, lane: str) -> int:
        return self._positions.get(lane, -1)

    def get(self, ids: Sequence[str], scope: Scope) -> tuple[Event, ...]:
        seen = {event["event.id"]: event for event in self._events() if scope.sees(str(event.get("unit.id", "")))}
        return tuple(seen[event_id] for event_id in dict.fromkeys(ids) if event_id in seen)

    def known(self, ids: Sequence[str], scope: Scope) -> frozenset[str]:
        return frozenset(str(event["event.id"]) for event in self.get(ids, scope))

    def search(self, query: Query, *, after: str | None = None, limit: int = 100, newest_first: bool = True) -> Page:
        if not 1 <= limit <= 10_000:
            raise StoreError(f"a page holds 1 to 10,000 events, not {limit}", code="SOC-1513")
        hits = sorted(self._hits(query), key=_key, reverse=newest_first)
        if (start := place(after)) is not None:
            hits = [hit for hit in hits if (_key(hit) < start if newest_first else _key(hit) > start)]
        shown = hits[:limit]
        return Page(tuple(shown), token(*_key(shown[-1])) if len(hits) > limit else None)

    def count(self, query: Query) -> int:
        return len(self._hits(query))

    def histogram(
        self, query: Query, *, interval_seconds: int, by: str | None = None
    ) -> tuple[tuple[datetime, str, int], ...]:
        if interval_seconds < 1:
            raise StoreError(f"a bucket lasts at least 1 second, not {interval_seconds}", code="SOC-1513")
        if by is not None:
            check_field(by)
        counts: Counter[tuple[int, str]] = Counter()
        for hit in self._hits(query):
            bucket = _key(hit)[0] // (interval_seconds * 1_000_000) * interval_seconds
            values = {text_of(value) for value in scalars(hit, by)} if by else set()
            counts.update((bucket, value) for value in values or {""})
        return tuple((_EPOCH + timedelta(seconds=at), value, n) for (at, value), n in sorted(counts.items()))

    def top(self, query: Query, field: str, n: int) -> tuple[tuple[str, int], ...]:
        check_field(field)
        counts: Counter[str] = Counter()
        for hit in self._hits(query):
            counts.update({text_of(value) for value in scalars(hit, field)})
        return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:n])

    def stack(self, query: Query, fields: Sequence[str], n: int, *, rarest_first: bool = True) -> Stack:
        check_stack(fields)
        hits = self._hits(query)
        groups: dict[tuple[str | None, ...], list[Event]] = {}
        for hit in hits:
            texts: list[list[str | None]] = [
                [*sorted({text_of(value) for value in scalars(hit, name)})] or [None] for name in fields
            ]
            for values in product(*texts):
                groups.setdefault(values, []).append(hit)
        rows = [_stack_row(values, some) for values, some in groups.items()]
        rows.sort(key=lambda row: (row.events if rarest_first else -row.events, _nulls_last(row.values)))
        return Stack(tuple(rows[:n]), len(rows), len(hits), len(_hosts(hits)), len(_units(hits)))

    def weigh(self, query: Query) -> Weight:
        hits = self._hits(Query(None, query.since, query.until, query.scope))
        return Weight(0, len(hits), 0)

    def export(self, query: Query) -> Iterator[Event]:
        yield from sorted(self._hits(query), key=_key)

    def fields(self, since: datetime, until: datetime, scope: Scope) -> Mapping[str, int]:
        return dict(Counter(name for hit in self._hits(Query(None, since, until, scope)) for name in hit))

    def retain(self, before: datetime) -> int:
        """Every event is a file of its own here."""
        kept = [line for line in self._lines if _newest(decode(line)) >= micros(before)]
        dropped = len(self._lines) - len(kept)
        self._lines = kept
        return dropped

    def maintain(self, budget_seconds: float) -> int:
        return 0

    def health(self) -> StoreHealth:
        times = sorted(_key(event)[0] for event in self._events())
        edges = [_EPOCH + timedelta(microseconds=us) for us in (times[0], times[-1])] if times else [None, None]
        return StoreHealth(len(times), 0, sum(map(len, self._lines)), edges[0], edges[1])

    def _events(self) -> Iterator[Event]:
        return map(decode, self._lines)

    def _hits(self, query: Query) -> list[Event]:
        return list(filter(compiled(query), self._events()))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _key(event: Event) -> tuple[int, str]:
    at = moment(event.get("@timestamp"))
    return micros(at) if at is not None else 0, str(event.get("event.id", ""))


def _stack_row(values: tuple[str | None, ...], some: Sequence[Event]) -> StackRow:
    times = sorted(_EPOCH + timedelta(microseconds=_key(event)[0]) for event in some)
    return StackRow(values, len(some), len(_hosts(some)), len(_units(some)), times[0], times[-1])


def _nulls_last(values: tuple[str | None, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, value or "") for value in values)


def _hosts(some: Sequence[Event]) -> set[str]:
    return {text_of(value) for event in some for value in scalars(event, "host.name")[:1]}


def _units(some: Sequence[Event]) -> set[str]:
    return {str(event["unit.id"]) for event in some if event.get("unit.id") is not None}


def _checked(line: bytes) -> None:
    try:
        decode(line)
    except ValueError as error:
        raise StoreError(f"the events could not be written: {error}", code="SOC-1511") from error


def _newest(event: Event) -> int:
    """When it happened or came, whichever is later."""
    came = event.get("event.ingested")
    return max(_key(event)[0], micros(datetime.fromisoformat(came)) if isinstance(came, str) else 0)
