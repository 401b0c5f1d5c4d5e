"""The second factor, and the steps of signing in that ask for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from soc.access import ROOT, SYSTEM, Grant, RoleOfPerson
from soc.errors import SignInRefused, StateError
from soc.state import signin
from soc.state.factors import Proof, address_of
from soc.state.signin import Caller
from soc.state.store import State
from soc.state.tables.people import LinkPurpose, SessionStage
from tests.builders import NOON

pytestmark = pytest.mark.usefixtures("cheap_passwords")

INSIDE = Caller("10.0.0.9", "Firefox", NOON)
OUTSIDE = replace(INSIDE, address="203.0.113.9")
GOOD = "trời mưa bong bóng"


def a_person(state: State, account: str, *roles: RoleOfPerson) -> None:
    hashed = state.passwords.hash(GOOD)
    with state.write() as tx:
        tx.people.create(account, "Nguyễn An", at=NOON, password=hashed)
        for role in roles:
            tx.people.give(account, Grant(role, ROOT, NOON.date()), by="test", at=NOON)


def enrolled(state: State, account: str) -> tuple[str, tuple[str, ...]]:
    """The secret and the paper codes; enrolled long ago."""
    then = NOON - timedelta(days=1)
    with state.write() as tx:
        secret = tx.factors.begin(account, at=then)
        codes = tx.factors.confirm(account, pyotp.TOTP(secret).at(then), at=then)
    assert codes is not None
    return secret, codes


def stage(state: State, token: str, at: Caller = INSIDE) -> SessionStage:
    with state.read() as tx:
        session = tx.sessions.find(token, at.at)
    assert session is not None
    return session.stage


def test_codes_are_those_of_rfc_6238(state: State) -> None:
    a_person(state, "an")
    secret, _ = enrolled(state, "an")

    assert address_of("an", secret).startswith("otpauth://totp/Provincial%20SOC:an?secret=")
    assert pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits=8).at(59) == "94287082"


@pytest.mark.parametrize(("off", "proof"), [(-60, None), (-30, Proof.PHONE), (30, Proof.PHONE), (60, None)])
def test_one_step_either_side_is_accepted(state: State, off: int, proof: Proof | None) -> None:
    a_person(state, "an")
    secret, _ = enrolled(state, "an")
    code = pyotp.TOTP(secret).at(NOON + timedelta(seconds=off))

    with state.write() as tx:
        assert tx.factors.check("an", code, at=NOON) is proof


def test_a_code_works_once_and_so_does_every_older_one(state: State) -> None:
    a_person(state, "an")
    secret, _ = enrolled(state, "an")
    totp = pyotp.TOTP(secret)

    with state.write() as tx:
        assert tx.factors.check("an", totp.at(NOON), at=NOON) is Proof.PHONE
        assert tx.factors.check("an", totp.at(NOON), at=NOON) is None
        assert tx.factors.check("an", totp.at(NOON - timedelta(seconds=30)), at=NOON) is None
        assert tx.factors.check("an", totp.at(NOON + timedelta(seconds=30)), at=NOON) is Proof.PHONE


def test_the_first_code_is_used_up_by_enrolling(state: State) -> None:
    a_person(state, "an")
    with state.write() as tx:
        secret = tx.factors.begin("an", at=NOON)
        code = pyotp.TOTP(secret).at(NOON)
        assert tx.factors.of("an") is None
        assert tx.factors.confirm("an", "000000", at=NOON) is None
        assert tx.factors.confirm("an", code, at=NOON) is not None
        assert tx.factors.check("an", code, at=NOON) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "''OR 1=1"])
def test_nonsense_is_no_code(state: State, typed: str) -> None:
    a_person(state, "an")
    enrolled(state, "an")
    with state.write() as tx:
        assert tx.factors.check("an", typed, at=NOON) is None


def test_ten_paper_codes_work_once_each_and_for_their_owner_alone(state: State) -> None:
    a_person(state, "an")
    a_person(state, "binh")
    _, codes = enrolled(state, "an")
    enrolled(state, "binh")

    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 16 for code in codes)
    with state.write() as tx:
        assert tx.factors.check("binh", codes[0], at=NOON) is None
        assert tx.factors.check("an", codes[0].lower().replace("-", " "), at=NOON) is Proof.PAPER
        assert tx.factors.check("an", codes[0], at=NOON) is None
        assert tx.factors.of("an").codes_left == 9  # type: ignore[union-attr]
        tx.factors.new_codes("an")
        assert tx.factors.check("an", codes[1], at=NOON) is None


def test_a_new_phone_counts_only_once_its_first_code_was_typed(state: State) -> None:
    a_person(state, "an")
    old, _ = enrolled(state, "an")
    with state.write() as tx:
        new = tx.factors.begin("an", at=NOON)
        assert tx.factors.check("an", pyotp.TOTP(new).at(NOON), at=NOON) is None
        assert tx.factors.check("an", pyotp.TOTP(old).at(NOON), at=NOON) is Proof.PHONE


def test_neither_secret_nor_code_lies_in_the_database(state: State) -> None:
    a_person(state, "an")
    secret, codes = enrolled(state, "an")
    state.close()
    raw = b"".join(path.read_bytes() for path in state.path.parent.glob("state.db*"))

    assert secret.encode() not in raw
    assert not any(code.encode() in raw or code.replace("-", "").encode() in raw for code in codes)


def test_with_another_master_key_nothing_opens(state: State) -> None:
    a_person(state, "an")
    enrolled(state, "an")
    (state.path.parent / "keys" / "master.key").write_bytes(b"x" * 32)
    state.access.ring.cache_clear()  # type: ignore[attr-defined]

    with pytest.raises(StateError, match="does not open"), state.write() as tx:
        tx.factors.check("an", "123456", at=NOON)


@pytest.mark.parametrize(
    ("roles", "caller", "wanted"),
    [
        ([RoleOfPerson.LEADER], INSIDE, SessionStage.OPEN),
        ([RoleOfPerson.LEADER], OUTSIDE, SessionStage.ENROL),
        ([RoleOfPerson.UNIT_CONTACT], replace(INSIDE, address="not an address"), SessionStage.ENROL),
        ([RoleOfPerson.ANALYST, RoleOfPerson.SHIFT_LEAD], INSIDE, SessionStage.OPEN),
        ([RoleOfPerson.ANALYST], OUTSIDE, SessionStage.ENROL),
        ([RoleOfPerson.AUDITOR], replace(INSIDE, at=NOON + timedelta(days=8)), SessionStage.OPEN),
        ([RoleOfPerson.ADMIN], INSIDE, SessionStage.ENROL),
    ],
)
def test_who_must_have_a_second_factor_at_once(
    state: State, roles: list[RoleOfPerson], caller: Caller, wanted: SessionStage
) -> None:
    a_person(state, "an", *roles)

    assert stage(state, signin.sign_in(state, "an", GOOD, caller), caller) is wanted


def test_the_grace_ends_after_seven_days(state: State) -> None:
    a_person(state, "an", RoleOfPerson.ANALYST)
    assert stage(state, signin.sign_in(state, "an", GOOD, INSIDE)) is SessionStage.OPEN
    later = replace(INSIDE, at=NOON + timedelta(days=7))

    assert stage(state, signin.sign_in(state, "an", GOOD, later), later) is SessionStage.ENROL


@pytest.mark.parametrize("way", ["password", "link", "reset"])
def test_no_administrator_gets_past_the_door_without_a_second_factor(state: State, way: str) -> None:
    a_person(state, "an", RoleOfPerson.ADMIN)
    with state.write() as tx:
        purpose = LinkPurpose.RESET if way == "reset" else LinkPurpose.ENTER
        link = tx.links.make(at=NOON, account="an", purpose=purpose)
    ways = {
        "password": lambda: signin.sign_in(state, "an", GOOD, INSIDE),
        "link": lambda: signin.enter(state, link, INSIDE),
        "reset": lambda: signin.reset(state, link, "mười hai con ngựa trắng", INSIDE),
    }

    assert stage(state, ways[way]()) is SessionStage.ENROL


def test_after_the_code_the_session_has_a_new_id(state: State) -> None:
    a_person(state, "an", RoleOfPerson.ADMIN)
    secret, _ = enrolled(state, "an")
    waiting = signin.sign_in(state, "an", GOOD, INSIDE)
    assert stage(state, waiting) is SessionStage.FACTOR

    token = signin.prove(state, waiting, pyotp.TOTP(secret).at(NOON), INSIDE)

    with state.read() as tx:
        assert tx.sessions.find(waiting, NOON) is None
        session = tx.sessions.find(token, NOON)
    assert session is not None
    assert session.open
    assert session.proved(NOON + timedelta(minutes=9))
    assert not session.proved(NOON + timedelta(minutes=10))


def test_wrong_codes_count_like_wrong_passwords(state: State) -> None:
    a_person(state, "an", RoleOfPerson.ADMIN)
    enrolled(state, "an")
    waiting = signin.sign_in(state, "an", GOOD, INSIDE)
    for _ in range(5):
        with pytest.raises(SignInRefused, match="wrong"):
            signin.prove(state, waiting, "000000", INSIDE)

    with pytest.raises(SignInRefused, match="again in 60 s"):
        signin.prove(state, waiting, "000000", INSIDE)


def test_every_use_of_a_paper_code_is_told_and_written_down(state: State) -> None:
    a_person(state, "an", RoleOfPerson.ADMIN)
    _, codes = enrolled(state, "an")
    signin.prove(state, signin.sign_in(state, "an", GOOD, INSIDE), codes[3], INSIDE)

    with state.read() as tx:
        (told,) = tx.care.notices("an", unread=True)
        assert (told.kind, told.told["left"]) == ("recovery_code", 9)
        assert tx.audit.page(SYSTEM)[0].after == {"proof": "paper"}


def test_a_new_place_is_told_once(state: State) -> None:
    a_person(state, "an", RoleOfPerson.LEADER)
    for address in ("10.0.0.9", "10.0.0.77", "192.168.5.1", "192.168.5.2"):
        signin.sign_in(state, "an", GOOD, replace(INSIDE, address=address))

    with state.read() as tx:
        assert [one.told["address"] for one in tx.care.notices("an")] == ["192.168.5.1"]
        assert len(tx.care.sign_ins("an")) == 4


def test_a_changed_password_ends_all_other_sessions(state: State) -> None:
    a_person(state, "an", RoleOfPerson.LEADER)
    other, mine = (signin.sign_in(state, "an", GOOD, INSIDE) for _ in range(2))

    with pytest.raises(SignInRefused):
        signin.change_password(state, mine, "wrong", "mười hai con ngựa trắng", INSIDE)
    with pytest.raises(StateError, match="contains 'Nghệ An'"):
        signin.change_password(state, mine, GOOD, "trăng sáng nghệ an", INSIDE, names=("Nghệ An",))
    renewed = signin.change_password(state, mine, GOOD, "mười hai con ngựa trắng", INSIDE)

    with state.read() as tx:
        assert tx.sessions.find(other, NOON) is None
        assert tx.sessions.find(mine, NOON) is None
        assert tx.sessions.find(renewed, NOON) is not None


def test_a_password_grows_old_only_where_rules_say_so(state: State) -> None:
    a_person(state, "an", RoleOfPerson.LEADER)
    with state.write() as tx:
        tx.care.put("an", password_at=NOON - timedelta(days=91))
    assert stage(state, signin.sign_in(state, "an", GOOD, INSIDE)) is SessionStage.OPEN
    state.use(replace(state.access.policy, password_days=90))

    token = signin.sign_in(state, "an", GOOD, INSIDE)
    assert stage(state, token) is SessionStage.PASSWORD

    assert stage(state, signin.change_password(state, token, GOOD, "mười hai con ngựa trắng", INSIDE)) is (
        SessionStage.OPEN
    )
