from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from soc.access import SYSTEM, Scope
from soc.alert import SYSTEM_ACTOR, Action, Actor, Level, Status, Verdict
from soc.errors import NotFound
from soc.state.alerts import Entry
from soc.state.moves import act
from soc.state.store import State
from tests.builders import NOON, a_card, an_alert

ELSEWHERE = Scope(frozenset({"so_noi_vu"}))
AN = Actor("an")


def test_alerts_are_numbered_without_gaps(state: State) -> None:
    with state.write() as tx:
        first = tx.alerts.insert([an_alert("a"), an_alert("b")], at=NOON)
    with suppress(RuntimeError), state.write() as tx:
        tx.alerts.insert([an_alert("lost")], at=NOON)
        raise RuntimeError
    with state.write() as tx:
        second = tx.alerts.insert([an_alert("c")], at=NOON)
        assert [alert.number for alert in (*first, *second)] == [1, 2, 3]
        assert tx.alerts.insert([], at=NOON) == ()


def test_an_alert_comes_back_as_it_was(state: State) -> None:
    with state.write() as tx:
        (alert,) = tx.alerts.insert([an_alert(samples=({"a": 1},), weak_filter=("f",), previous="older")], at=NOON)
        assert tx.alerts.get(alert.id, SYSTEM) == alert
        assert tx.alerts.by_number(1, SYSTEM) == alert


def test_an_alert_of_another_unit_and_an_absent_one_are_the_same(state: State) -> None:
    with state.write() as tx:
        tx.alerts.insert([an_alert()], at=NOON)
        for ask in (tx.alerts.get, tx.alerts.rebuild):
            with pytest.raises(NotFound) as absent:
                ask("no-such", ELSEWHERE)
            with pytest.raises(NotFound) as foreign:
                ask("alert-1", ELSEWHERE)
            assert str(absent.value) == str(foreign.value)
        with pytest.raises(NotFound):
            tx.alerts.by_number(1, ELSEWHERE)
        assert tx.alerts.history("alert-1", ELSEWHERE) == ()


def test_grouping_finds_the_latest_alert_of_a_fingerprint(state: State) -> None:
    with state.write() as tx:
        tx.alerts.insert([an_alert("old", fingerprint="f"), an_alert("other")], at=NOON)
        _close(state_tx=tx, alert_id="old")
        (new,) = tx.alerts.insert([an_alert("new", fingerprint="f", previous="old")], at=NOON)
        assert tx.alerts.latest_by_fingerprint(["f", "none"], SYSTEM) == {"f": new}
        assert tx.alerts.generations(["f", "none"], SYSTEM) == {"f": 2}
        assert tx.alerts.latest_by_fingerprint(["f"], ELSEWHERE) == {}


def test_hits_that_join_leave_the_revision_alone(state: State) -> None:
    with state.write() as tx:
        (alert,) = tx.alerts.insert([an_alert()], at=NOON)
        more = replace(alert, count=40, last_event=NOON + timedelta(hours=1), entities=(("user.name", "bình"),))
        assert tx.alerts.grow([more], at=NOON) == (more,)
        assert tx.alerts.get("alert-1", SYSTEM) == more
        assert len(tx.alerts.history("alert-1", SYSTEM)) == 1
        assert tx.alerts.grow([], at=NOON) == ()


def test_a_higher_level_is_an_event_that_everybody_sees(state: State) -> None:
    with state.write() as tx:
        (alert,) = tx.alerts.insert([an_alert()], at=NOON)
        (grown,) = tx.alerts.grow([replace(alert, level=Level.CRITICAL)], at=NOON)
        assert grown.revision == 2
        assert tx.alerts.history("alert-1", SYSTEM)[-1].after == {"level": "critical"}
        assert list(tx.alerts.differences(SYSTEM)) == []


def test_hits_cannot_undo_what_a_person_did_meanwhile(state: State) -> None:
    with state.write() as tx:
        (alert,) = tx.alerts.insert([an_alert()], at=NOON)
        act(tx, alert.id, Action.TAKE, by=AN, scope=SYSTEM, revision=1, at=NOON, request_id="r")
        tx.alerts.grow([replace(alert, count=2)], at=NOON)
        found = tx.alerts.get(alert.id, SYSTEM)
    assert (found.status, found.owner, found.count, found.revision) == (Status.IN_PROGRESS, "an", 2, 2)


def test_a_row_that_was_changed_behind_its_events_is_found(state: State) -> None:
    with state.write() as tx:
        tx.alerts.insert([an_alert("good"), an_alert("bad")], at=NOON)
        tx.connection.exec_driver_sql("UPDATE alert SET owner = 'mallory' WHERE id = 'bad'")
        assert list(tx.alerts.differences(SYSTEM)) == ["bad"]


def test_history_is_written_by_whoever_acted(state: State) -> None:
    with state.write() as tx:
        (alert,) = tx.alerts.insert([an_alert()], at=NOON)
        tx.alerts.record(alert, [Entry("note", {}, {}, "hello")], by=SYSTEM_ACTOR, at=NOON, request_id="r-1")
        raised, note = tx.alerts.history("alert-1", SYSTEM)
    assert (raised.kind, raised.actor, raised.after["status"]) == ("raised", "system", "new")
    assert (note.note, note.request_id, note.at) == ("hello", "r-1", NOON)


def test_a_new_version_of_a_rule_does_not_change_old_alerts(state: State) -> None:
    with state.write() as tx:
        tx.alerts.insert([an_alert("old"), an_alert("new", rule=a_card(version="2", title="Better"))], at=NOON)
        assert tx.alerts.get("old", SYSTEM).rule.title == "Many failed logons"
        assert tx.alerts.get("new", SYSTEM).rule.title == "Better"


def _close(state_tx, alert_id: str) -> None:  # type: ignore[no-untyped-def]
    act(
        state_tx,
        alert_id,
        Action.CLOSE,
        by=AN,
        scope=SYSTEM,
        revision=1,
        at=NOON,
        request_id="r",
        verdict=Verdict.BENIGN_TRUE,
        reason="planned_work",
    )
