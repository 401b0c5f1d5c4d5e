"""One set of promises over every event store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from soc.access import SYSTEM, Scope
from soc.clock import ManualClock
from soc.errors import PositionMoved, StoreError
from soc.event import Event, encode
from soc.paths import DataDir
from soc.query import Query
from soc.query.ast import Equals, Exists, Node, Text
from soc.store import Cursor, EventStore
from soc.store.embedded import EmbeddedStore
from soc.store.memory import MemoryStore
from tests.builders import NOON
from tests.unit.soc.store.cases import CASES
from tests.unit.soc.store.province import events

HOUR = timedelta(hours=1)
EVENTS = events()
ENGINES: dict[str, Callable[[Path], EventStore]] = {
    "memory": lambda _: MemoryStore(),
    "embedded": lambda root: EmbeddedStore(DataDir(root).make(), clock=ManualClock(NOON)),
}


def ask(node: Node | None = None, scope: Scope = SYSTEM, since: datetime = NOON - HOUR) -> Query:
    return Query(node, since, NOON + HOUR, scope)


def ids(found: Iterator[Event] | tuple[Event, ...] | list[Event]) -> list[str]:
    return [event["event.id"] for event in found]


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    store = ENGINES[request.param](tmp_path)
    yield store
    _close(store)


@pytest.fixture(scope="module", params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventStore]:
    """The province in three batches."""
    made = ENGINES[request.param](tmp_path_factory.mktemp("store"))
    lines = [encode(event) for event in EVENTS]
    for n, start in enumerate(range(0, len(lines), 8)):
        made.append(lines[start : start + 8], Cursor("events", n * 8 - 1, n * 8 + 7))
    yield made
    _close(made)


def _close(store: EventStore) -> None:
    if isinstance(store, EmbeddedStore):
        store.close()


@pytest.mark.parametrize("node, hits", CASES, ids=[str(node)[:60] for node, _ in CASES])
def test_a_query_finds_what_it_means(store: EventStore, node: Node, hits: int) -> None:
    page = store.search(ask(node), limit=100)
    assert (store.count(ask(node)), len(page.events), page.next) == (hits, hits, None)
    assert ids(page.events) == sorted(ids(page.events), reverse=True)


def test_events_come_back_as_they_went_in(store: EventStore) -> None:
    assert list(store.export(ask())) == EVENTS


def test_pages_follow_each_other_without_loss_or_repeat(store: EventStore) -> None:
    for newest in (True, False):
        found, after = [], None
        while True:
            page = store.search(ask(), after=after, limit=5, newest_first=newest)
            found += ids(page.events)
            if (after := page.next) is None:
                break
        assert found == sorted(ids(EVENTS), reverse=newest)


def test_a_foreign_token_is_refused(store: EventStore) -> None:
    with pytest.raises(StoreError, match="no token of a page"):
        store.search(ask(), after="page 2")


@pytest.mark.parametrize("limit", [0, -1, 10_001])
def test_a_page_has_bounds(store: EventStore, limit: int) -> None:
    with pytest.raises(StoreError, match="a page holds"):
        store.search(ask(), limit=limit)


def test_since_is_included_and_until_is_not(store: EventStore) -> None:
    one = Query(None, NOON, NOON + timedelta(seconds=1, microseconds=7), SYSTEM)
    assert ids(store.search(one).events) == [EVENTS[0]["event.id"]]


def test_a_scope_hides_the_events_of_other_units(store: EventStore) -> None:
    scope = Scope(frozenset({"so-y-te"}))
    mine = [event for event in EVENTS if event["unit.id"] == "so-y-te"]
    assert store.count(ask(scope=scope)) == len(mine) == 12
    assert list(store.export(ask(scope=scope))) == mine
    assert store.get(ids(EVENTS), scope) == tuple(mine)
    assert store.top(ask(scope=scope), "unit.id", 5) == (("so-y-te", 12),)
    assert "source.ip" not in store.fields(NOON, NOON + timedelta(seconds=1), scope)
    assert sum(n for _, _, n in store.histogram(ask(scope=scope), interval_seconds=3_600)) == 12


def test_an_empty_scope_sees_nothing(store: EventStore) -> None:
    nobody = Scope(frozenset())
    assert store.count(ask(scope=nobody)) == 0
    assert store.search(ask(scope=nobody)).events == ()
    assert store.get(ids(EVENTS), nobody) == ()
    assert store.fields(NOON, NOON + HOUR, nobody) == {}


def test_events_are_got_in_the_order_of_their_ids(store: EventStore) -> None:
    wanted = [ids(EVENTS)[n] for n in (7, 3, 11)]
    assert ids(store.get([*wanted, "f" * 32, wanted[0]], SYSTEM)) == wanted
    assert store.get([], SYSTEM) == ()
    assert store.known([*wanted, "f" * 32, wanted[0]], SYSTEM) == frozenset(wanted)
    assert store.known([], SYSTEM) == store.known(["not an id"], SYSTEM) == frozenset()
    assert store.get(["not an id"], SYSTEM) == ()


def test_buckets_are_aligned_to_unix_time(store: EventStore) -> None:
    found = store.histogram(ask(), interval_seconds=10)
    assert found == tuple((NOON + timedelta(seconds=at), "", n) for at, n in ((0, 10), (10, 10), (20, 4)))


def test_whole_hours_count_as_the_events_do(store: EventStore) -> None:
    assert store.histogram(ask(), interval_seconds=3_600) == ((NOON, "", 24),)
    assert store.histogram(ask(), interval_seconds=3_600, by="event.dataset") == (
        (NOON, "test.a", 16),
        (NOON, "test.b", 8),
    )
    assert store.count(ask()) == store.count(ask(Exists("event.id"))) == 24


def test_a_histogram_by_a_list_counts_each_element(store: EventStore) -> None:
    found = {value: n for _, value, n in store.histogram(ask(), interval_seconds=3_600, by="event.category")}
    assert found == {"": 20, "network": 1, "authentication": 1, "session": 1, "Network": 1} | {"": 21}


def test_the_most_frequent_values_come_first(store: EventStore) -> None:
    assert store.top(ask(), "event.dataset", 1) == (("test.a", 16),)
    assert store.top(ask(), "winlog.event_data.LogonType", 3) == (("3", 2), ("10", 1), ("2", 1))
    assert store.top(ask(), "host.name", 2) == (("PC-01", 2), ("pc-02", 1))
    assert store.top(ask(Text("needle")), "unit.id", 5) == (("xa-an-phu", 1),)


def test_an_unknown_field_is_named_with_its_nearest(store: EventStore) -> None:
    with pytest.raises(StoreError, match=r"'source.ipp' - did you mean source.ip"):
        store.top(ask(), "source.ipp", 3)
    with pytest.raises(StoreError, match="no field is called"):
        store.histogram(ask(), interval_seconds=60, by="nowhere")


def test_a_bucket_without_length_is_refused(store: EventStore) -> None:
    with pytest.raises(StoreError, match="at least 1 second"):
        store.histogram(ask(), interval_seconds=0)


def test_fields_say_how_many_events_carry_them(store: EventStore) -> None:
    found = store.fields(NOON - HOUR, NOON + HOUR, SYSTEM)
    assert (found["event.id"], found["user.name"], found["winlog.event_data.LogonType"]) == (24, 6, 5)


def test_health_names_the_edges(store: EventStore) -> None:
    health = store.health()
    assert (health.events, health.oldest, health.problems) == (24, NOON, ())
    assert health.newest == NOON + timedelta(seconds=23, microseconds=161)


def test_an_empty_store_answers(empty: EventStore) -> None:
    assert (empty.count(ask()), empty.search(ask()).events, empty.cursor("events")) == (0, (), -1)
    assert (empty.top(ask(), "user.name", 3), empty.histogram(ask(), interval_seconds=60)) == ((), ())
    assert (empty.health().events, list(empty.export(ask())), empty.retain(NOON), empty.maintain(1.0)) == (0, [], 0, 0)


def test_a_batch_moves_the_position_of_its_lane(empty: EventStore) -> None:
    assert empty.append([encode(EVENTS[0])], Cursor("events", -1, 0)).stored == 1
    assert empty.append([], Cursor("events", 0, 5)).stored == 0
    assert empty.append([encode(EVENTS[1])], Cursor("other", -1, 3)).stored == 1
    assert (empty.cursor("events"), empty.cursor("other"), empty.count(ask())) == (5, 3, 2)


@pytest.mark.parametrize("old", [-1, 3])
def test_a_moved_position_stores_nothing(empty: EventStore, old: int) -> None:
    empty.append([encode(EVENTS[0])], Cursor("events", -1, 0))
    with pytest.raises(PositionMoved):
        empty.append([encode(EVENTS[1])], Cursor("events", old, 9))
    assert (empty.cursor("events"), empty.count(ask())) == (0, 1)


def test_folding_asks_by_id_and_counts_what_was_there(empty: EventStore) -> None:
    lines = [encode(event) for event in EVENTS]
    empty.append(lines[:10], Cursor("events", -1, 9))
    ack = empty.append([*lines, lines[20]], Cursor("events", 9, 40), fold=True)
    assert (ack.stored, ack.duplicates, empty.count(ask())) == (14, 11, 24)


def test_a_broken_line_stores_nothing_and_moves_nothing(empty: EventStore) -> None:
    with pytest.raises(StoreError, match="could not be written"):
        empty.append([encode(EVENTS[0]), b'{"event.id": '], Cursor("events", -1, 1))
    assert (empty.cursor("events"), empty.count(ask())) == (-1, 0)


def test_events_of_1970_and_of_the_future_are_found_at_their_time(empty: EventStore) -> None:
    odd = [
        dict(EVENTS[n], **{"@timestamp": at})
        for n, at in enumerate(("1970-01-01T00:00:07.000000Z", "2031-05-06T00:00:00.000001Z"))
    ]
    empty.append([encode(event) for event in [*odd, EVENTS[5]]], Cursor("events", -1, 2))
    ancient = Query(None, datetime(1970, 1, 1, tzinfo=UTC), datetime(1971, 1, 1, tzinfo=UTC), SYSTEM)
    future = Query(
        Equals("unit.id", "so-y-te"), datetime(2031, 1, 1, tzinfo=UTC), datetime(2032, 1, 1, tzinfo=UTC), SYSTEM
    )
    assert ids(empty.search(ancient).events) == ids(odd[:1])
    assert ids(empty.search(future).events) == ids(odd[1:])
    assert empty.count(ask()) == 1


def test_retention_drops_what_is_older(empty: EventStore) -> None:
    lines = [encode(event) for event in EVENTS]
    empty.append(lines[:10], Cursor("events", -1, 9))
    empty.append(lines[10:], Cursor("events", 9, 23))
    assert empty.retain(NOON + timedelta(seconds=10)) == 10
    assert list(empty.export(ask())) == EVENTS[10:]
    assert empty.histogram(ask(), interval_seconds=3_600) == ((NOON, "", 14),)
    assert empty.retain(NOON + timedelta(seconds=10)) == 0
