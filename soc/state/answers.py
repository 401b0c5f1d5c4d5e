"""Answers kept for a day, so that a request which is sent twice is done once (workspace.md 5, Idempotency-Key)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from soc.state.tables.work import kept_answer

KEPT = timedelta(hours=24)
GIVEN_UP = timedelta(minutes=2)
"""A first request that has not been answered by then never will be."""


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """Whose request, to which route, under which key."""

    account: str
    route: str
    key: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """`asked`: the hash of the request's body; `status` 0: still being answered."""

    asked: str
    at: datetime
    status: int
    headers: Mapping[str, str]
    body: str


class Answers:
    """By account, route and key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, key: AnswerKey, asked: str, *, at: datetime) -> KeptAnswer | None:
        """The answer that is kept already; None: nobody has asked, and the caller answers now."""
        given_up = (kept_answer.c.status == 0) & (kept_answer.c.at <= at - GIVEN_UP)
        self._connection.execute(delete(kept_answer).where((kept_answer.c.at <= at - KEPT) | given_up))
        row = self._connection.execute(select(kept_answer).where(*_is(key))).first()
        if row is not None:
            return KeptAnswer(row.asked, row.at, row.status, row.headers, row.body)
        place = {"account": key.account, "route": key.route, "key": key.key}
        fresh = {"asked": asked, "at": at, "status": 0, "headers": {}, "body": ""}
        self._connection.execute(insert(kept_answer), place | fresh)
        return None

    def keep(self, key: AnswerKey, status: int, headers: Mapping[str, str], body: str) -> None:
        """The answer that was given."""
        values = {"status": status, "headers": dict(headers), "body": body}
        self._connection.execute(update(kept_answer).where(*_is(key)).values(values))

    def forget(self, key: AnswerKey) -> None:
        """The request failed on our side: it may be tried again."""
        self._connection.execute(delete(kept_answer).where(*_is(key)))


def _is(key: AnswerKey) -> tuple[ColumnElement[bool], ...]:
    return (
        kept_answer.c.account == key.account,
        kept_answer.c.route == key.route,
        kept_answer.c.key == key.key,
    )
