"""Passwords: argon2id, what is refused, and a queue so that many sign-ins at once cannot eat the memory.

security.md 2: 46 MiB, t = 1, p = 1 (68 ms measured); 30 hashes at once would take 1.4 GB.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from soc.errors import SignInRefused, StateError
from soc.fold import fold_marks

SHORTEST = 12
LONGEST = 128
MEMORY_KIB = 46 * 1024
AT_ONCE = 2
WAITING = 20

COMMON = frozenset(
    (
        *("123456789012", "1234567890123", "password1234", "password12345", "passwordpassword", "passw0rd1234"),
        *("p@ssw0rd1234", "p@ssword1234", "password@123", "qwertyuiop12", "qwertyuiop123", "qwertyuiopas"),
        *("administrator", "administrator1", "admin1234567", "admin@123456", "iloveyou1234", "letmein123456"),
        *("welcome12345", "changeme1234", "abcdefghijkl", "abcdef123456", "abc123456789", "abcd@1234567"),
        *("1q2w3e4r5t6y", "1qaz2wsx3edc", "qazwsxedcrfv", "zaq12wsxcde3", "12345678910a", "matkhau12345"),
        *("matkhau123456", "123456matkhau", "vietnam12345", "vietnam123456", "xinchao12345", "anhyeuem1234"),
    )
)


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


def check_password(password: str, *, account: str, names: tuple[str, ...] = ()) -> None:
    """Raises StateError with what is wrong; length and guessability only, no composition rules."""
    text = _normal(password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise StateError(
            f"the password has {len(text)} characters; {SHORTEST} to {LONGEST} are needed", code="SOC-1704"
        )
    folded = fold_marks(text)
    if folded in COMMON or _repeats(folded):
        raise StateError("the password is one of those tried first - take several words of your own", code="SOC-1704")
    for name in (account, *names):
        if len(name) >= 4 and fold_marks(name) in folded:
            raise StateError(f"the password contains '{name}' - leave names out of it", code="SOC-1704")


def _normal(password: str) -> str:
    """NFC: a phone's keyboard may send the same letters in another form."""
    return unicodedata.normalize("NFC", password)


def _repeats(text: str) -> bool:
    """One block again and again, such as `abcabcabcabc`."""
    return len(text) > 1 and (text + text).find(text, 1) < len(text)
