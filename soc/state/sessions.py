"""Sessions on the server's side: an opaque id in the cookie, its SHA-256 here (security.md 3)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, delete, insert, select, update

from soc.access import Grant
from soc.state.links import digest
from soc.state.people import People
from soc.state.policy import AccessPolicy
from soc.state.tables.people import PersonState, SessionStage, person, session

IDLE = AccessPolicy().idle
UNFINISHED = timedelta(minutes=15)
"""How long a session may wait for its second factor."""

AT_MOST = 5
TOUCH = timedelta(minutes=1)
"""`seen_at` is written at most this often."""

STEP_UP = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person. `handle` names the session in lists and in the audit log; it opens nothing.

    `factor_at`: when the second factor was last given in it.
    """

    handle: str
    account: str
    name: str
    language: str
    made_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    stage: SessionStage
    factor_at: datetime | None
    locked_at: datetime | None
    grants: tuple[Grant, ...]

    @property
    def open(self) -> bool:
        """Nothing is missing any more."""
        return self.stage is SessionStage.OPEN

    def proved(self, at: datetime) -> bool:
        """Whether the second factor is fresh enough for acts that ask for it again."""
        return self.factor_at is not None and at - self.factor_at < STEP_UP

    def locked(self, at: datetime, after: timedelta) -> bool:
        """The page shows nothing until the password is typed; by time also where no script runs."""
        return self.locked_at is not None or at - self.seen_at >= after


class Sessions:
    """Ends by sign-out, idleness, age, or the sixth sign-in."""

    def __init__(self, connection: Connection, policy: AccessPolicy) -> None:
        self._connection = connection
        self._policy = policy

    def start(
        self,
        account: str,
        *,
        at: datetime,
        address: str = "",
        agent: str = "",
        stage: SessionStage = SessionStage.OPEN,
        factor_at: datetime | None = None,
    ) -> str:
        """The token for the cookie; the oldest session beyond five ends."""
        token = secrets.token_urlsafe(32)
        self._sweep(account, at)
        life = self._policy.absolute if stage is SessionStage.OPEN else UNFINISHED
        row = {"hash": digest(token), "handle": secrets.token_hex(6), "account": account, "made_at": at, "seen_at": at}
        row |= {"expires_at": at + life, "address": address[:64], "agent": agent[:256]}
        self._connection.execute(insert(session), row | {"stage": stage, "factor_at": factor_at, "locked_at": None})
        return token

    def renew(self, token: str, *, at: datetime, stage: SessionStage = SessionStage.OPEN, proved: bool = False) -> str:
        """A new token for the same session: after the factor, and whenever what it may do has changed."""
        fresh = secrets.token_urlsafe(32)
        values: dict[str, Any] = {"hash": digest(fresh), "stage": stage, "seen_at": at, "locked_at": None}
        if proved:
            values["factor_at"] = at
        if stage is SessionStage.OPEN:
            # An unfinished session lives minutes; the hours count from its beginning, whichever step came when.
            made = self._connection.scalar(select(session.c.made_at).where(session.c.hash == digest(token))) or at
            values["expires_at"] = made + self._policy.absolute
        self._connection.execute(update(session).where(session.c.hash == digest(token)).values(values))
        return fresh

    def find(self, token: str, at: datetime) -> Session | None:
        """The living session of a cookie, with the person's grants as they are now."""
        statement = _joined().where(session.c.hash == digest(token), *self._alive(at))
        row = self._connection.execute(statement).mappings().first()
        return None if row is None else self._value(row)

    def touch(self, token: str, at: datetime) -> None:
        """The person did something; writes nothing within a minute of the last time."""
        key = session.c.hash == digest(token)
        self._connection.execute(update(session).where(key, session.c.seen_at <= at - TOUCH).values(seen_at=at))

    def lock(self, token: str, at: datetime) -> None:
        """Nothing is shown until `unlock`."""
        key = session.c.hash == digest(token)
        self._connection.execute(update(session).where(key, session.c.locked_at.is_(None)).values(locked_at=at))

    def unlock(self, token: str, at: datetime) -> None:
        values = {"locked_at": None, "seen_at": at}
        self._connection.execute(update(session).where(session.c.hash == digest(token)).values(values))

    def of(self, account: str, at: datetime) -> tuple[Session, ...]:
        """The living sessions of a person, last seen first."""
        return self._all(at, session.c.account == account)

    def all(self, at: datetime) -> tuple[Session, ...]:
        """Everybody's, last seen first; for administrators."""
        return self._all(at)

    def end(self, token: str) -> None:
        self._connection.execute(delete(session).where(session.c.hash == digest(token)))

    def end_handle(self, account: str, handle: str) -> int:
        """One of one's own, chosen from the list; answers how many ended."""
        return self._connection.execute(
            delete(session).where(session.c.account == account, session.c.handle == handle)
        ).rowcount

    def end_all(self, account: str, *, but: str | None = None) -> int:
        """After a change of password or grants; `but` is the token that goes on."""
        statement = delete(session).where(session.c.account == account)
        if but is not None:
            statement = statement.where(session.c.hash != digest(but))
        return self._connection.execute(statement).rowcount

    def _all(self, at: datetime, *conditions: ColumnElement[bool]) -> tuple[Session, ...]:
        statement = _joined().where(*conditions, *self._alive(at)).order_by(session.c.seen_at.desc())
        return tuple(self._value(row) for row in self._connection.execute(statement).mappings())

    def _alive(self, at: datetime) -> tuple[ColumnElement[bool], ...]:
        idle = session.c.seen_at > at - self._policy.idle
        return session.c.expires_at > at, idle, person.c.state == PersonState.ACTIVE

    def _sweep(self, account: str, at: datetime) -> None:
        dead = (session.c.expires_at <= at) | (session.c.seen_at <= at - self._policy.idle)
        self._connection.execute(delete(session).where(dead))
        mine = select(session.c.hash).where(session.c.account == account).order_by(session.c.seen_at.desc())
        beyond = self._connection.scalars(mine.offset(AT_MOST - 1)).all()
        self._connection.execute(delete(session).where(session.c.hash.in_(beyond)))

    def _value(self, found: RowMapping) -> Session:
        names = ("handle", "account", "name", "language", "made_at", "seen_at", "expires_at", "address", "agent")
        grants = People(self._connection).grants(found["account"])
        more = {name: found[name] for name in ("stage", "factor_at", "locked_at")}
        return Session(**{name: found[name] for name in names}, **more, grants=grants)


def _joined() -> Select[Any]:
    return select(session, person.c.name, person.c.language).join(person, person.c.account == session.c.account)
