from __future__ import annotations

from datetime import timedelta

from soc.state.store import State
from soc.state.tables.receipts import Loaded
from tests.builders import NOON

LATER = NOON + timedelta(days=1)


def test_the_past_is_read_with_the_version_of_its_time(state: State) -> None:
    with state.write() as tx:
        old = tx.versions.keep(Loaded.CATALOGUE, {"version": 1}, at=NOON)
        new = tx.versions.keep(Loaded.CATALOGUE, {"version": 2}, at=LATER)

        assert tx.versions.in_force(Loaded.CATALOGUE, NOON) == (old, {"version": 1})
        assert tx.versions.in_force(Loaded.CATALOGUE, LATER) == (new, {"version": 2})
        assert tx.versions.in_force(Loaded.CATALOGUE, NOON - timedelta(days=1)) == (old, {"version": 1})
        assert tx.versions.in_force(Loaded.UNITS, LATER) is None


def test_loading_the_same_again_adds_nothing(state: State) -> None:
    with state.write() as tx:
        first = tx.versions.keep(Loaded.PROFILE, {"profile": "demo"}, at=NOON)
        assert tx.versions.keep(Loaded.PROFILE, {"profile": "demo"}, at=LATER) == first
        assert tx.versions.in_force(Loaded.PROFILE, LATER) == (first, {"profile": "demo"})
