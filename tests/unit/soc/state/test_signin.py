from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from soc.access import ROOT, SYSTEM, Grant, Right, RoleOfPerson
from soc.errors import SignInRefused, StateError
from soc.state import passwords
from soc.state.rights import rights_of
from soc.state.sessions import IDLE
from soc.state.signin import Caller, enter, set_up, sign_in, sign_out
from soc.state.store import State
from soc.state.tables.people import PersonState
from soc.unit import Unit, UnitTree
from tests.builders import NOON

pytestmark = pytest.mark.usefixtures("cheap_passwords")

DEMO = (RoleOfPerson.ANALYST, RoleOfPerson.SHIFT_LEAD)
HERE = Caller("10.0.0.9", "Firefox", NOON)
GOOD = "trời mưa bong bóng"
TREE = UnitTree([Unit("tinh", "Tỉnh"), Unit("so_y_te", "Sở Y tế", parent="tinh"), Unit("so_noi_vu", "Sở Nội vụ")])


def later(**time: float) -> Caller:
    return replace(HERE, at=NOON + timedelta(**time))


@pytest.fixture
def token(state: State) -> str:
    with state.write() as tx:
        return tx.links.make(at=NOON)


def test_the_first_person_comes_by_a_link_and_may_do_what_is_needed(state: State, token: str) -> None:
    cookie = set_up(state, token, "An", "Nguyễn An", GOOD, HERE)
    with state.read() as tx:
        session = tx.sessions.find(cookie, NOON)
        acts = [entry.act for entry in tx.audit.page(SYSTEM)]
    assert session is not None
    assert {grant.role for grant in session.grants} == {
        *(RoleOfPerson.ADMIN, RoleOfPerson.SHIFT_LEAD, RoleOfPerson.ANALYST)
    }
    assert acts == ["set_up", "grant.give", "grant.give", "grant.give"]


@pytest.mark.parametrize("wait", [0, 16])
def test_a_link_works_once_and_for_fifteen_minutes(state: State, token: str, wait: int) -> None:
    if not wait:
        set_up(state, token, "an", "An", GOOD, HERE)
    with pytest.raises(SignInRefused, match="not valid") as caught:
        set_up(state, token, "binh", "Bình", GOOD, later(minutes=wait))
    assert caught.value.code == "SOC-1707"
    with state.read() as tx:
        assert tx.people.any() is not bool(wait)


def test_a_refused_password_does_not_use_up_the_link(state: State, token: str) -> None:
    with pytest.raises(StateError, match="8 characters"):
        set_up(state, token, "an", "An", "too thin", HERE)
    assert set_up(state, token, "an", "An", GOOD, HERE)


def test_looking_at_a_link_changes_nothing(state: State, token: str) -> None:
    with state.read() as tx:
        assert tx.links.look(token, NOON) == tx.links.look(token, NOON)
        assert tx.links.look(token, NOON).account is None


def test_a_link_of_the_demo_signs_its_person_in(state: State) -> None:
    with state.write() as tx:
        tx.people.create("demo", "Người xem", at=NOON)
        link = tx.links.make(at=NOON, account="demo", roles=DEMO)
        anybody = tx.links.make(at=NOON)
    cookie = enter(state, link, HERE)
    with state.read() as tx:
        assert tx.sessions.find(cookie, NOON).name == "Người xem"  # type: ignore[union-attr]
    with pytest.raises(SignInRefused):
        enter(state, link, HERE)
    with pytest.raises(SignInRefused, match="makes a new account"):
        enter(state, anybody, HERE)


def test_a_link_of_somebody_who_left_opens_nothing(state: State) -> None:
    with state.write() as tx:
        tx.people.create("demo", "Demo", at=NOON)
        tx.people.set_state("demo", PersonState.DISABLED)
        link = tx.links.make(at=NOON, account="demo")
    with pytest.raises(SignInRefused, match="wrong"):
        enter(state, link, HERE)


def test_wrong_account_and_wrong_password_sound_the_same(state: State, token: str) -> None:
    set_up(state, token, "an", "An", GOOD, HERE)
    texts = set()
    for account, password in (("an", "wrong"), ("nobody", GOOD), ("ngã", GOOD)):
        with pytest.raises(SignInRefused) as caught:
            sign_in(state, account, password, HERE)
        texts.add((caught.value.message, caught.value.code, caught.value.wait))
    assert texts == {("account or password is wrong", "SOC-1701", None)}
    with state.read() as tx:
        assert [entry.result for entry in tx.audit.page(SYSTEM, limit=3)] == ["denied"] * 3


def test_after_five_failures_even_the_right_password_waits(state: State, token: str) -> None:
    set_up(state, token, "an", "An", GOOD, HERE)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            sign_in(state, "an", "wrong", HERE)
    with pytest.raises(SignInRefused, match="again in 60 s") as caught:
        sign_in(state, "an", GOOD, HERE)
    assert (caught.value.code, caught.value.wait) == ("SOC-1702", 60)
    assert sign_in(state, "an", GOOD, later(minutes=1))


def test_an_old_hash_is_renewed_while_the_password_is_at_hand(state: State, token: str) -> None:
    from argon2 import PasswordHasher

    set_up(state, token, "an", "An", GOOD, HERE)
    with state.write() as tx:
        tx.people.set_password("an", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD))
    sign_in(state, "an", GOOD, HERE)
    with state.read() as tx:
        assert f"m={passwords.MEMORY_KIB}" in (tx.people.password_of("an") or "")


def test_signing_out_ends_the_session(state: State, token: str) -> None:
    cookie = set_up(state, token, "an", "An", GOOD, HERE)
    sign_out(state, cookie, HERE)
    sign_out(state, cookie, HERE)
    with state.read() as tx:
        assert tx.sessions.find(cookie, NOON) is None
        assert tx.audit.page(SYSTEM)[0].act == "sign_out"


def test_a_session_ends_by_idleness_and_by_age(state: State, token: str) -> None:
    set_up(state, token, "an", "An", GOOD, HERE)
    with state.write() as tx:
        cookie = tx.sessions.start("an", at=NOON)
        assert tx.sessions.find(cookie, NOON + IDLE) is None
        for minutes in range(20, 720, 20):
            tx.sessions.touch(cookie, NOON + timedelta(minutes=minutes))
        assert tx.sessions.find(cookie, NOON + timedelta(minutes=719)) is not None
        assert tx.sessions.find(cookie, NOON + timedelta(minutes=720)) is None


def test_a_sixth_session_ends_the_oldest(state: State, token: str) -> None:
    first = set_up(state, token, "an", "An", GOOD, HERE)
    with state.write() as tx:
        others = [tx.sessions.start("an", at=NOON + timedelta(minutes=n)) for n in range(1, 6)]
        assert tx.sessions.find(first, NOON + timedelta(minutes=6)) is None
        alive = tx.sessions.of("an", NOON + timedelta(minutes=6))
        assert len(alive) == 5
        assert tx.sessions.end_handle("an", alive[-1].handle) == 1
        assert tx.sessions.end_handle("binh", alive[0].handle) == 0
        assert tx.sessions.end_all("an", but=others[-1]) == 3
        assert tx.sessions.find(others[-1], NOON + timedelta(minutes=6)) is not None
        assert tx.sessions.end_all("an") == 1


def test_no_token_is_stored_in_the_clear(state: State, token: str) -> None:
    cookie = set_up(state, token, "an", "An", GOOD, HERE)
    state.close()
    raw = _bytes(state)
    for secret in (token, cookie, GOOD):
        assert secret.encode() not in raw


def test_rights_add_up_and_are_bound_to_subtrees_and_days() -> None:
    day = date(2026, 11, 24)
    grants = [
        Grant(RoleOfPerson.ANALYST, "tinh", day),
        Grant(RoleOfPerson.UNIT_CONTACT, "so_noi_vu", day),
        Grant(RoleOfPerson.ADMIN, ROOT, day, day),
    ]
    rights = rights_of(grants, day, TREE)
    assert rights[Right.TRIAGE].units == frozenset({"tinh", "so_y_te"})
    assert rights[Right.READ_EVENTS].units == frozenset({"tinh", "so_y_te", "so_noi_vu"})
    assert rights[Right.MANAGE_ACCESS].units is None
    assert Right.APPROVE_RULES not in rights
    assert Right.MANAGE_ACCESS not in rights_of(grants, day + timedelta(days=1), TREE)
    assert rights_of([], day, TREE) == {}


def _bytes(state: State) -> bytes:
    return b"".join(path.read_bytes() for path in state.path.parent.glob("state.db*"))
