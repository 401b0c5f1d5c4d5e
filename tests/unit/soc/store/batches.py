"""Batches of events for the embedded store, and the shortest ways to write and to ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from soc.access import SYSTEM
from soc.event import Event, encode
from soc.paths import DataDir
from soc.query import Query
from soc.query.ast import Node
from soc.store import Cursor
from soc.store.embedded import EmbeddedStore
from tests.builders import NOON, an_event

HOUR = timedelta(hours=1)
EVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def ask(node: Node | None = None) -> Query:
    return Query(node, *EVER, SYSTEM)


def batch(n: int, size: int = 10) -> list[Event]:
    return [an_event(NOON + timedelta(seconds=n * size + k), user_name=f"user {n}", source_port=k) for k in range(size)]


def append(store: EmbeddedStore, made: list[Event], *, fold: bool = False) -> None:
    old = store.cursor("events")
    store.append([encode(event) for event in made], Cursor("events", old, old + len(made)), fold=fold)


def files(data: DataDir) -> list[str]:
    return sorted(str(path.relative_to(data.events)) for path in data.events.rglob("*.parquet*"))
