"""The review of who may do what, every six months: a list, signed in the product (security.md 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from soc.state.people import People
from soc.state.tables.access import access_review
from soc.state.tables.people import api_key, grant, person
from soc.state.types import canonical

EVERY = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Review:
    """A signed list. `digest`: SHA-256 of the list, which is what the audit entry names."""

    id: int
    signed_at: datetime
    signed_by: str
    digest: str
    list: Sequence[Mapping[str, Any]]
    note: str


class Reviews:
    """Over the whole province: administrators make the list, auditors read it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def now(self) -> list[dict[str, Any]]:
        """Every account with its state, grants and last use, as it would be signed."""
        people = People(self._connection)
        return [
            {
                "account": one.account,
                "name": one.name,
                "state": one.state,
                "last_sign_in": one.last_sign_in,
                "grants": [
                    {"role": held.role, "unit": held.unit, "since": held.since, "until": held.until}
                    for held in people.grants(one.account)
                ],
            }
            for one in people.all()
        ]

    def sign(self, by: str, note: str, *, at: datetime) -> Review:
        """Keeps the list of this moment."""
        text = canonical(self.now())
        row = {"signed_at": at, "signed_by": by, "digest": sha256(text).hexdigest(), "list": self.now(), "note": note}
        self._connection.execute(insert(access_review), row)
        found = self.last()
        assert found is not None
        return found

    def last(self) -> Review | None:
        statement = select(access_review).order_by(access_review.c.id.desc()).limit(1)
        row = self._connection.execute(statement).mappings().first()
        return None if row is None else _review(row)

    def all(self) -> tuple[Review, ...]:
        """Last first."""
        rows = self._connection.execute(select(access_review).order_by(access_review.c.id.desc()).limit(20)).mappings()
        return tuple(_review(row) for row in rows)

    def due(self) -> datetime | None:
        """When the next one must be signed; None while there is nobody to review."""
        last = self.last()
        if last is not None:
            return last.signed_at + EVERY
        first = self._connection.scalar(select(person.c.made_at).order_by(person.c.made_at).limit(1))
        return None if first is None else first + EVERY

    def changed_since(self, at: datetime) -> int:
        """Grants and keys that were given after `at`."""
        given = self._connection.execute(select(grant.c.id).where(grant.c.given_at > at)).all()
        made = self._connection.execute(select(api_key.c.id).where(api_key.c.made_at > at)).all()
        return len(given) + len(made)


def _review(row: RowMapping) -> Review:
    return Review(**{name: row[name] for name in Review.__dataclass_fields__})
