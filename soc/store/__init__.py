"""The event store. The promise is here; `embedded.py` keeps it on Parquet and DuckDB, `memory.py` is the oracle.

Every method that reads takes a scope, alone or inside its query: an id, a count or a field list must not
leak across units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from soc.access import Scope
from soc.event import Event
from soc.query import Query


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in a log, with the one it replaces: moved by compare-and-set."""

    lane: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Ack:
    """What became of a batch: `stored` new events, `duplicates` that were there."""

    stored: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class Page:
    """Hits in order, and the token of the next page (None at the end).

    `complete` is False when a time limit ended the walk early: half an answer says so.
    """

    events: tuple[Event, ...]
    next: str | None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """Figures for the health page."""

    events: int
    files: int
    bytes: int
    oldest: datetime | None
    newest: datetime | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weight:
    """What a query would have to read at most, known before it runs: from the list of files alone."""

    files: int
    events: int
    bytes: int


@dataclass(frozen=True, slots=True)
class StackRow:
    """One combination of values (None: the field is absent), and how many events, machines and units show it."""

    values: tuple[str | None, ...]
    events: int
    hosts: int
    units: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Stack:
    """`groups`: how many combinations there are; the other sums are over all hits, shown or not."""

    rows: tuple[StackRow, ...]
    groups: int
    events: int
    hosts: int
    units: int


class EventStore(Protocol):
    """Fifteen methods; one contract suite runs over all engines."""

    def append(self, lines: Sequence[bytes], cursor: Cursor, *, fold: bool = False) -> Ack:
        """Stores NDJSON lines (one flat event each) and moves the position in one transaction.
        `fold`: ask by id first, for the inputs that can repeat. Raises PositionMoved."""
        ...

    def cursor(self, lane: str) -> int:
        """The stored position of that lane, -1 at the beginning."""
        ...

    def get(self, ids: Sequence[str], scope: Scope) -> tuple[Event, ...]: ...

    def known(self, ids: Sequence[str], scope: Scope) -> frozenset[str]:
        """Which of these are stored, without reading them: for what is imported a second time."""
        ...

    def search(
        self, query: Query, *, after: str | None = None, limit: int = 100, newest_first: bool = True
    ) -> Page: ...

    def count(self, query: Query) -> int: ...

    def histogram(
        self, query: Query, *, interval_seconds: int, by: str | None = None
    ) -> tuple[tuple[datetime, str, int], ...]:
        """(start of bucket, value of `by` or '', events), buckets aligned to Unix time."""
        ...

    def top(self, query: Query, field: str, n: int) -> tuple[tuple[str, int], ...]: ...

    def stack(self, query: Query, fields: Sequence[str], n: int, *, rarest_first: bool = True) -> Stack:
        """Hits grouped by one to three fields; an event with a list counts once for each of its values."""
        ...

    def weigh(self, query: Query) -> Weight:
        """Asks no file."""
        ...

    def export(self, query: Query) -> Iterator[Event]:
        """Every hit, oldest first; stable while it runs."""
        ...

    def fields(self, since: datetime, until: datetime, scope: Scope) -> Mapping[str, int]:
        """Field name -> events that carry it."""
        ...

    def retain(self, before: datetime) -> int:
        """Drops whole files whose newest event is older and came before; answers the number of events dropped."""
        ...

    def maintain(self, budget_seconds: float) -> int:
        """Merges small files and unlinks replaced ones; answers how many files went."""
        ...

    def health(self) -> StoreHealth: ...
