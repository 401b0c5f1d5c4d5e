from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from soc.access import SYSTEM, Scope
from soc.alert import SYSTEM_ACTOR, Actor
from soc.clock import ManualClock
from soc.errors import StateError
from soc.paths import DataDir
from soc.state.audit import audit_key
from soc.state.store import State, Tx
from tests.builders import NOON


@pytest.fixture
def tx(state: State) -> Iterator[Tx]:
    with state.write() as tx:
        for name in ("one", "two", "ba"):
            tx.audit.append(Actor("an"), "open", name, at=NOON, unit="so_y_te", after={"b": 1, "a": ["ngã", None]})
        for trigger in ("audit_no_update", "audit_no_delete"):
            tx.connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        yield tx


def test_an_untouched_chain_holds(tx: Tx) -> None:
    assert tx.audit.verify() is None
    assert [entry.object for entry in tx.audit.page(SYSTEM)] == ["ba", "two", "one"]


def test_an_empty_log_is_in_order(state: State) -> None:
    with state.read() as tx:
        assert tx.audit.verify() is None
        assert tx.audit.head() is None


@pytest.mark.parametrize(
    ("damage", "seq", "why"),
    [
        ("UPDATE audit SET actor = 'binh' WHERE seq = 2", 2, "not what was written"),
        ("""UPDATE audit SET "after" = '{}' WHERE seq = 1""", 1, "not what was written"),
        ("UPDATE audit SET at = at + 1 WHERE seq = 3", 3, "not what was written"),
        ("DELETE FROM audit WHERE seq = 2", 2, "missing"),
        ("DELETE FROM audit WHERE seq = 1", 1, "missing"),
        ("DELETE FROM audit WHERE seq = 3", 3, "cut off the end"),
        ("DELETE FROM audit", 1, "cut off the end"),
        ("DELETE FROM fact WHERE name = 'audit.head'", 1, "sealed head is missing"),
        ("UPDATE audit SET seq = CASE seq WHEN 1 THEN 2 ELSE 1 END + 10 WHERE seq < 3", 1, "missing"),
        ("UPDATE audit SET hash = x'00' WHERE seq = 2", 2, "not what was written"),
        (
            "INSERT INTO audit SELECT 4, at, actor, actor_kind, session, address, act, object, unit_id, "
            '"before", "after", reason, result, hash FROM audit WHERE seq = 3',
            4,
            "not what was written",
        ),
    ],
)
def test_the_first_entry_that_was_touched_is_named(tx: Tx, damage: str, seq: int, why: str) -> None:
    tx.connection.exec_driver_sql(damage)
    bad = tx.audit.verify()
    assert bad is not None
    assert bad.seq == seq
    assert why in bad.why


def test_a_head_of_another_length_is_noticed(tx: Tx) -> None:
    tx.connection.exec_driver_sql("""UPDATE fact SET value = '{"seal":"00","seq":3}' WHERE name = 'audit.head'""")
    bad = tx.audit.verify()
    assert bad is not None
    assert "does not fit" in bad.why


def test_an_act_that_fails_leaves_no_entry_and_no_gap(state: State) -> None:
    with pytest.raises(ZeroDivisionError), state.write() as tx:
        tx.audit.append(SYSTEM_ACTOR, "open", str(1 // 0), at=NOON)
    with state.write() as tx:
        assert tx.audit.append(SYSTEM_ACTOR, "open", "x", at=NOON) == 1


def test_a_reader_sees_entries_of_his_units_in_pages(tx: Tx) -> None:
    tx.audit.append(Actor("an"), "open", "foreign", at=NOON, unit="so_noi_vu")
    mine = Scope(frozenset({"so_y_te"}))
    first = tx.audit.page(mine, limit=2)
    assert [entry.seq for entry in first] == [3, 2]
    assert [entry.seq for entry in tx.audit.page(mine, before=first[-1].seq)] == [1]


def test_the_key_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    key = audit_key(tmp_path, empty=True)
    assert len(key) == 32
    assert audit_key(tmp_path, empty=True) == key
    assert stat.S_IMODE((tmp_path / "audit.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["audit.key"]


def test_a_lost_key_is_never_replaced_by_a_new_one(data: DataDir, state: State) -> None:
    with state.write() as tx:
        tx.audit.append(SYSTEM_ACTOR, "start", "x", at=NOON)
    (data.keys / "audit.key").unlink()
    with pytest.raises(StateError, match="is missing") as caught:
        State.open(data, ManualClock(NOON))
    assert caught.value.code == "SOC-1611"


def test_a_cut_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "audit.key").write_bytes(b"short")
    with pytest.raises(StateError, match="5 bytes instead of 32"):
        audit_key(tmp_path, empty=True)
