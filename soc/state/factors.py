"""The second factor: one-time codes of a phone (RFC 6238) and ten codes on paper (security.md 2).

Secrets lie sealed; of paper codes only SHA-256. A code works once: the step it was made for is remembered.
TOTP can be phished: it is better than a password alone, and not the end of the road.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, select, update

from soc.keyring import Keyring
from soc.state.links import digest
from soc.state.tables.access import factor, recovery_code
from soc.state.upsert import upsert

PURPOSE = "totp"
STEP_SECONDS = 30
DIGITS = 6
AROUND = (-1, 0, 1)
SECRET_BYTES = 20
CODES = 10
CODE_BYTES = 10
ISSUER = "Provincial SOC"


class Proof(StrEnum):
    """How somebody proved himself."""

    PHONE = "phone"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class FactorState:
    """What an account has."""

    since: datetime
    codes_left: int


class Factors:
    """`ring` is asked only when a secret is opened: the master key is made at the first enrolment."""

    def __init__(self, connection: Connection, ring: Callable[[], Keyring]) -> None:
        self._connection = connection
        self._ring = ring

    def of(self, account: str) -> FactorState | None:
        """None: no second factor yet."""
        found = self._connection.execute(select(factor).where(factor.c.account == account)).first()
        if found is None or found.secret is None:
            return None
        left = select(func.count()).where(recovery_code.c.account == account, recovery_code.c.used_at.is_(None))
        return FactorState(found.made_at, self._connection.scalar(left) or 0)

    def accounts(self) -> frozenset[str]:
        """Everybody who has one."""
        return frozenset(self._connection.scalars(select(factor.c.account).where(factor.c.secret.is_not(None))))

    def begin(self, account: str, *, at: datetime) -> str:
        """A new secret (base32) that counts once a code of it was typed; the old one holds until then."""
        secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
        row = {"account": account, "pending": self._ring().seal(PURPOSE, secret.encode(), account), "made_at": at}
        upsert(self._connection, factor, [row | {"last_step": 0}], update=("pending",))
        return secret

    def pending(self, account: str) -> str | None:
        """The secret that waits for its first code."""
        sealed = self._connection.scalar(select(factor.c.pending).where(factor.c.account == account))
        return None if sealed is None else self._ring().open(PURPOSE, sealed, account).decode()

    def confirm(self, account: str, code: str, *, at: datetime) -> tuple[str, ...] | None:
        """Ten new paper codes, to be shown once; None for a wrong code."""
        secret = self.pending(account)
        step = None if secret is None else _step(secret, code, at, after=0)
        if step is None:
            return None
        mine = update(factor).where(factor.c.account == account)
        values = {"secret": factor.c.pending, "pending": None, "made_at": at, "last_step": step}
        self._connection.execute(mine.values(values))
        return self.new_codes(account)

    def check(self, account: str, code: str, *, at: datetime) -> Proof | None:
        """Uses the code up. None for a wrong or used one."""
        found = self._connection.execute(select(factor).where(factor.c.account == account)).first()
        if found is None or found.secret is None:
            return None
        secret = self._ring().open(PURPOSE, found.secret, account).decode()
        step = _step(secret, code, at, after=found.last_step)
        if step is not None:
            self._connection.execute(update(factor).where(factor.c.account == account).values(last_step=step))
            return Proof.PHONE
        return Proof.PAPER if self._use_paper(account, code, at) else None

    def new_codes(self, account: str) -> tuple[str, ...]:
        """Ten; those from before are void."""
        self._connection.execute(delete(recovery_code).where(recovery_code.c.account == account))
        codes = tuple(base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _ in range(CODES))
        self._connection.execute(
            insert(recovery_code), [{"hash": _paper(account, code), "account": account} for code in codes]
        )
        return tuple("-".join(code[place : place + 4] for place in range(0, len(code), 4)) for code in codes)

    def remove(self, account: str) -> None:
        """The person enrols again at the next sign-in."""
        self._connection.execute(delete(factor).where(factor.c.account == account))
        self._connection.execute(delete(recovery_code).where(recovery_code.c.account == account))

    def _use_paper(self, account: str, code: str, at: datetime) -> bool:
        key = recovery_code.c.hash == _paper(account, code)
        fresh = recovery_code.c.used_at.is_(None) & (recovery_code.c.account == account)
        return bool(self._connection.execute(update(recovery_code).where(key, fresh).values(used_at=at)).rowcount)


def address_of(account: str, secret: str) -> str:
    """What the picture says to the phone (the `otpauth` address of the key URI format)."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def _step(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """The step that `code` belongs to, newer than the last one used."""
    import pyotp

    typed = "".join(code.split())
    if len(typed) != DIGITS or not typed.isascii() or not typed.isdigit():
        return None
    here = int(at.timestamp()) // STEP_SECONDS
    made = pyotp.TOTP(secret)
    fits = [here + off for off in AROUND if hmac.compare_digest(made.generate_otp(here + off), typed)]
    return next((step for step in fits if step > after), None)


def _paper(account: str, code: str) -> bytes:
    """80 random bits need no slow hash; the account keeps equal codes of two people apart."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return digest(f"{account} {plain}")
