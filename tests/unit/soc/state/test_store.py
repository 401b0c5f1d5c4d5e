from __future__ import annotations

import threading
from contextlib import ExitStack, closing, suppress

import pytest

from soc import sqlite
from soc.clock import ManualClock
from soc.errors import StateError
from soc.paths import DataDir
from soc.state.store import READERS, State
from tests.builders import NOON


def test_what_is_written_is_there_after_opening_again(data: DataDir, state: State) -> None:
    with state.write() as tx:
        tx.facts.put("rules", {"generation": 7}, at=NOON)
        tx.facts.put("rules", {"generation": 8}, at=NOON)
    state.close()
    again = State.open(data, ManualClock(NOON))
    with again.read() as tx:
        assert tx.facts.get("rules") == {"generation": 8}
        assert tx.facts.get("other") is None
    again.close()


def test_a_transaction_is_written_whole_or_not_at_all(state: State) -> None:
    with suppress(RuntimeError), state.write() as tx:
        tx.positions.move("detect", "events", -1, 5)
        raise RuntimeError("stop")
    with state.read() as tx:
        assert tx.positions.get("detect", "events") == -1


def test_a_read_sees_one_moment(state: State) -> None:
    with state.read() as tx:
        assert tx.positions.get("detect", "events") == -1
        with state.write() as other:
            other.positions.move("detect", "events", -1, 5)
        assert tx.positions.get("detect", "events") == -1


def test_a_read_cannot_write(state: State) -> None:
    with pytest.raises(StateError, match="readonly") as caught, state.read() as tx:
        tx.facts.put("x", 1, at=NOON)
    assert caught.value.code == "SOC-1605"


def test_writers_of_one_process_wait_for_each_other(state: State) -> None:
    def add() -> None:
        for _ in range(20):
            with state.write() as tx:
                tx.positions.move("r", "l", old := tx.positions.get("r", "l"), old + 1)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with state.read() as tx:
        assert tx.positions.get("r", "l") == 79


def test_a_busy_database_is_said_to_be_busy(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    with state.write() as tx:
        tx.facts.put("x", 1, at=NOON)
        tx.connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    holding = closing(sqlite.writer(state.path))
    refused = pytest.raises(StateError, match="another process is writing")
    with holding as other, sqlite.transaction(other), refused as caught, state.write():
        pass
    assert caught.value.code == "SOC-1603"


def test_what_is_acknowledged_is_synced(state: State) -> None:
    with state.write() as tx:
        assert tx.connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert tx.connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert tx.connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_write_inside_a_write_is_refused_at_once(state: State) -> None:
    with pytest.raises(StateError, match="inside a write"), state.write(), state.write():
        pass
    with state.write() as tx:
        tx.facts.put("x", 1, at=NOON)


def test_too_many_readers_wait_and_then_are_told(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state._reader.pool, "_timeout", 0.01)
    with ExitStack() as busy:
        for _ in range(READERS):
            busy.enter_context(state.read())
        with pytest.raises(StateError, match="readers are busy"):
            busy.enter_context(state.read())


def test_a_view_of_the_old_state_does_not_stop_a_writer(data: DataDir, state: State) -> None:
    other = State.open(data, ManualClock(NOON))
    with state.read() as tx:
        tx.positions.get("r", "l")
        with other.write() as writing:
            writing.positions.move("r", "l", -1, 1)
    other.close()
