from __future__ import annotations

from collections.abc import Iterator

import pytest

from soc.access import SYSTEM, Scope
from soc.alert import Action, Actor, Level, Verdict
from soc.errors import IllegalMove, NotFound, StateError
from soc.state.moves import act
from soc.state.remarks import approve_close, comment, tick
from soc.state.store import State, Tx
from tests.builders import NOON, a_card, an_alert

AN, LEAD = Actor("an"), Actor("lead")


@pytest.fixture
def tx(state: State) -> Iterator[Tx]:
    with state.write() as tx:
        tx.alerts.insert([an_alert(rule=a_card(level=Level.CRITICAL))], at=NOON)
        yield tx


def test_a_comment_is_an_event_and_moves_nothing(tx: Tx) -> None:
    before = tx.alerts.get("alert-1", SYSTEM)
    after = comment(tx, "alert-1", "  Đã gọi cho đơn vị  ", by=AN, scope=SYSTEM, at=NOON, request_id="r")
    assert (after.status, after.revision) == (before.status, 2)
    assert tx.alerts.history("alert-1", SYSTEM)[-1].note == "Đã gọi cho đơn vị"
    assert list(tx.alerts.differences(SYSTEM)) == []


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 10_001])
def test_an_empty_or_endless_comment_is_refused(tx: Tx, text: str) -> None:
    with pytest.raises(StateError, match="1 to 10000 characters"):
        comment(tx, "alert-1", text, by=AN, scope=SYSTEM, at=NOON, request_id="r")


def test_a_ticked_step_is_an_event_that_says_which_step_it_was(tx: Tx) -> None:
    after = tick(tx, "alert-1", 1, "Hỏi đơn vị", done=True, by=AN, scope=SYSTEM, at=NOON, request_id="r")
    last = tx.alerts.history("alert-1", SYSTEM)[-1]
    assert (last.kind, last.after) == ("tick", {"step": 1, "done": True, "text": "Hỏi đơn vị"})
    assert after.revision == 2


def test_a_guide_has_no_negative_step(tx: Tx) -> None:
    with pytest.raises(StateError):
        tick(tx, "alert-1", -1, "", done=True, by=AN, scope=SYSTEM, at=NOON, request_id="r")


def test_nobody_comments_on_what_he_cannot_see(tx: Tx) -> None:
    with pytest.raises(NotFound):
        comment(tx, "alert-1", "hello", by=AN, scope=Scope(frozenset()), at=NOON, request_id="r")


def test_the_second_person_is_another_person(tx: Tx) -> None:
    false = {"verdict": Verdict.FALSE_POSITIVE, "reason": "rule_logic"}
    act(tx, "alert-1", Action.CLOSE, by=AN, scope=SYSTEM, revision=1, at=NOON, request_id="", **false)  # type: ignore[arg-type]
    with pytest.raises(StateError, match="cannot be the second person") as caught:
        approve_close(tx, "alert-1", by=AN, scope=SYSTEM, revision=3, at=NOON, request_id="")
    assert caught.value.code == "SOC-1610"
    assert approve_close(tx, "alert-1", by=LEAD, scope=SYSTEM, revision=3, at=NOON, request_id="").flags == ()
    assert list(tx.alerts.differences(SYSTEM)) == []


def test_there_is_nothing_to_agree_to_on_an_open_alert(tx: Tx) -> None:
    with pytest.raises(IllegalMove):
        approve_close(tx, "alert-1", by=LEAD, scope=SYSTEM, revision=1, at=NOON, request_id="")
