"""People, their grants, and the waits after failed sign-ins (security.md 2 and 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from soc.access import Grant
from soc.errors import NotFound, StateError
from soc.state.tables.people import PersonState, grant, person, sign_in_wait
from soc.state.upsert import chunks, upsert

ACCOUNT = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
NO_ACCOUNT = "?"
"""Failures with names that can be no account share one row: strangers cannot fill the table."""

FREE_FAILURES = 5
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
FORGET = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in. `account` is never given to another person."""

    account: str
    name: str
    state: PersonState
    language: str
    made_at: datetime
    last_sign_in: datetime | None
    has_password: bool


class People:
    """Accounts are managed by administrators alone, over the whole province: no scope."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(
        self, account: str, name: str, *, at: datetime, password: str | None = None, language: str = "vi"
    ) -> Person:
        """`password` is a hash. Raises StateError for a name that is taken or cannot be one."""
        account = account_name(account)
        if not ACCOUNT.fullmatch(account):
            raise StateError(
                f"account '{account[:80]}': 2 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit first",
                code="SOC-1705",
            )
        row = {"account": account, "name": name.strip() or account, "state": PersonState.ACTIVE, "password": password}
        try:
            self._connection.execute(insert(person), row | {"language": language, "made_at": at})
        except IntegrityError as error:
            raise StateError(f"account '{account}' exists already - choose another", code="SOC-1706") from error
        return self.get(account)

    def get(self, account: str) -> Person:
        row = (
            self._connection.execute(select(person).where(person.c.account == account_name(account))).mappings().first()
        )
        if row is None:
            raise NotFound
        return _person(row)

    def all(self) -> tuple[Person, ...]:
        return tuple(
            _person(row) for row in self._connection.execute(select(person).order_by(person.c.account)).mappings()
        )

    def any(self) -> bool:
        """Whether there is anybody: if not, the first start prints a set-up link."""
        return self._connection.execute(select(person.c.account).limit(1)).first() is not None

    def names(self, accounts: Iterable[str]) -> dict[str, str]:
        """Account -> the name to show; accounts that are no person (system, keys) are left out."""
        found: dict[str, str] = {}
        for some in chunks(accounts):
            rows = self._connection.execute(select(person.c.account, person.c.name).where(person.c.account.in_(some)))
            found |= {row.account: row.name for row in rows}
        return found

    def must_be_active(self, account: str | None) -> None:
        """Raises StateError unless somebody with that account may work."""
        state = self._connection.scalar(select(person.c.state).where(person.c.account == account))
        if state is not PersonState.ACTIVE:
            raise StateError(
                f"nobody with the account '{account}' can take this - choose from the list", code="SOC-1612"
            )

    def set_state(self, account: str, state: PersonState) -> None:
        self._connection.execute(update(person).where(person.c.account == account).values(state=state))

    def set_language(self, account: str, language: str) -> None:
        self._connection.execute(update(person).where(person.c.account == account).values(language=language))

    def set_password(self, account: str, hashed: str) -> None:
        self._connection.execute(update(person).where(person.c.account == account).values(password=hashed))

    def password_of(self, account: str) -> str | None:
        """The hash of an active account, else None."""
        return self._connection.scalar(
            select(person.c.password).where(
                person.c.account == account_name(account), person.c.state == PersonState.ACTIVE
            )
        )

    def give(self, account: str, given: Grant, *, by: str, at: datetime) -> None:
        row = {"account": account, "role": given.role, "unit_id": given.unit, "since": given.since}
        self._connection.execute(insert(grant), row | {"until": given.until, "given_by": by, "given_at": at})

    def end_grant(self, account: str, ended: Grant, *, last_day: date) -> int:
        """The grant holds to the end of `last_day`; answers how many rows that was."""
        same = (grant.c.account == account, grant.c.role == ended.role, grant.c.unit_id == ended.unit)
        return self._connection.execute(
            update(grant).where(*same, grant.c.since == ended.since).values(until=last_day)
        ).rowcount

    def grants(self, account: str) -> tuple[Grant, ...]:
        rows = self._connection.execute(select(grant).where(grant.c.account == account).order_by(grant.c.id))
        return tuple(Grant(row.role, row.unit_id, row.since, row.until) for row in rows)

    def wait_until(self, account: str, at: datetime) -> datetime | None:
        """When this account may try again, None for now; the same for names that do not exist."""
        found = self._connection.scalar(
            select(sign_in_wait.c.wait_until).where(sign_in_wait.c.account == _key(account))
        )
        return found if found is not None and found > at else None

    def failed(self, account: str, at: datetime) -> datetime | None:
        """Counts a failure. After five in a row each costs a wait, at most 15 minutes, and never for good."""
        self._connection.execute(delete(sign_in_wait).where(sign_in_wait.c.last_at < at - FORGET))
        key = _key(account)
        old = self._connection.scalar(select(sign_in_wait.c.failures).where(sign_in_wait.c.account == key))
        failures = (old or 0) + 1
        steps = failures - FREE_FAILURES
        until = at + WAITS[min(steps, len(WAITS) - 1)] if steps >= 0 else None
        row = {"account": key, "failures": failures, "wait_until": until, "last_at": at}
        upsert(self._connection, sign_in_wait, [row], update=("failures", "wait_until", "last_at"))
        return until

    def forget_failures(self, account: str) -> None:
        """Ends the count of failures."""
        self._connection.execute(delete(sign_in_wait).where(sign_in_wait.c.account == account))

    def signed_in(self, account: str, at: datetime) -> None:
        """Ends the count of failures."""
        self.forget_failures(account)
        self._connection.execute(update(person).where(person.c.account == account).values(last_sign_in=at))


def account_name(text: str) -> str:
    """An account as it is stored: people type it with capitals and blanks."""
    return text.strip().lower()


def _key(account: str) -> str:
    name = account_name(account)
    return name if ACCOUNT.fullmatch(name) else NO_ACCOUNT


def _person(row: RowMapping) -> Person:
    names = ("account", "name", "state", "language", "made_at", "last_sign_in")
    return Person(**{name: row[name] for name in names}, has_password=row["password"] is not None)
