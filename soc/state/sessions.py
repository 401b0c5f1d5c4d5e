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
from soc.state.tables.people import PersonState, person, session

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
AT_MOST = 5
TOUCH = timedelta(minutes=1)
"""`seen_at` is written at most this often."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person. `handle` names the session in lists and in the audit log; it opens nothing."""

    handle: str
    account: str
    name: str
    language: str
    made_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    grants: tuple[Grant, ...]


class Sessions:
    """Ends by sign-out, idleness, age, or the sixth sign-in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def start(self, account: str, *, at: datetime, address: str = "", agent: str = "") -> str:
        """The token for the cookie; the oldest session beyond five ends."""
        token = secrets.token_urlsafe(32)
        self._sweep(account, at)
        row = {"hash": digest(token), "handle": secrets.token_hex(6), "account": account, "made_at": at, "seen_at": at}
        row |= {"expires_at": at + ABSOLUTE, "address": address[:64], "agent": agent[:256]}
        self._connection.execute(insert(session), row)
        return token

    def find(self, token: str, at: datetime) -> Session | None:
        """The living session of a cookie, with the person's grants as they are now."""
        statement = _joined().where(session.c.hash == digest(token), *_alive(at))
        row = self._connection.execute(statement).mappings().first()
        return None if row is None else self._value(row)

    def touch(self, token: str, at: datetime) -> None:
        """The person did something; writes nothing within a minute of the last time."""
        key = session.c.hash == digest(token)
        self._connection.execute(update(session).where(key, session.c.seen_at <= at - TOUCH).values(seen_at=at))

    def of(self, account: str, at: datetime) -> tuple[Session, ...]:
        """The living sessions of a person, last seen first."""
        statement = _joined().where(session.c.account == account, *_alive(at)).order_by(session.c.seen_at.desc())
        return tuple(self._value(row) for row in self._connection.execute(statement).mappings())

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

    def _sweep(self, account: str, at: datetime) -> None:
        self._connection.execute(delete(session).where((session.c.expires_at <= at) | (session.c.seen_at <= at - IDLE)))
        mine = select(session.c.hash).where(session.c.account == account).order_by(session.c.seen_at.desc())
        beyond = self._connection.scalars(mine.offset(AT_MOST - 1)).all()
        self._connection.execute(delete(session).where(session.c.hash.in_(beyond)))

    def _value(self, found: RowMapping) -> Session:
        names = ("handle", "account", "name", "language", "made_at", "seen_at", "expires_at", "address", "agent")
        grants = People(self._connection).grants(found["account"])
        return Session(**{name: found[name] for name in names}, grants=grants)


def _joined() -> Select[Any]:
    return select(session, person.c.name, person.c.language).join(person, person.c.account == session.c.account)


def _alive(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return session.c.expires_at > at, session.c.seen_at > at - IDLE, person.c.state == PersonState.ACTIVE
