from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.errors import PositionMoved, StoreError
from soc.event import Event, encode
from soc.journal import Lane, Origin
from soc.journal.body import LINES
from soc.journal.memory_log import MemoryLog
from soc.query import Query
from soc.store import Ack, Cursor
from soc.store.keep import FLUSH, FLUSH_EVENTS, IDLE, MAINTAIN, RETRY, Keep
from soc.store.memory import MemoryStore
from tests.builders import NOON, an_event

DAY = timedelta(days=1)


class Store(MemoryStore):
    """Fails as it is told, and remembers how it was called."""

    def __init__(self) -> None:
        super().__init__()
        self.failure: StoreError | None = None
        self.folds: list[bool] = []
        self.maintained = 0

    def append(self, lines: Sequence[bytes], cursor: Cursor, *, fold: bool = False) -> Ack:
        if self.failure:
            raise self.failure
        self.folds.append(fold)
        return super().append(lines, cursor, fold=fold)

    def maintain(self, budget_seconds: float) -> int:
        if self.failure:
            raise self.failure
        self.maintained += 1
        return 0

    def held(self) -> int:
        return self.count(Query(None, NOON - 1_000 * DAY, NOON + 1_000 * DAY, SYSTEM))


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog(form=LINES)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def keep(log: MemoryLog, store: Store, clock: ManualClock) -> Keep:
    return Keep(log, store, clock, retention=7 * DAY)


def lines(*events: Event) -> list[bytes]:
    return [encode(event) for event in events or (an_event(),)]


def flush(keep: Keep, clock: ManualClock) -> None:
    keep.step(clock.now())
    clock.advance(FLUSH)
    keep.step(clock.now())


def test_few_events_wait_for_two_seconds(keep: Keep, log: MemoryLog, store: Store, clock: ManualClock) -> None:
    assert keep.step(NOON) == NOON + IDLE
    log.append(lines(), at_ns=0)
    assert (keep.step(NOON), store.held()) == (NOON + IDLE, 0)
    clock.advance(FLUSH)
    assert (keep.step(clock.now()), store.held(), keep.position()) == (clock.now(), 1, {"events": 0})
    assert store.cursor("events") == 0
    keep.close()


def test_many_events_do_not_wait(keep: Keep, log: MemoryLog, store: Store) -> None:
    log.append(lines() * FLUSH_EVENTS, at_ns=0)
    keep.step(NOON)
    assert store.held() == FLUSH_EVENTS


def test_a_clock_set_back_holds_nothing_up(keep: Keep, log: MemoryLog, store: Store) -> None:
    log.append(lines(), at_ns=0)
    keep.step(NOON)
    keep.step(NOON - DAY)
    assert store.held() == 1


def test_only_what_was_imported_is_asked_for_by_id(
    keep: Keep, log: MemoryLog, store: Store, clock: ManualClock
) -> None:
    log.append(lines(), at_ns=0, origin=Origin(Lane.LIVE, 0))
    flush(keep, clock)
    log.append(lines(an_event(message="2")), at_ns=0, origin=Origin(Lane.IMPORT, 0))
    flush(keep, clock)
    assert store.folds == [False, True]


def test_a_gap_is_counted_and_stepped_over(keep: Keep, log: MemoryLog, store: Store, clock: ManualClock) -> None:
    log.continue_above(4)
    log.append(lines(), at_ns=0)
    flush(keep, clock)
    assert (keep.lost, store.held(), keep.position()) == (5, 1, {"events": 5})


def test_a_store_that_fails_is_tried_again_and_loses_nothing(
    keep: Keep, log: MemoryLog, store: Store, clock: ManualClock
) -> None:
    store.failure = StoreError("disk full", code="SOC-1511")
    log.append(lines(), at_ns=0)
    keep.step(NOON)
    clock.advance(FLUSH)
    assert keep.step(clock.now()) == clock.now() + RETRY
    assert (keep.failure, keep.position()) == ("disk full", {"events": -1})
    store.failure = None
    keep.step(clock.now())
    assert (keep.failure, store.held()) == (None, 1)


def test_a_second_writer_is_stopped_by_the_position(
    keep: Keep, log: MemoryLog, store: Store, clock: ManualClock
) -> None:
    other = Keep(log, store, clock)
    log.append(lines(), at_ns=0)
    flush(keep, clock)
    with pytest.raises(PositionMoved):
        flush(other, clock)
    assert store.held() == 1


def test_the_store_is_looked_after_also_under_load(
    keep: Keep, log: MemoryLog, store: Store, clock: ManualClock
) -> None:
    for _ in range(4):
        log.append(lines(an_event(clock.now())), at_ns=0)
        keep.step(clock.now())
        clock.advance(MAINTAIN / 2)
    assert store.maintained == 2


def test_old_events_go_and_never_by_a_clock_that_was_set(
    keep: Keep, log: MemoryLog, store: Store, clock: ManualClock
) -> None:
    log.append(lines(an_event(NOON - 6 * DAY)), at_ns=0)
    flush(keep, clock)
    clock.jump(100 * DAY)
    keep.step(clock.now())
    assert store.held() == 1
    clock.jump(-100 * DAY)
    clock.advance(2 * DAY)
    keep.step(clock.now())
    assert store.held() == 0


def test_large_events_go_in_smaller_flushes(
    keep: Keep, log: MemoryLog, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """5,000 events of 14 KB are more than the writer's memory holds."""
    monkeypatch.setattr(keep, "_most_bytes", 300)
    for n in range(10):
        log.append(lines(an_event(number=n)) * (FLUSH_EVENTS // 10), at_ns=n)
    assert keep.step(NOON) == NOON
    assert keep.position() == {"events": FLUSH_EVENTS // 10 - 1}


def test_what_the_store_cannot_take_at_once_is_tried_in_halves(
    keep: Keep, log: MemoryLog, store: Store, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def small(batch: Sequence[bytes], cursor: Cursor, *, fold: bool = False) -> Ack:
        sizes.append(len(batch))
        if len(batch) > 1_000:
            raise StoreError("Out of Memory", code="SOC-1511")
        return MemoryStore.append(store, batch, cursor, fold=fold)

    monkeypatch.setattr(store, "append", small)
    for n in range(5):
        log.append(lines(an_event(number=n)) * 1_000, at_ns=n)
    now = NOON
    while keep.position() == {"events": -1}:
        now = keep.step(now)
    assert sizes[0] == 5_000
    assert sizes[-1] == 1_000
