"""The data directory as a crash leaves it at any moment."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.paths import DataDir
from soc.query import Query
from soc.store import writing
from soc.store.embedded import UNLINK_AFTER, EmbeddedStore
from soc.store.manifest import Manifest
from tests.builders import NOON
from tests.unit.soc.store.batches import HOUR, append, ask, batch, files

# Every step of the two-file dance, in order; the copy is what a crash at that moment leaves behind.
STEPS: tuple[tuple[Any, str], ...] = (
    (writing.SegmentWriter, "_copy"),
    (writing.SegmentWriter, "_describe"),
    (writing.SegmentWriter, "_rollup"),
    (writing, "publish"),
    (Manifest, "add"),
    (Manifest, "replace"),
    (Manifest, "drop"),
    (EmbeddedStore, "_unlink"),
)


@pytest.fixture
def copies(data: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[DataDir]:
    """A copy of the data directory before and after each step."""
    made: list[DataDir] = []

    def copied(step: Callable[..., Any]) -> Callable[..., Any]:
        def around(*words: Any, **options: Any) -> Any:
            _copy(data.root, tmp_path / f"copy{len(made)}", made)
            answer = step(*words, **options)
            _copy(data.root, tmp_path / f"copy{len(made)}", made)
            return answer

        return around

    for owner, name in STEPS:
        monkeypatch.setattr(owner, name, copied(getattr(owner, name)))
    return made


def _copy(root: Path, target: Path, made: list[DataDir]) -> None:
    shutil.copytree(root, target)
    made.append(DataDir(target))


def test_a_crash_between_any_two_steps_loses_nothing_and_doubles_nothing(
    store: EmbeddedStore, clock: ManualClock, copies: list[DataDir], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("soc.store.merging.MICRO_FILES", 3)
    acknowledged: list[int] = []
    steps: list[Callable[[], object]] = [partial(append, store, batch(n)) for n in range(3)]
    steps += [lambda: store.maintain(5.0), lambda: clock.advance(UNLINK_AFTER * 2), lambda: store.maintain(0.0)]
    for step in steps:
        before = store.cursor("events")
        step()
        acknowledged += [before] * (len(copies) - len(acknowledged))
    monkeypatch.undo()
    assert len(copies) > 30
    for copy, promised in zip(copies, acknowledged, strict=True):
        again = EmbeddedStore(copy, clock=clock)
        at = again.cursor("events")
        assert at >= promised
        assert [event["event.id"] for event in again.export(ask())] == [
            event["event.id"] for n in range((at + 1) // 10) for event in batch(n)
        ]
        assert again.health().problems == ()
        assert set(files(copy)) == {row.path for row in again._manifest.segments()} | set(again._manifest.retired())
        again.close()
        shutil.rmtree(copy.root)


def test_retention_survives_a_crash_at_every_step(
    store: EmbeddedStore, clock: ManualClock, copies: list[DataDir]
) -> None:
    append(store, batch(0))
    append(store, batch(1))
    start = len(copies)
    assert store.retain(NOON + timedelta(seconds=10)) == 10
    for copy in copies[start:]:
        again = EmbeddedStore(copy, clock=clock)
        events = list(again.export(ask()))
        assert events in (batch(0) + batch(1), batch(1))
        assert sum(n for _, _, n in again.histogram(_hours(), interval_seconds=3_600)) == len(events)
        again.close()


def _hours() -> Query:
    return Query(None, NOON - HOUR, NOON + HOUR, SYSTEM)
