"""Passwords: argon2id, what is refused, and a queue so that many sign-ins at once cannot eat the memory.

security.md 2: 46 MiB, t = 1, p = 1 (68 ms measured); 30 hashes at once would take 1.4 GB.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from soc.errors import SignInRefused, StateError
from soc.fold import fold_marks

SHORTEST = 12
LONGEST = 128
MEMORY_KIB = 46 * 1024
AT_ONCE = 2
WAITING = 20

COMMON_FILE = "common-passwords.txt"
"""Made by `python -m tools.common_passwords`; the file says how."""


class Passwords:
    """One a process."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=1, memory_cost=MEMORY_KIB, parallelism=1)
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._places = threading.BoundedSemaphore(AT_ONCE + WAITING)
        # Hashed once, so that an unknown account costs the same as a known one.
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        with self._turn():
            return self._hasher.hash(_normal(password))

    def verify(self, hashed: str | None, password: str) -> bool:
        """False for a wrong password and, at the same cost, for an account without one."""
        with self._turn():
            try:
                self._hasher.verify(hashed or self._nobody, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return hashed is not None

    def is_old(self, hashed: str) -> bool:
        """Hashed with weaker parameters than today's: hash again while the password is at hand."""
        return self._hasher.check_needs_rehash(hashed)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise SignInRefused("too many sign-ins at once - try again in a few seconds", code="SOC-1703", wait=5)
        try:
            with self._turns:
                yield
        finally:
            self._places.release()


@cache
def common_passwords() -> frozenset[str]:
    """What is tried first, folded: without case and without marks."""
    text = (files("soc") / "data" / COMMON_FILE).read_text("utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("# "))


def check_password(password: str, *, account: str, names: tuple[str, ...] = (), composition: bool = False) -> None:
    """Raises StateError with what is wrong: length and guessability, and composition where the site asks for it.

    `names`: of the person and of bodies; neither they nor the account may stand in it, with or without blanks.
    """
    text = _normal(password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise StateError(
            f"the password has {len(text)} characters; {SHORTEST} to {LONGEST} are needed", code="SOC-1704"
        )
    folded = fold_marks(text)
    tight = "".join(folded.split())
    if folded in common_passwords() or tight in common_passwords() or _repeats(folded) or _repeats(tight):
        raise StateError("the password is one of those tried first - take several words of your own", code="SOC-1704")
    for name in (account, *names):
        tried = fold_marks(name)
        if len(tried) >= 4 and (tried in folded or "".join(tried.split()) in tight):
            raise StateError(f"the password contains '{name}' - leave names out of it", code="SOC-1704")
    if composition and not _composed(text):
        raise StateError("small and capital letters, digits and signs are all asked for here", code="SOC-1704")


def _normal(password: str) -> str:
    """NFC: a phone's keyboard may send the same letters in another form."""
    return unicodedata.normalize("NFC", password)


def _composed(text: str) -> bool:
    kinds = (str.islower, str.isupper, str.isdigit, lambda char: not char.isalnum())
    return all(any(kind(char) for char in text) for kind in kinds)


def _repeats(text: str) -> bool:
    """One block again and again, such as `abcabcabcabc`."""
    return len(text) > 1 and (text + text).find(text, 1) < len(text)
