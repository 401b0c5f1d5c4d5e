"""Dropped files: only people of the unit see them, and their alerts are exactly those of their events."""

from __future__ import annotations

import pytest

from soc.access import SYSTEM, Scope
from soc.alert import Level
from soc.errors import NotFound
from soc.state.drops import Drop
from soc.state.store import State
from soc.state.tables.figures import DropState
from tests.builders import NOON, a_hit, an_alert

DROP = Drop("d1", "so-tai-chinh", "an", NOON, "my.evtx", "ab" * 32, 4096)


def test_a_file_goes_through_its_states(state: State) -> None:
    with state.write() as tx:
        tx.drops.add(DROP)
        tx.drops.reading("d1", read=100, records=2, kind="evtx")
        tx.drops.judging("d1", waiting=7)
        tx.drops.noted("d1", [("x" * 900, "damaged")])
    with state.read() as tx:
        found = tx.drops.get("d1", SYSTEM)
    assert (found.state, found.waiting, found.kind, len(found.problems[0][0])) == (DropState.JUDGING, 7, "evtx", 300)
    with state.write() as tx:
        tx.drops.end("d1", DropState.DONE, at=NOON)
    with state.read() as tx:
        assert tx.drops.all(SYSTEM)[0].ended
        assert tx.drops.count_since("an", NOON) == 1


def test_another_units_file_does_not_exist(state: State) -> None:
    with state.write() as tx:
        tx.drops.add(DROP)
    with state.read() as tx:
        assert tx.drops.all(Scope(frozenset({"so-y-te"}))) == ()
        with pytest.raises(NotFound):
            tx.drops.get("d1", Scope(frozenset({"so-y-te"})))


def test_only_alerts_with_events_of_the_file_are_its_alerts(state: State) -> None:
    mine = a_hit("mine", events=({"soc.source.id": DROP.source, "message": "x"},))
    other = a_hit("other", events=({"soc.source.id": "drop-else", "message": f'"soc.source.id":"{DROP.source}"'},))
    with state.write() as tx:
        first, second = tx.alerts.insert([an_alert("a1"), an_alert("a2")], at=NOON)
        tx.hits.add([mine, other])
        tx.hits.attach([(first.id, mine), (second.id, other)])
        tx.drops.add(DROP)
        assert tx.drops.link(DROP) == 1
        assert tx.drops.link(DROP) == 1
    with state.read() as tx:
        assert tx.drops.alerts("d1", SYSTEM) == (first.id,)
        assert tx.drops.levels("d1", SYSTEM) == {first.level: 1}
        assert tx.drops.levels("d1", Scope(frozenset({"nowhere"}))) == {}
    assert first.level in Level
