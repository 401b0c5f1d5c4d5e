from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soc.access import SYSTEM, Scope
from soc.alert import Actor
from soc.errors import IllegalMove, NotFound, StaleRevision, StateError
from soc.incident import (
    MOVES,
    Category,
    Channel,
    Incident,
    Move,
    ReportForm,
    SentFile,
    SentReport,
    Severity,
    State,
    legal_moves,
)
from soc.state import store
from soc.state.incident_acts import Wish, act, begin, decide, faults
from tests.builders import NOON, an_incident

AN = Actor("an", session="s-1")
HOUR = timedelta(hours=1)
EXAMPLES = 2_000 if os.environ.get("SOC_PROOF") else 200
ELSEWHERE = Scope(frozenset({"so_tai_chinh"}))


def a_wish(move: Move, **fields: Any) -> Wish:
    values: dict[str, Any] = {"by": AN, "at": NOON, "reason": "it was so"} | fields
    return Wish(move, **values)


def a_report(**fields: Any) -> SentReport:
    values: dict[str, Any] = {
        "form": ReportForm.INITIAL,
        "sent_at": NOON - HOUR,
        "channel": Channel.OFFICIAL_LETTER,
        "receiver": "A05",
        "document_number": "15/BC-TTCNTT",
    } | fields
    return SentReport("", **values)


def opened(state: store.State, **fields: Any) -> Incident:
    with state.write() as tx:
        return begin(tx, an_incident(**fields), by=AN, scope=SYSTEM, at=NOON)


def do(state: store.State, old: Incident, move: Move, **fields: Any) -> Incident:
    with state.write() as tx:
        return act(tx, old.id, a_wish(move, **fields), scope=SYSTEM, revision=old.revision)


def test_an_incident_goes_from_suspicion_to_its_end(state: store.State) -> None:
    one = do(state, opened(state), Move.CONFIRM, moment=NOON - HOUR)
    one = do(state, one, Move.CONTAIN, at=NOON + HOUR)
    one = do(state, one, Move.CLOSE, at=NOON + 3 * HOUR)
    assert (one.state, one.number, one.revision) == (State.CLOSED, 1, 4)
    assert (one.confirmed_at, one.contained_at) == (NOON - HOUR, NOON + HOUR)
    with state.read() as tx:
        assert tx.incidents.get(one.id, SYSTEM) == one
        assert [event.kind for event in tx.incidents.history(one.id, SYSTEM)] == ["open", "confirm", "contain", "close"]
        assert [entry.act for entry in tx.audit.page(SYSTEM)][:2] == ["incident.close", "incident.contain"]


def test_another_units_incident_does_not_exist(state: store.State) -> None:
    one = opened(state)
    with state.read() as tx:
        assert tx.incidents.all(ELSEWHERE) == tx.incidents.as_of(ELSEWHERE, NOON) == ()
        assert tx.incidents.history(one.id, ELSEWHERE) == ()
        with pytest.raises(NotFound):
            tx.incidents.get(one.id, ELSEWHERE)
    with pytest.raises(NotFound), state.write() as tx:
        act(tx, one.id, a_wish(Move.CONFIRM), scope=ELSEWHERE, revision=1)
    with pytest.raises(NotFound), state.write() as tx:
        begin(tx, an_incident("other"), by=AN, scope=ELSEWHERE, at=NOON)


def test_two_people_at_once_do_not_overwrite_each_other(state: store.State) -> None:
    one = opened(state)
    do(state, one, Move.CONFIRM)
    with pytest.raises(StaleRevision):
        do(state, one, Move.DISMISS)


def test_a_changed_t0_keeps_the_old_one_and_its_reason() -> None:
    first = an_incident().t0
    moved = decide(an_incident(), a_wish(Move.CHANGE_T0, moment=NOON - 5 * HOUR, reason="the mail was older"))
    assert moved.t0 == NOON - 5 * HOUR
    assert [(was.t0, was.reason, was.by) for was in moved.former_t0] == [(first, "the mail was older", "an")]


@pytest.mark.parametrize(
    ("move", "fields", "fault"),
    [
        (Move.CHANGE_T0, {"moment": NOON - HOUR, "reason": " "}, "reason"),
        (Move.CHANGE_T0, {"moment": NOON + HOUR}, "moment"),
        (Move.CHANGE_T0, {}, "moment"),
        (Move.CONFIRM, {"moment": NOON - 9 * HOUR}, "moment"),
        (Move.DISMISS, {"reason": ""}, "reason"),
        (Move.WAIVE, {"name": " "}, "name"),
        (Move.WAIVE, {"name": "Nguyễn Văn An", "reason": ""}, "reason"),
        (Move.REPORT, {}, "form"),
        (Move.REPORT, {"report": a_report(receiver="")}, "receiver"),
        (Move.REPORT, {"report": a_report(sent_at=NOON + HOUR)}, "sent_at"),
        (Move.REPORT, {"report": a_report(sent_at=NOON - 9 * HOUR)}, "sent_at"),
        (Move.REPORT, {"report": a_report(files=(SentFile("a.pdf", "xyz"),))}, "sha256"),
        (Move.RECEIPT, {"report_id": "7", "receipt": "25/CV"}, "report_id"),
        (Move.RECLASSIFY, {}, "severity"),
        (Move.DESCRIBE, {"title": " "}, "title"),
        (Move.DESCRIBE, {"personal_data_at": NOON + HOUR}, "personal_data_at"),
    ],
)
def test_what_is_missing_or_contradicts_is_named_by_its_field(move: Move, fields: dict[str, Any], fault: str) -> None:
    wish = a_wish(move, **fields)
    assert set(faults(an_incident(), wish)) == {fault}
    with pytest.raises(StateError, match=fault):
        decide(an_incident(), wish)


def test_a_report_proves_itself_until_it_is_withdrawn() -> None:
    sent = decide(an_incident(), a_wish(Move.REPORT, report=a_report()))
    sent = decide(sent, a_wish(Move.RECEIPT, report_id="1", receipt="công văn đến 25"))
    assert [(one.id, one.receipt, one.recorded_by) for one in sent.proofs] == [("1", "công văn đến 25", "an")]
    gone = decide(sent, a_wish(Move.WITHDRAW, report_id="1", reason="another incident's"))
    assert gone.proofs == ()
    assert gone.reports[0].withdrawn == "another incident's"


def test_a_worse_class_needs_a_new_decision_that_nothing_is_reported() -> None:
    waived = decide(an_incident(severity=Severity.LOW), a_wish(Move.WAIVE, name="Trần Thị Bình"))
    assert waived.waiver is not None
    assert decide(waived, a_wish(Move.RECLASSIFY, category=Category.MALWARE)).waiver == waived.waiver
    assert decide(waived, a_wish(Move.RECLASSIFY, severity=Severity.HIGH)).waiver is None


def test_personal_data_may_be_found_and_taken_back() -> None:
    found = decide(an_incident(), a_wish(Move.DESCRIBE, personal_data_at=NOON - HOUR))
    assert found.personal_data_at == NOON - HOUR
    assert decide(found, a_wish(Move.DESCRIBE, no_personal_data=True)).personal_data_at is None


@pytest.mark.parametrize("state_now", list(State))
@pytest.mark.parametrize("move", list(Move))
def test_a_move_that_is_not_in_the_table_changes_nothing(state_now: State, move: Move) -> None:
    if move in MOVES[state_now]:
        assert move in legal_moves(state_now)
        return
    with pytest.raises(IllegalMove) as caught:
        decide(an_incident(state=state_now), a_wish(move))
    assert caught.value.legal == legal_moves(state_now)


def _wishes(at: datetime) -> list[Wish]:
    """One legal wish of each move, at that moment."""
    return [
        a_wish(move, at=at, report=a_report(sent_at=at), name="An", moment=at if move is Move.CHANGE_T0 else None)
        for move in Move
        if move not in (Move.RECEIPT, Move.WITHDRAW)
    ]


@given(st.lists(st.integers(0, 11), max_size=12))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_history_replayed_is_the_incident_at_every_moment(choices: list[int]) -> None:
    """Without the store: what `changes` writes, put together again, is what `decide` made."""
    from soc.state.incidents import _record, changes

    one = an_incident(t0=NOON)
    known = _record(one)
    for number, choice in enumerate(choices):
        wish = _wishes(NOON + number * HOUR)[choice]
        if wish.move not in MOVES[one.state] or faults(one, wish):
            continue
        changed = decide(one, wish)
        known |= changes(one, changed)[1]
        one = changed
        assert known == _record(one)
        assert one.state in State
        assert (one.state is State.CLOSED) <= (one.contained_at is not None)


def test_past_knowledge_can_be_read_again(state: store.State) -> None:
    one = opened(state)
    do(state, one, Move.CONFIRM, at=NOON + HOUR)
    with state.read() as tx:
        (before,) = tx.incidents.as_of(SYSTEM, NOON)
        (after,) = tx.incidents.as_of(SYSTEM, NOON + HOUR)
        assert (before, after) == (one, tx.incidents.get(one.id, SYSTEM))
        assert tx.incidents.as_of(SYSTEM, NOON - HOUR) == ()
