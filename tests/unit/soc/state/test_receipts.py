from __future__ import annotations

from soc.access import SYSTEM, Scope
from soc.state.receipts import Beat, StoredReceipt
from soc.state.store import State
from tests.builders import NOON


def a_receipt(batch: str = "b1", unit: str = "so_tai_chinh") -> StoredReceipt:
    items = ({"index": 0, "result": "rejected", "retry": False, "faults": []},)
    return StoredReceipt(batch, unit, "key:1", "soc", "automatic", "hash", NOON, NOON, {"rejected": 1}, items)


def test_a_receipt_is_read_back_as_it_was_given(state: State) -> None:
    with state.write() as tx:
        tx.receipts.add(a_receipt())
        found = tx.receipts.find("b1")

    assert found is not None
    assert (found.summary, found.items[0]["result"], found.sender) == ({"rejected": 1}, "rejected", "key:1")


def test_receipts_of_other_units_are_not_seen(state: State) -> None:
    with state.write() as tx:
        tx.receipts.add(a_receipt())
        elsewhere = Scope(frozenset({"so_y_te"}))

        assert tx.receipts.get("b1", elsewhere) is None
        assert tx.receipts.page(elsewhere) == ()
        assert tx.receipts.get("b1", SYSTEM) is not None
        assert [one.batch_id for one in tx.receipts.page(SYSTEM, sender="key:1")] == ["b1"]


def test_the_last_heartbeat_counts(state: State) -> None:
    with state.write() as tx:
        tx.receipts.beat(Beat("key:1", "so_tai_chinh", "soc", None, NOON))
        tx.receipts.beat(Beat("key:1", "so_tai_chinh", "soc", ("health",), NOON))

        assert tx.receipts.beats(SYSTEM) == (Beat("key:1", "so_tai_chinh", "soc", ("health",), NOON),)
        assert tx.receipts.beats(Scope(frozenset({"so_y_te"}))) == ()
