from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soc.access import SYSTEM, Scope
from soc.alert import MOVES, REASONS, SECOND_PERSON, Action, Actor, Alert, Level, Status, Verdict, legal_actions
from soc.errors import IllegalMove, NotFound, StaleRevision, StateError
from soc.state.life import Life
from soc.state.moves import Question, Wish, act, decide
from soc.state.store import State, Tx
from tests.builders import NOON, a_card, an_alert
from tests.unit.soc.state.undone import undone

AN = Actor("an", session="s-1", address="10.0.0.9")
BINH = Actor("binh")
QUESTION = Question("Is this yours?", "Ms Lan", NOON + timedelta(days=3))
FALSE: dict[str, Any] = {"verdict": Verdict.FALSE_POSITIVE, "reason": "rule_logic"}


@pytest.fixture
def tx(state: State) -> Iterator[Tx]:
    with state.write() as tx:
        _people(tx)
        tx.alerts.insert([an_alert()], at=NOON)
        yield tx


def do(tx: Tx, action: Action, **fields: Any) -> Alert:
    values: dict[str, Any] = {"by": AN, "scope": SYSTEM, "at": NOON, "request_id": "r-1"} | fields
    values.setdefault("revision", tx.alerts.get("alert-1", SYSTEM).revision)
    return act(tx, "alert-1", action, **values)


def test_taking_makes_one_the_owner(tx: Tx) -> None:
    alert = do(tx, Action.TAKE)
    assert (alert.status, alert.owner, alert.revision) == (Status.IN_PROGRESS, "an", 2)
    assert tx.alerts.get("alert-1", SYSTEM) == alert


def test_closing_an_untaken_alert_takes_it_first_and_writes_both(tx: Tx) -> None:
    alert = do(tx, Action.CLOSE, **FALSE, note=" too wide ")
    assert (alert.status, alert.owner, alert.revision, alert.closed_at) == (Status.CLOSED, "an", 3, NOON)
    kinds = [(event.kind, event.note) for event in tx.alerts.history("alert-1", SYSTEM)]
    assert kinds == [("raised", ""), ("take", ""), ("close", "too wide")]


def test_every_step_leaves_an_audit_entry_beside_it(tx: Tx) -> None:
    do(tx, Action.CLOSE, **FALSE)
    close, take = tx.audit.page(SYSTEM)[:2]
    assert (close.act, take.act) == ("alert.close", "alert.take")
    assert (close.actor, close.session, close.address, close.unit) == ("an", "s-1", "10.0.0.9", "so_y_te")


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("action", list(Action))
def test_the_table_of_moves_is_the_only_truth(status: Status, action: Action) -> None:
    alert = replace(an_alert(), status=status, owner="binh")
    wish = Wish(action, AN, NOON, Verdict.BENIGN_TRUE, "exercise", "", "chi", QUESTION)
    if action not in MOVES[status]:
        with pytest.raises(IllegalMove) as caught:
            decide(alert, wish)
        assert caught.value.legal == legal_actions(status)
        assert caught.value.code == "SOC-1601"
    else:
        changed, entries = decide(alert, wish)
        assert changed.status is MOVES[status][action].to
        assert len(entries) == (2 if MOVES[status][action].takes_first else 1)


def test_what_one_has_already_cannot_be_taken_again(tx: Tx) -> None:
    do(tx, Action.TAKE)
    with pytest.raises(IllegalMove) as caught:
        do(tx, Action.TAKE)
    assert Action.TAKE not in caught.value.legal
    assert do(tx, Action.TAKE, by=BINH).owner == "binh"


def test_an_older_view_cannot_write(tx: Tx) -> None:
    do(tx, Action.TAKE)
    with pytest.raises(StaleRevision, match="revision 2, you read 1") as caught:
        do(tx, Action.TAKE, by=BINH, revision=1)
    assert caught.value.code == "SOC-1609"
    assert tx.alerts.get("alert-1", SYSTEM).owner == "an"


def test_another_unit_has_no_such_alert(tx: Tx) -> None:
    with pytest.raises(NotFound):
        do(tx, Action.TAKE, scope=Scope(frozenset({"so_noi_vu"})))


@pytest.mark.parametrize(
    ("action", "fields", "says"),
    [
        (Action.CLOSE, {}, "needs a verdict"),
        (Action.CLOSE, {"verdict": Verdict.FALSE_POSITIVE}, "one of: rule_logic, bad_indicator"),
        (Action.CLOSE, {"verdict": Verdict.FALSE_POSITIVE, "reason": "exercise"}, "needs a reason"),
        (Action.CLOSE, {"verdict": Verdict.FALSE_POSITIVE, "reason": "other", "note": " short    "}, "at least 10"),
        (Action.ASSIGN, {}, "needs an owner"),
        (Action.ASSIGN, {"owner": "nobody"}, "nobody with the account 'nobody'"),
        (Action.ASSIGN, {"owner": "gone"}, "nobody with the account 'gone'"),
        (Action.ASK_UNIT, {}, "needs a question"),
        (Action.TAKE, {"note": "x" * 10_001}, "10001 characters"),
    ],
)
def test_what_a_move_needs_is_named_and_nothing_is_written(
    tx: Tx, action: Action, fields: dict[str, Any], says: str
) -> None:
    with pytest.raises(StateError, match=says):
        do(tx, action, **fields)
    assert tx.alerts.get("alert-1", SYSTEM).revision == 1
    assert len(tx.alerts.history("alert-1", SYSTEM)) == 1


def test_other_as_reason_with_a_note_is_enough(tx: Tx) -> None:
    do(tx, Action.CLOSE, verdict=Verdict.UNDETERMINED, reason="other", note="the firewall was replaced")


def test_a_question_to_the_unit_is_kept_with_its_deadline(tx: Tx) -> None:
    do(tx, Action.ASK_UNIT, question=QUESTION)
    asked = tx.alerts.history("alert-1", SYSTEM)[-1].after
    assert asked["question"]["contact"] == "Ms Lan"
    assert asked["status"] == "waiting_unit"
    assert do(tx, Action.RESUME).status is Status.IN_PROGRESS


def test_assigning_is_no_acknowledgement(tx: Tx) -> None:
    alert = do(tx, Action.ASSIGN, owner="binh")
    assert (alert.status, alert.owner) == (Status.ASSIGNED, "binh")
    assert [event.kind for event in tx.alerts.history("alert-1", SYSTEM)] == ["raised", "assign"]


def test_a_critical_alert_closed_as_false_waits_for_a_second_person(tx: Tx) -> None:
    tx.alerts.insert([an_alert("c", rule=a_card(level=Level.CRITICAL))], at=NOON)
    alert = act(tx, "c", Action.CLOSE, by=AN, scope=SYSTEM, revision=1, at=NOON, request_id="", **FALSE)
    assert alert.flags == (SECOND_PERSON,)
    again = act(tx, "c", Action.REOPEN, by=AN, scope=SYSTEM, revision=3, at=NOON, request_id="")
    assert (again.status, again.flags, again.closed_at) == (Status.REOPENED, (), None)
    assert again.verdict is Verdict.FALSE_POSITIVE


steps = st.tuples(
    st.sampled_from(Action),
    st.sampled_from([AN, BINH]),
    st.sampled_from(Verdict),
    st.integers(0, 5),
    st.booleans(),
    st.sampled_from([Level.HIGH, Level.CRITICAL, None]),
)


@given(st.lists(steps, max_size=12))
@settings(deadline=None, max_examples=200)
def test_whatever_people_do_the_row_is_what_its_events_say(doing: list[Any]) -> None:
    with undone() as tx:
        _people(tx)
        alert_id = tx.alerts.insert([an_alert(rule=a_card(level=Level.CRITICAL))], at=NOON)[0].id
        for minute, (action, by, verdict, choice, hits, level) in enumerate(doing):
            alert = tx.alerts.get(alert_id, SYSTEM)
            at = NOON + timedelta(minutes=minute)
            if hits:
                (alert,) = tx.alerts.grow([replace(alert, count=alert.count + 1, level=level or alert.level)], at=at)
            wish = {"owner": "binh", "question": QUESTION, "verdict": verdict, "note": "a note that is long enough"}
            wish["reason"] = REASONS[verdict][choice % len(REASONS[verdict])]
            legal = action in MOVES[alert.status] and not (
                action is Action.TAKE and alert.status is Status.IN_PROGRESS and alert.owner == by.id
            )
            try:
                act(tx, alert_id, action, by=by, scope=SYSTEM, revision=alert.revision, at=at, request_id="", **wish)
            except IllegalMove:
                assert not legal
                assert tx.alerts.get(alert_id, SYSTEM) == alert
            else:
                assert legal
        found = tx.alerts.get(alert_id, SYSTEM)
        assert Life.of(found) == tx.alerts.rebuild(alert_id, SYSTEM)
        assert (found.closed_at is not None) == (found.status is Status.CLOSED)
        assert SECOND_PERSON not in found.flags or found.status is Status.CLOSED
        assert tx.audit.verify() is None


def _people(tx: Tx) -> None:
    from soc.state.tables.people import PersonState

    for account in ("an", "binh", "gone"):
        tx.people.create(account, account.title(), at=NOON)
    tx.people.set_state("gone", PersonState.DISABLED)
