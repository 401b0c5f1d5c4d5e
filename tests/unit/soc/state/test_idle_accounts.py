"""Accounts that nobody uses."""

from __future__ import annotations

from datetime import timedelta

from soc.access import SYSTEM
from soc.state.idle_accounts import IdleAccounts, disable_idle
from soc.state.store import State
from soc.state.tables.people import PersonState
from tests.builders import NOON

NOTHING = IdleAccounts((), (), ())


def days(count: int) -> timedelta:
    return timedelta(days=count)


def test_an_account_is_warned_once_and_then_disabled_with_all_its_sessions(state: State) -> None:
    with state.write() as tx:
        tx.people.create("an", "An", at=NOON)
        tx.people.create("busy", "Bình", at=NOON)
        tx.people.signed_in("busy", NOON + days(30))

    assert disable_idle(state, NOON + days(37)) == NOTHING
    assert disable_idle(state, NOON + days(38)).warned == ("an",)
    assert disable_idle(state, NOON + days(44)) == NOTHING
    with state.write() as tx:
        token = tx.sessions.start("an", at=NOON + days(45))
    assert disable_idle(state, NOON + days(45)).disabled == ("an",)
    assert disable_idle(state, NOON + days(46)) == NOTHING

    with state.read() as tx:
        assert tx.people.get("an").state is PersonState.DISABLED
        assert tx.sessions.find(token, NOON + days(45)) is None
        assert [entry.act for entry in tx.audit.page(SYSTEM)] == ["person.idle", "person.idle_warning"]
        assert [one.kind for one in tx.care.notices("an")] == ["idle"]


def test_a_sealed_account_is_listed_and_left_alone(state: State) -> None:
    with state.write() as tx:
        tx.people.create("sealed", "Niêm phong", at=NOON)
        tx.care.put("sealed", break_glass=True)

    assert disable_idle(state, NOON + days(400)) == IdleAccounts((), (), ("sealed",))


def test_letting_an_account_in_again_begins_the_days_anew(state: State) -> None:
    with state.write() as tx:
        tx.people.create("an", "An", at=NOON)
    disable_idle(state, NOON + days(45))
    with state.write() as tx:
        tx.people.set_state("an", PersonState.ACTIVE)
        tx.care.put("an", let_in_at=NOON + days(50))

    assert disable_idle(state, NOON + days(51)) == NOTHING
    assert disable_idle(state, NOON + days(95)).disabled == ("an",)


def test_all_accounts_idle_for_45_days_are_disabled_in_one_run(state: State) -> None:
    with state.write() as tx:
        for number in range(60):
            tx.people.create(f"p{number:02}", "Người", at=NOON - days(number))

    found = disable_idle(state, NOON)

    assert len(found.disabled) == 15
    assert len(found.warned) == 7
