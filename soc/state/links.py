"""One-use links: how somebody gets in before there is a password (security.md 2)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, insert, select, update

from soc.access import ROOT, RoleOfPerson
from soc.errors import SignInRefused
from soc.state.tables.people import LinkPurpose, setup_link

LIFE = timedelta(minutes=15)
RESET_LIFE = timedelta(minutes=60)
FIRST_ROLES = (RoleOfPerson.ADMIN, RoleOfPerson.SHIFT_LEAD, RoleOfPerson.ANALYST)
"""An administrator alone sees no alerts, so the first person gets all three."""


@dataclass(frozen=True, slots=True)
class Link:
    """SET_UP: whoever comes chooses the account. ENTER signs `account` in; RESET lets it choose a password."""

    account: str | None
    purpose: LinkPurpose
    roles: tuple[RoleOfPerson, ...]
    unit: str
    expires_at: datetime


class Links:
    """Only the SHA-256 of a link is stored."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def make(
        self,
        *,
        at: datetime,
        account: str | None = None,
        purpose: LinkPurpose | None = None,
        roles: Sequence[RoleOfPerson] = FIRST_ROLES,
        unit: str = ROOT,
        life: timedelta = LIFE,
    ) -> str:
        """A token of 256 bits, shown once."""
        token = secrets.token_urlsafe(32)
        purpose = purpose or (LinkPurpose.SET_UP if account is None else LinkPurpose.ENTER)
        row = {"hash": digest(token), "account": account, "roles": list(roles), "unit_id": unit, "made_at": at}
        self._connection.execute(insert(setup_link), row | {"purpose": purpose, "expires_at": at + life})
        return token

    def look(self, token: str, at: datetime) -> Link:
        """What the link would do, without using it (mail scanners open links). Raises SignInRefused."""
        row = self._connection.execute(select(setup_link).where(setup_link.c.hash == digest(token))).first()
        if row is None or row.used_at is not None or row.expires_at <= at:
            raise SignInRefused(
                "this link is not valid: unknown, used already, or older than its minutes - ask for a new one "
                "(`socctl users link`)",
                code="SOC-1707",
            )
        return Link(
            row.account, row.purpose, tuple(RoleOfPerson(role) for role in row.roles), row.unit_id, row.expires_at
        )

    def void(self, account: str, *, at: datetime) -> None:
        """Links of an account that were not used yet end: a newer one counts, or none."""
        mine = (setup_link.c.account == account) & setup_link.c.used_at.is_(None)
        self._connection.execute(update(setup_link).where(mine).values(used_at=at))

    def use(self, token: str, at: datetime) -> Link:
        """Once. Raises SignInRefused the second time."""
        link = self.look(token, at)
        self._connection.execute(update(setup_link).where(setup_link.c.hash == digest(token)).values(used_at=at))
        return link


def digest(token: str) -> bytes:
    """What is stored of a token with 256 random bits; such a token needs no slow hash."""
    return sha256(token.encode()).digest()
