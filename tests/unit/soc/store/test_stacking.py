"""Stacking answers the same from files as from memory."""

from __future__ import annotations

from datetime import timedelta

import pytest

from soc.access import SYSTEM, Scope
from soc.errors import StoreError
from soc.event import Event, encode
from soc.query import Query
from soc.query.ast import Exists
from soc.store import Cursor, EventStore, Stack
from soc.store.embedded import EmbeddedStore
from soc.store.memory import MemoryStore
from tests.builders import NOON, an_event
from tests.unit.soc.store.province import events

DAY = timedelta(days=1)
EVERYTHING = Query(None, NOON - DAY, NOON + DAY, SYSTEM)
FIELDS = [
    ("event.dataset",),
    ("user.name", "host.name"),
    ("related.ip",),
    ("source.port", "event.category", "winlog.event_data.LogonType"),
]


def filled(store: EventStore, made: list[Event]) -> EventStore:
    """In two files."""
    for part in (made[: len(made) // 2], made[len(made) // 2 :]):
        old = store.cursor("events")
        store.append([encode(event) for event in part], Cursor("events", old, old + len(part)))
    return store


@pytest.mark.parametrize("fields", FIELDS, ids=",".join)
@pytest.mark.parametrize("rarest", [True, False], ids=["rarest", "commonest"])
def test_files_and_memory_agree(store: EmbeddedStore, fields: tuple[str, ...], rarest: bool) -> None:
    made = [event for event in events() if event.get("@timestamp")]
    real, oracle = filled(store, made), filled(MemoryStore(), made)

    assert real.stack(EVERYTHING, fields, 50, rarest_first=rarest) == oracle.stack(
        EVERYTHING, fields, 50, rarest_first=rarest
    )


def test_a_field_that_a_file_holds_oddly_is_read_from_the_whole_event(store: EmbeddedStore) -> None:
    odd, even = an_event(NOON, user_name="an"), an_event(NOON + DAY / 9, user_name="an")
    odd["user.name"] = ["an", "bình"]

    found = filled(store, [odd, even]).stack(EVERYTHING, ("user.name",), 10)

    assert [(row.values, row.events) for row in found.rows] == [(("bình",), 1), (("an",), 2)]


def test_rare_comes_first_with_its_machines_units_and_times(store: EmbeddedStore) -> None:
    made = [an_event(NOON + timedelta(seconds=n), host_name=f"m{n % 3}", user_name="an") for n in range(9)]
    made.append(an_event(NOON + timedelta(minutes=5), host_name="m1", user_name="lạ"))
    made[-1]["unit.id"] = "so-y-te"

    found = filled(store, made).stack(EVERYTHING, ("user.name",), 1)

    (row,) = found.rows
    assert (row.values, row.events, row.hosts, row.units) == (("lạ",), 1, 1, 1)
    assert row.first == row.last == NOON + timedelta(minutes=5)
    assert (found.groups, found.events, found.hosts, found.units) == (2, 10, 3, 2)


@pytest.mark.parametrize("engine", ["files", "memory"])
def test_only_the_scope_is_stacked_and_nothing_gives_nothing(store: EmbeddedStore, engine: str) -> None:
    some: EventStore = filled(store if engine == "files" else MemoryStore(), events())
    nobody = Query(Exists("event.id"), NOON - DAY, NOON + DAY, Scope(frozenset({"nowhere"})))

    assert some.stack(nobody, ("user.name",), 10) == Stack((), 0, 0, 0, 0)
    assert some.stack(Query(None, NOON - 9 * DAY, NOON - 8 * DAY, SYSTEM), ("user.name",), 10).rows == ()


@pytest.mark.parametrize(
    "fields", [(), ("user.name",) * 2, ("user.name", "host.name", "source.ip", "url.domain"), ("usr",)]
)
def test_what_cannot_be_stacked_is_refused(store: EmbeddedStore, fields: tuple[str, ...]) -> None:
    for engine in (store, MemoryStore()):
        with pytest.raises(StoreError) as caught:
            engine.stack(EVERYTHING, fields, 10)
        assert caught.value.code == "SOC-1513"


def test_the_weight_of_a_query_is_known_before_it_runs(store: EmbeddedStore) -> None:
    filled(store, [an_event(NOON + timedelta(hours=n)) for n in range(4)])

    whole, part = store.weigh(EVERYTHING), store.weigh(Query(None, NOON - DAY, NOON + timedelta(minutes=1), SYSTEM))

    assert (whole.files, whole.events, part.files, part.events) == (2, 4, 1, 2)
    assert whole.bytes > part.bytes > 0
    assert filled(MemoryStore(), [an_event(NOON)]).weigh(EVERYTHING).events == 1
