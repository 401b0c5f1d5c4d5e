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
