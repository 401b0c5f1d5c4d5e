"""Whoever gives up a question frees the engine at once."""

from __future__ import annotations

import threading
import time

import pytest

from soc.access import SYSTEM
from soc.errors import StoreError
from soc.query import Query
from soc.store.embedded import EmbeddedStore
from soc.store.reading import AT_ONCE
from soc.store.stop import Stop, current, stopping
from tests.unit.soc.store.batches import EVER, append, batch

SLOW = "SELECT count(*) FROM range(100_000_000_000) a WHERE hash(a.range) % 7 = 9"


def test_a_running_statement_ends_within_a_second(store: EmbeddedStore) -> None:
    stop = Stop()
    timer = threading.Timer(0.2, stop.now)
    timer.start()
    began = time.monotonic()

    with stopping(stop), pytest.raises(StoreError) as caught:
        store._reader.run(SLOW)

    assert caught.value.code == "SOC-1517"
    assert time.monotonic() - began < 1.2


def test_what_was_given_up_asks_nothing_more_and_others_are_untouched(store: EmbeddedStore) -> None:
    append(store, batch(1))
    stop = Stop()
    stop.now()

    with stopping(stop), pytest.raises(StoreError):
        store.search(Query(None, *EVER, SYSTEM))

    assert current() is not stop
    assert store.count(Query(None, *EVER, SYSTEM)) == 10


def test_whoever_waits_for_a_place_can_give_up(store: EmbeddedStore) -> None:
    stop = Stop()
    for _ in range(AT_ONCE):
        store._reader._places.acquire()
    threading.Timer(0.05, stop.now).start()

    with stopping(stop), pytest.raises(StoreError) as caught:
        store._reader.run("SELECT 1")

    assert caught.value.code == "SOC-1517"
