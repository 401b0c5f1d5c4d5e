"""What people say of entities: dated, never changed, within the scope."""

from __future__ import annotations

from datetime import timedelta

import pytest

from soc.access import SYSTEM, Scope
from soc.entity import EntityKind
from soc.errors import StateError
from soc.state.entity_facts import FactName, in_force, notes_at
from soc.state.store import State
from tests.builders import NOON, an_alert

DAY = timedelta(days=1)
HOST = EntityKind.HOST


def say(state: State, name: FactName, text: str, days: int = 0, **more: object) -> None:
    with state.write() as tx:
        given = {"by": "an", "unit": "so_y_te", "at": NOON + days * DAY} | more
        tx.entities.add(HOST, "DC01", name, text, **given)  # type: ignore[arg-type]


def test_a_new_owner_replaces_and_the_old_one_stays_readable(state: State) -> None:
    say(state, FactName.OWNER, "Phòng CNTT")
    say(state, FactName.OWNER, "Trung tâm CNTT", 2)

    with state.read() as tx:
        facts = tx.entities.facts(HOST, "dc01", SYSTEM)
    assert in_force(facts, NOON + DAY)[FactName.OWNER].text == "Phòng CNTT"
    assert in_force(facts, NOON + 3 * DAY)[FactName.OWNER].text == "Trung tâm CNTT"
    assert in_force(facts, NOON - DAY) == {}
    assert [fact.text for fact in facts] == ["Trung tâm CNTT", "Phòng CNTT"]


def test_an_empty_text_takes_a_statement_back(state: State) -> None:
    say(state, FactName.LEVEL, "4")
    say(state, FactName.LEVEL, "", 1)

    with state.read() as tx:
        facts = tx.entities.facts(HOST, "DC01", SYSTEM)
    assert in_force(facts, NOON + 2 * DAY) == {}


def test_a_note_ends_by_itself(state: State) -> None:
    say(state, FactName.NOTE, "đang bảo trì", until=NOON + DAY)

    with state.read() as tx:
        facts = tx.entities.facts(HOST, "DC01", SYSTEM)
    assert [note.text for note in notes_at(facts, NOON)] == ["đang bảo trì"]
    assert notes_at(facts, NOON + DAY) == ()


def test_another_unit_sees_nothing(state: State) -> None:
    say(state, FactName.NOTE, "kín")

    with state.read() as tx:
        assert tx.entities.facts(HOST, "DC01", Scope(frozenset({"so-tai-chinh"}))) == ()


@pytest.mark.parametrize(
    "name, text, until",
    [
        (FactName.LEVEL, "6", None),
        (FactName.CRITICALITY, "huge", None),
        (FactName.NOTE, "  ", None),
        (FactName.NOTE, "x" * 2_001, None),
        (FactName.NOTE, "late", NOON - DAY),
    ],
)
def test_what_cannot_be_said_is_refused(state: State, name: FactName, text: str, until: object) -> None:
    with pytest.raises(StateError) as caught:
        say(state, name, text, until=until)
    assert caught.value.code == "SOC-1620"


def test_entities_are_found_without_marks_and_case_in_the_scope(state: State) -> None:
    with state.write() as tx:
        tx.alerts.insert(
            [an_alert(f"a{n}", entities=(("user.name", "Nguyễn.Hải"), ("host.name", f"pc{n}"))) for n in range(3)],
            at=NOON,
        )

    with state.read() as tx:
        found = tx.entities.search("nguyen.hai", SYSTEM)
        nothing = tx.entities.search("nguyen.hai", Scope(frozenset({"elsewhere"})))
        hosts = tx.entities.search("pc", SYSTEM, limit=2)
        assert tx.entities.alerts(EntityKind.USER, "NGUYỄN.HẢI", SYSTEM) == 3
        assert tx.entities.search("  ", SYSTEM) == ()
    assert [(one.kind, one.value, one.alerts) for one in found] == [(EntityKind.USER, "Nguyễn.Hải", 3)]
    assert nothing == ()
    assert len(hosts) == 2
