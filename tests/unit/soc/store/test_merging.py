"""Small files become large ones, and nobody notices."""

from __future__ import annotations

from datetime import timedelta

import pytest

from soc.clock import ManualClock
from soc.paths import DataDir
from soc.query.ast import Text, Wildcard
from soc.store.embedded import UNLINK_AFTER, EmbeddedStore
from soc.store.manifest import Segment
from soc.store.merging import next_merge
from tests.unit.soc.store.batches import HOUR, append, ask, batch, files


def test_many_fresh_files_become_one_and_nothing_changes(
    store: EmbeddedStore, data: DataDir, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("soc.store.merging.MICRO_FILES", 8)
    for n in range(9):
        append(store, batch(n, 3))
    before = list(store.export(ask()))
    assert store.maintain(10.0) == 8
    assert list(store.export(ask())) == before
    assert (store.health().files, len(files(data))) == (2, 10)
    clock.advance(UNLINK_AFTER + timedelta(seconds=1))
    assert store.maintain(0.0) == 8
    assert (len(files(data)), store.health().problems) == (2, ())
    assert list(store.export(ask())) == before


def test_a_closed_hour_becomes_one_file(store: EmbeddedStore, clock: ManualClock) -> None:
    for n in range(3):
        append(store, batch(n))
    assert store.maintain(10.0) == 0
    clock.advance(HOUR)
    append(store, batch(3))
    assert store.maintain(10.0) == 3
    assert store.health().files == 2
    assert store.maintain(10.0) == 0
    assert store.count(ask()) == 40


def test_files_that_cannot_be_merged_are_named_and_left(
    store: EmbeddedStore, data: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("soc.store.merging.MICRO_FILES", 2)
    append(store, batch(0))
    append(store, batch(1))
    first = data.events / files(data)[0]
    good = first.read_bytes()
    first.write_bytes(good[:100])
    assert store.maintain(5.0) == 0
    assert "2 files could not be merged" in store.health().problems[0]
    first.write_bytes(good)
    assert (store.maintain(5.0), store.count(ask(Text("user")))) == (0, 0)
    assert store.count(ask(Wildcard("user.name", "user*"))) == 20


def test_merged_files_keep_to_a_size() -> None:
    rows = [Segment(f"{n}", "standard", 0, 1, 100 * 1024 * 1024, 0, 0, 0, "x") for n in range(3)]
    assert next_merge(rows, 10**12) is None
    small = [Segment(f"{n}", "standard", 0, 1, 50 * 1024 * 1024, 0, 0, 0, "x") for n in range(3)]
    assert next_merge(small, 10**12) == (tuple(small[:2]), 2)


def test_a_file_that_went_under_a_query_is_looked_for_again(
    store: EmbeddedStore, data: DataDir, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("soc.store.merging.MICRO_FILES", 2)
    append(store, batch(0))
    append(store, batch(1))
    look = store._reader.segments
    answers = iter([look(ask())])
    store.maintain(5.0)
    clock.advance(UNLINK_AFTER * 2)
    store.maintain(0.0)
    monkeypatch.setattr(store._reader, "segments", lambda query: next(answers, None) or look(query))
    assert store.count(ask()) == 20
