from __future__ import annotations

from datetime import timedelta

import pytest

from soc.access import SYSTEM, Scope
from soc.errors import StateError
from soc.state.keys import looks_like_a_key
from soc.state.store import State
from tests.builders import NOON


def test_a_key_opens_what_it_was_made_for(state: State) -> None:
    with state.write() as tx:
        token = tx.keys.make("fortigate", ["ingest:fw-1"], by="an", at=NOON, unit="so_y_te")
        key = tx.keys.find(token, NOON)
    assert key is not None
    assert (key.source, key.unit) == ("fw-1", "so_y_te")
    assert key.allows("ingest:fw-1")
    assert not key.allows("ingest:fw-2")
    assert not key.allows("alerts:read")


def test_a_leaked_key_can_be_spotted(state: State) -> None:
    with state.write() as tx:
        token = tx.keys.make("reader", ["alerts:read"], by="an", at=NOON)
        assert tx.keys.find(token, NOON).source is None  # type: ignore[union-attr]
    assert len(token) == 4 + 8 + 1 + 32
    assert looks_like_a_key(token)
    assert not looks_like_a_key(token[:-1] + ("a" if token[-1] != "a" else "b"))
    assert not looks_like_a_key("Bearer " + token)


def test_another_secret_with_the_same_id_opens_nothing(state: State) -> None:
    from soc.state.keys import CHECK, _checksum

    with state.write() as tx:
        token = tx.keys.make("reader", ["alerts:read"], by="an", at=NOON)
        body = "x" * (32 - CHECK)
        forged = f"soc_{token[4:12]}_{body}{_checksum(token[4:12] + body)}"
        assert looks_like_a_key(forged)
        assert tx.keys.find(forged, NOON) is None
        assert tx.keys.find("soc_short", NOON) is None


def test_a_key_ends_by_time_or_by_hand(state: State) -> None:
    with state.write() as tx:
        token = tx.keys.make("reader", ["alerts:read"], by="an", at=NOON)
        assert tx.keys.find(token, NOON + timedelta(days=90)) is None
        tx.keys.touch(token[4:12], NOON)
        tx.keys.touch(token[4:12], NOON + timedelta(seconds=30))
        assert tx.keys.all(SYSTEM)[0].last_used == NOON
        assert tx.keys.revoke(token[4:12], at=NOON) == 1
        assert tx.keys.revoke(token[4:12], at=NOON) == 0
        assert tx.keys.find(token, NOON) is None
        assert tx.keys.all(Scope(frozenset({"so_y_te"}))) == ()


@pytest.mark.parametrize(
    ("scopes", "days", "says"),
    [
        (["admin:all"], 90, "admin:all"),
        ([], 90, "is needed"),
        (["ingest:a", "ingest:b"], 90, "bound to one source"),
        (["alerts:read"], 366, "at most 365 days"),
        (["alerts:read"], 0, "at most 365 days"),
    ],
)
def test_a_key_that_may_too_much_is_not_made(state: State, scopes: list[str], days: int, says: str) -> None:
    with pytest.raises(StateError, match=says), state.write() as tx:
        tx.keys.make("x", scopes, by="an", at=NOON, life=timedelta(days=days))


def test_a_key_of_figures_is_bound_to_subsystems(state: State) -> None:
    with state.write() as tx:
        bound = tx.keys.find(tx.keys.make("dvc", ["kpi:write:health", "kpi:read"], by="an", at=NOON), NOON)
        free = tx.keys.find(tx.keys.make("all", ["kpi:write"], by="an", at=NOON), NOON)

    assert bound is not None
    assert free is not None
    assert bound.allows("kpi:write")
    assert bound.subsystems("kpi:write") == frozenset({"health"})
    assert bound.subsystems("kpi:read") is None
    assert free.subsystems("kpi:write") is None
    assert not free.allows("kpi:read")
