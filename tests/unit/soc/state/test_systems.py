from __future__ import annotations

from datetime import date, timedelta

import pytest

from soc.access import SYSTEM, Scope
from soc.errors import NotFound, StateError
from soc.state.store import State
from tests.builders import NOON, a_system

ELSEWHERE = Scope(frozenset({"so_tai_chinh"}))
DAY = date(2026, 9, 1)


def test_a_change_ends_the_record_and_the_past_stays(state: State) -> None:
    with state.write() as tx:
        tx.systems.add(a_system())
        tx.systems.change("ht-1", SYSTEM, at=NOON + timedelta(days=1), level=4)
    with state.read() as tx:
        assert [one.level for one in tx.systems.versions("ht-1", SYSTEM)] == [3, 4]
        assert [one.level for one in tx.systems.all(SYSTEM, at=NOON)] == [3]
        assert [one.level for one in tx.systems.all(SYSTEM)] == [4]
        assert tx.systems.all(SYSTEM, at=NOON - timedelta(days=1)) == ()


def test_an_id_is_given_once(state: State) -> None:
    with state.write() as tx:
        tx.systems.add(a_system())
    with pytest.raises(StateError, match="already"), state.write() as tx:
        tx.systems.add(a_system(unit="so_tai_chinh"))


def test_another_units_system_does_not_exist(state: State) -> None:
    with state.write() as tx:
        tx.systems.add(a_system())
        tx.systems.expect(a_system(), "fw-1", since=DAY, by="an", at=NOON)
    with state.read() as tx:
        assert not tx.systems.all(ELSEWHERE)
        assert not tx.systems.expected(ELSEWHERE)
        assert not tx.systems.versions("ht-1", ELSEWHERE)
        (owed,) = tx.systems.expected(SYSTEM)
    for act in (lambda: tx.systems.get("ht-1", ELSEWHERE), lambda: tx.systems.owes(owed.id, ELSEWHERE)):
        with pytest.raises(NotFound), state.read() as tx:
            act()


def test_a_source_counts_until_a_second_person_agrees_that_it_does_not(state: State) -> None:
    gone = date(2026, 11, 1)
    with state.write() as tx:
        tx.systems.add(a_system())
        tx.systems.expect(a_system(), "fw-1", since=DAY, by="an", at=NOON)
        (owed,) = tx.systems.expected(SYSTEM, system_id="ht-1")
        tx.systems.ask_removal(owed.id, SYSTEM, since=gone, reason="replaced", by="an", at=NOON)
        assert tx.systems.owes(owed.id, SYSTEM).expected_on(gone)
        with pytest.raises(StateError, match="second person"):
            tx.systems.approve_removal(owed.id, SYSTEM, by="an", at=NOON)
        tx.systems.approve_removal(owed.id, SYSTEM, by="binh", at=NOON)
        after = tx.systems.owes(owed.id, SYSTEM)
    days = {DAY - timedelta(days=1): False, DAY: True, gone - timedelta(days=1): True, gone: False}
    assert {day: after.expected_on(day) for day in days} == days
    assert after.removal is not None
    assert (after.removal.asked_by, after.removal.approved_by) == ("an", "binh")


def test_a_refused_wish_leaves_the_source_as_it_was(state: State) -> None:
    with state.write() as tx:
        tx.systems.add(a_system())
        tx.systems.expect(a_system(), "fw-1", since=DAY, by="an", at=NOON)
        (before,) = tx.systems.expected(SYSTEM)
        tx.systems.ask_removal(before.id, SYSTEM, since=DAY, reason="replaced", by="an", at=NOON)
        tx.systems.refuse_removal(before.id, SYSTEM)
        assert tx.systems.expected(SYSTEM) == (before,)
        with pytest.raises(StateError, match="waits"):
            tx.systems.approve_removal(before.id, SYSTEM, by="binh", at=NOON)


def test_a_source_is_owed_once_and_again_after_it_was_gone(state: State) -> None:
    with state.write() as tx:
        tx.systems.add(a_system())
        tx.systems.expect(a_system(), "fw-1", since=DAY, by="an", at=NOON)
        with pytest.raises(StateError, match="already"):
            tx.systems.expect(a_system(), "fw-1", since=DAY, by="an", at=NOON)
        (owed,) = tx.systems.expected(SYSTEM)
        tx.systems.ask_removal(owed.id, SYSTEM, since=DAY, reason="replaced", by="an", at=NOON)
        tx.systems.approve_removal(owed.id, SYSTEM, by="binh", at=NOON)
        tx.systems.expect(a_system(), "fw-1", since=DAY + timedelta(days=9), by="an", at=NOON)
        assert len(tx.systems.expected(SYSTEM)) == 2


def test_what_a_system_owes_goes_to_its_new_unit(state: State) -> None:
    with state.write() as tx:
        tx.systems.add(a_system())
        tx.systems.expect(a_system(), "fw-1", since=DAY, by="an", at=NOON)
        tx.systems.change("ht-1", SYSTEM, at=NOON + timedelta(days=1), unit="so_tai_chinh")
        assert [one.unit for one in tx.systems.expected(ELSEWHERE)] == ["so_tai_chinh"]
