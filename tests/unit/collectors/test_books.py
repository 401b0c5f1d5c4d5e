from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from collectors.books import FLUSH, Books
from collectors.normalise import Tally
from soc.access import SYSTEM, Scope
from soc.clock import ManualClock
from soc.errors import PositionMoved, StateError
from soc.journal import Lane
from soc.journal.memory_log import MemoryLog
from soc.raw import RawRecord, Transport, encode
from soc.role import RoleName
from soc.state.accounting import Fate, LedgerRow
from soc.state.source_table import Match
from soc.state.store import State, Tx
from tests.builders import NOON

LANES = (Lane.LIVE,)


@pytest.fixture
def receive(state: State, clock: ManualClock) -> Books:
    return Books(RoleName.RECEIVE, state, clock, LANES)


@pytest.fixture
def normalise(state: State, clock: ManualClock) -> Books:
    return Books(RoleName.NORMALISE, state, clock, LANES)


def rows(state: State) -> dict[str, LedgerRow]:
    with state.read() as tx:
        return {row.source: row for row in tx.accounting.ledger(SYSTEM)}


def tally(stored: int, *, quarantined: int = 0) -> Tally:
    made = Tally()
    made.fates["fw", Fate.STORED, ""] = stored
    made.fates["fw", Fate.QUARANTINED, "crash"] = quarantined
    made.events["fw"] = 2 * stored
    made.duplicates["fw"] = 1
    made.errors["fw"] = 1
    return made


def test_what_was_received_and_what_became_of_it_balance(receive: Books, normalise: Books, state: State) -> None:
    receive.received(Lane.LIVE, 4, {"fw": 5})
    receive.flush_now(NOON)
    assert rows(state)["fw"].in_flight == 5
    normalise.normalised(Lane.LIVE, 4, tally(4, quarantined=1))
    normalise.flush_now(NOON)
    row = rows(state)["fw"]
    assert (row.stored, row.quarantined, row.events, row.in_flight) == (4, {"crash": 1}, 8, 0)
    assert (row.duplicates, row.pipeline_errors) == (1, 1)
    with state.read() as tx:
        assert tx.sources.seen(SYSTEM)["fw"].last == NOON


def test_nobody_sees_more_stored_than_received(receive: Books, normalise: Books, state: State) -> None:
    receive.received(Lane.LIVE, 1, {"fw": 2})
    normalise.normalised(Lane.LIVE, 1, tally(2))
    normalise.normalised(Lane.LIVE, 3, tally(2))
    normalise.flush_now(NOON)
    assert rows(state) == {}
    receive.flush_now(NOON)
    normalise.flush_now(NOON)
    assert (rows(state)["fw"].stored, normalise.counted(Lane.LIVE)) == (2, 3)
    receive.received(Lane.LIVE, 3, {"fw": 2})
    receive.flush_now(NOON)
    normalise.flush_now(NOON)
    assert (rows(state)["fw"].stored, rows(state)["fw"].in_flight) == (4, 0)


def test_counts_are_written_once_a_second(receive: Books, state: State, clock: ManualClock) -> None:
    receive.flush(clock.now())
    receive.received(Lane.LIVE, 0, {"fw": 1})
    clock.advance(FLUSH / 2)
    receive.flush(clock.now())
    assert rows(state) == {}
    clock.advance(FLUSH / 2)
    receive.flush(clock.now())
    assert rows(state)["fw"].received == 1
    receive.received(Lane.LIVE, 1, {"fw": 1})
    receive.flush(clock.now() - timedelta(days=1))
    assert rows(state)["fw"].received == 2


def test_a_restart_counts_on_from_the_books_and_never_twice(receive: Books, state: State, clock: ManualClock) -> None:
    log = MemoryLog()
    record = RawRecord("udp", "fw", 0, "10.0.0.1", Transport.UDP, b"line")
    log.append([encode(record)] * 3, at_ns=0)
    receive.received(Lane.LIVE, 2, {"fw": 3})
    receive.flush_now(NOON)
    log.append([encode(record)] * 2, at_ns=0)
    log.continue_above(7)
    again = Books(RoleName.RECEIVE, state, clock, LANES)
    again.catch_up({Lane.LIVE: log})
    again.flush_now()
    assert (rows(state)["fw"].received, again.counted(Lane.LIVE)) == (5, 7)


def test_what_fell_out_before_the_log_was_received_and_dropped(receive: Books, state: State) -> None:
    receive.dropped(Counter({("fw", "kernel"): 3}))
    receive.flush_now(NOON)
    receive.flush_now(NOON)
    row = rows(state)["fw"]
    assert (row.received, row.dropped, row.in_flight) == (3, {"kernel": 3}, 0)


@contextmanager
def busy() -> Iterator[Tx]:
    raise StateError("another process is writing", code="SOC-1603")
    yield


def test_a_busy_state_store_is_tried_again(receive: Books, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    receive.received(Lane.LIVE, 0, {"fw": 1})
    monkeypatch.setattr(state, "write", busy)
    receive.flush_now(NOON)
    monkeypatch.undo()
    assert rows(state) == {}
    receive.flush_now(NOON)
    assert rows(state)["fw"].received == 1


def test_a_second_writer_of_the_books_is_stopped(receive: Books, state: State, clock: ManualClock) -> None:
    other = Books(RoleName.RECEIVE, state, clock, LANES)
    receive.received(Lane.LIVE, 0, {"fw": 1})
    other.received(Lane.LIVE, 1, {"fw": 2})
    receive.flush_now(NOON)
    with pytest.raises(PositionMoved):
        other.flush_now(NOON)
    assert rows(state)["fw"].received == 1


def test_counts_go_to_the_unit_that_a_source_has_now(receive: Books, state: State) -> None:
    with state.write() as tx:
        source = tx.sources.greet(Match(peer="192.0.2.1"), at=NOON).id
    receive.received(Lane.LIVE, 0, {source: 1})
    receive.flush_now(NOON)
    with state.write() as tx:
        tx.sources.approve(source, SYSTEM, unit="so_y_te", at=NOON + timedelta(hours=1))
    receive.received(Lane.LIVE, 1, {source: 1})
    receive.flush_now(NOON + timedelta(hours=1))
    with state.read() as tx:
        (row,) = tx.accounting.ledger(Scope(frozenset({"so_y_te"})))
    assert row.received == 1


def test_parsed_events_count_in_the_hour_of_their_own_time_but_not_what_is_imported(state: State) -> None:
    lanes = (Lane.LIVE, Lane.IMPORT)
    receive, normalise = (
        Books(role, state, ManualClock(NOON), lanes) for role in (RoleName.RECEIVE, RoleName.NORMALISE)
    )
    late = NOON - timedelta(hours=30)
    for lane, hour in ((Lane.LIVE, late), (Lane.IMPORT, late - timedelta(hours=9))):
        made = tally(1)
        made.heard["fw", f"{hour:%Y-%m-%dT%H}"] = 2
        receive.received(lane, 0, {"fw": 1})
        receive.flush_now(NOON)
        normalise.normalised(lane, 0, made)
        normalise.flush_now(NOON)
    with state.read() as tx:
        heard = tx.watch.heard(["fw", "other"], late - timedelta(days=9), NOON, SYSTEM)
    assert heard == {"fw": {late.replace(minute=0, second=0, microsecond=0)}, "other": set()}
    assert rows(state)["fw"].events == 4
