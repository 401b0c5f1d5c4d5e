from __future__ import annotations

from datetime import timedelta
from typing import Any

from soc.access import SYSTEM, Scope
from soc.hit import BaseHit
from soc.state.store import State
from tests.builders import NOON


def a_base_hit(event_id: str = "e1", **fields: Any) -> BaseHit:
    values: dict[str, Any] = {
        "rule_id": "rule-1",
        "at": NOON,
        "correlation": "brute-force",
        "group": (("user.name", "An"),),
        "values": (("10.0.0.1", 3, None), ("An",), {"host.name": ("pc-1",)}),
        "unit": "so_y_te",
    } | fields
    return BaseHit(event_id=event_id, **values)


def test_a_repeat_counts_once(state: State) -> None:
    with state.write() as tx:
        tx.base_hits.add([a_base_hit(), a_base_hit("e2", event={"user.name": "An"})], arrived=NOON)
        tx.base_hits.add(
            [a_base_hit(), a_base_hit(rule_id="rule-2"), a_base_hit(group=(("user.name", "Bình"),))], arrived=NOON
        )
        assert tx.base_hits.count(SYSTEM) == 4


def test_windows_are_rebuilt_from_the_oldest_on(state: State) -> None:
    hits = [a_base_hit(f"e{n}", at=NOON + timedelta(seconds=n), event={"n": n}) for n in range(10)]
    with state.write() as tx:
        tx.base_hits.add(list(reversed(hits)), arrived=NOON)
        tx.base_hits.add([a_base_hit("x", correlation="other", at=NOON + timedelta(seconds=9))], arrived=NOON)
    with state.read() as tx:
        assert list(tx.base_hits.since(NOON + timedelta(seconds=4), SYSTEM, correlation="brute-force")) == hits[4:]
        assert len(list(tx.base_hits.since(NOON, SYSTEM))) == 11
        assert list(tx.base_hits.since(NOON, Scope(frozenset({"other"})))) == []


def test_one_group_of_an_old_window_is_found_however_it_is_spelt(state: State) -> None:
    hits = [a_base_hit(f"e{n}", at=NOON + timedelta(seconds=n)) for n in range(4)]
    with state.write() as tx:
        tx.base_hits.add([*hits, a_base_hit("x", group=(("user.name", "Bình"),))], arrived=NOON)
        found = tx.base_hits.between("brute-force", (("user.name", "an"),), NOON, NOON + timedelta(seconds=2), SYSTEM)
    assert found == tuple(hits[:3])


def test_those_that_came_long_ago_are_forgotten_and_late_ones_stay(state: State) -> None:
    with state.write() as tx:
        tx.base_hits.add([a_base_hit("old")], arrived=NOON - timedelta(days=8))
        tx.base_hits.add([a_base_hit("late", at=NOON - timedelta(days=20))], arrived=NOON)
        assert tx.base_hits.expire(NOON - timedelta(days=7)) == 1
        left = [hit.event_id for hit in tx.base_hits.since(NOON - timedelta(days=30), SYSTEM)]
        assert left == ["late"]
