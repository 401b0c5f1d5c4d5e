from __future__ import annotations

import threading
import unicodedata

import pytest
from argon2 import PasswordHasher

from soc.errors import SignInRefused, StateError
from soc.state.passwords import AT_ONCE, WAITING, Passwords, check_password

GOOD = "trời mưa bong bóng"


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


def test_a_phone_that_sends_other_forms_of_letters_signs_in_too(passwords: Passwords) -> None:
    hashed = passwords.hash(unicodedata.normalize("NFD", GOOD))
    assert passwords.verify(hashed, unicodedata.normalize("NFC", GOOD))
    assert not passwords.verify(hashed, GOOD + "!")
    assert not passwords.is_old(hashed)


def test_the_cost_is_the_one_that_was_chosen(passwords: Passwords) -> None:
    assert passwords.hash(GOOD).startswith("$argon2id$v=19$m=47104,t=1,p=1$")


def test_nobody_gets_in_without_a_password(passwords: Passwords) -> None:
    assert not passwords.verify(None, "nobody has this password")
    assert not passwords.verify("no hash at all", GOOD)


def test_a_weaker_hash_is_told_apart(passwords: Passwords) -> None:
    assert passwords.is_old(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD))


def test_a_queue_that_is_full_says_so() -> None:
    passwords = Passwords()
    taken = threading.BoundedSemaphore(AT_ONCE + WAITING)
    while taken.acquire(blocking=False):
        passwords._places.acquire(blocking=False)
    with pytest.raises(SignInRefused, match="too many") as caught:
        passwords.hash(GOOD)
    assert (caught.value.code, caught.value.wait) == ("SOC-1703", 5)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("ngắn quá", "8 characters"),
        ("x" * 129, "129 characters"),
        ("Matkhau123456", "tried first"),
        ("abcabcabcabc", "tried first"),
        ("tôi là NGUYỄN đây mà", "contains 'Nguyễn'"),
        ("an.nguyen-2026!", "contains 'an.nguyen'"),
    ],
)
def test_what_others_try_first_is_refused(password: str, says: str) -> None:
    with pytest.raises(StateError, match=says) as caught:
        check_password(password, account="an.nguyen", names=("Nguyễn", "An"))
    assert caught.value.code == "SOC-1704"


def test_several_words_are_fine() -> None:
    check_password(GOOD, account="an.nguyen", names=("Nguyễn", "An"))


def test_the_list_is_what_its_maker_makes() -> None:
    from soc.state.passwords import COMMON_FILE, SHORTEST, common_passwords
    from tools.common_passwords import COUNT, TARGET, text

    assert TARGET.name == COMMON_FILE
    assert TARGET.read_text("utf-8") == text()
    assert len(common_passwords()) == COUNT
    assert min(map(len, common_passwords())) >= SHORTEST


@pytest.mark.parametrize(
    "password", ["Mật Khẩu 123456", "P@ssw0rd2026", "Quản trị@123456", "qwertyuiop123", "hà nội hà nội"]
)
def test_words_that_everybody_thinks_of_are_refused_in_any_spelling(password: str) -> None:
    with pytest.raises(StateError, match="tried first"):
        check_password(password, account="x")


def test_names_of_bodies_are_refused_with_and_without_blanks() -> None:
    for password in ("ở sở tài chính tỉnh", "SoTaiChinh-vuive"):
        with pytest.raises(StateError, match="contains 'Sở Tài chính'"):
            check_password(password, account="x", names=("Sở Tài chính",))


def test_composition_is_asked_for_only_where_rules_say_so() -> None:
    check_password(GOOD, account="x")
    check_password("Trời mưa 12 bong bóng!", account="x", composition=True)
    with pytest.raises(StateError, match="all asked for"):
        check_password(GOOD, account="x", composition=True)


def test_an_unknown_account_costs_as_much_as_a_known_one(passwords: Passwords) -> None:
    """Compared by the median of processor time, in turns, so that a busy machine slows both alike."""
    import time
    from statistics import median

    hashed = passwords.hash(GOOD)
    spent: dict[str | None, list[float]] = {hashed: [], None: []}
    for _ in range(15):
        for known in spent:
            start = time.process_time()
            passwords.verify(known, "wrong wrong wrong")
            spent[known].append(time.process_time() - start)

    known_cost, unknown_cost = (median(some) for some in spent.values())
    assert abs(known_cost - unknown_cost) / known_cost < 0.1
