"""A sender's outbox: what waits to be handed in survives restarts, in order, until it is answered (ioc-hub.md 4.4).

At least once: a batch leaves only with its answer. Backoff doubles from a second to ten minutes, with full jitter; what
was not taken in 72 hours, or can never be, goes to the dead letters and stays there to be seen and sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from soc.event import timestamp
from soc.sqlite import transaction, writer

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)
PATIENCE = timedelta(hours=72)
KEPT = 2_000
"""Answered batches that are still remembered, for those who look."""

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS batch (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, sender TEXT NOT NULL, made_at TEXT NOT NULL,
        body BLOB NOT NULL, items INTEGER NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
        next_at TEXT NOT NULL, answer TEXT NOT NULL DEFAULT '')""",
    "CREATE INDEX IF NOT EXISTS batch_waiting ON batch (sender, state, seq)",
    "CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A batch that waits. `at`: when it was made; `tries`: how often it was sent without an answer."""

    id: str
    sender: str
    at: datetime
    body: bytes
    items: int
    tries: int = 0
    next_at: datetime | None = None


class Outbox:
    """One file; one process writes it. `put` is durable when it returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        self._connection = writer(path)
        for statement in SCHEMA:
            self._connection.execute(statement)

    def put(self, letters: Sequence[Letter], *, cursor: tuple[str, datetime] | None = None) -> None:
        """In this order, with the moment up to which the sender has been read; the same batch twice is one."""
        with transaction(self._connection):
            for one in letters:
                values = (one.id, one.sender, timestamp(one.at), one.body, one.items, timestamp(one.at))
                self._connection.execute(
                    "INSERT INTO batch (id, sender, made_at, body, items, state, next_at)"
                    " VALUES (?, ?, ?, ?, ?, 'waiting', ?) ON CONFLICT (id) DO NOTHING",
                    values,
                )
            if cursor is not None:
                self._note(f"cursor:{cursor[0]}", timestamp(cursor[1]))

    def cursor(self, sender: str) -> datetime | None:
        """Up to when the sender's figures are in the outbox, or were handed in."""
        found = self.fact(f"cursor:{sender}")
        return datetime.fromisoformat(found) if found else None

    def head(self, sender: str, now: datetime | None = None) -> Letter | None:
        """The oldest that waits; nothing overtakes it, so the order within a figure is kept. Items that were refused
        for now are no part of that order: they go first when their time has come."""
        if now is not None:
            found = self._first("state = 'retry' AND sender = ? AND next_at <= ?", sender, timestamp(now))
            if found is not None:
                return found
        return self._first("state = 'waiting' AND sender = ?", sender)

    def _first(self, which: str, *values: str) -> Letter | None:
        columns = "id, sender, made_at, body, items, tries, next_at"
        # `which` is one of the two texts above.
        query = f"SELECT {columns} FROM batch WHERE {which} ORDER BY seq LIMIT 1"  # noqa: S608
        row = self._connection.execute(query, values).fetchone()
        if row is None:
            return None
        made, again = datetime.fromisoformat(row[2]), datetime.fromisoformat(row[6])
        return Letter(row[0], row[1], made, bytes(row[3]), row[4], row[5], again)

    def done(self, letter: Letter, answer: str, follows: Sequence[Letter] = ()) -> None:
        """It was answered. `follows`: items that are to be tried again at their time, as a batch of their own."""
        with transaction(self._connection):
            self._move(letter, "done", answer)
            for one in follows:
                again = timestamp(one.next_at or one.at)
                values = (one.id, one.sender, timestamp(one.at), one.body, one.items, one.tries, again)
                self._connection.execute(
                    "INSERT INTO batch (id, sender, made_at, body, items, state, tries, next_at)"
                    " VALUES (?, ?, ?, ?, ?, 'retry', ?, ?) ON CONFLICT (id) DO NOTHING",
                    values,
                )
            self._connection.execute(
                "DELETE FROM batch WHERE state = 'done' AND seq <= (SELECT max(seq) FROM batch) - ?", (KEPT,)
            )

    def again(self, letter: Letter, why: str, now: datetime, jitter: Decimal) -> None:
        """It was not answered; after 72 hours of that it is a dead letter. `jitter`: in [0, 1)."""
        if now - letter.at > PATIENCE and letter.tries:
            self.dead(letter, why)
            return
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE batch SET tries = tries + 1, next_at = ?, answer = ? WHERE id = ?",
                (timestamp(now + wait_of(letter.tries, jitter)), why[:500], letter.id),
            )

    def dead(self, letter: Letter, why: str) -> None:
        """It can never be taken."""
        with transaction(self._connection):
            self._move(letter, "dead", why)

    def replay(self, first: datetime, last: datetime) -> int:
        """Dead letters of that time wait again; how many."""
        with transaction(self._connection):
            found = self._connection.execute(
                "UPDATE batch SET state = 'waiting', tries = 0, next_at = made_at"
                " WHERE state = 'dead' AND made_at BETWEEN ? AND ?",
                (timestamp(first), timestamp(last)),
            )
        return found.rowcount

    def counts(self) -> dict[str, int]:
        """Batches by state."""
        return dict(self._connection.execute("SELECT state, count(*) FROM batch GROUP BY state").fetchall())

    def letters(self, state: str, *, limit: int = 100) -> list[tuple[str, str, str, str]]:
        """Sender, id, when made, last answer; the newest first."""
        rows = self._connection.execute(
            "SELECT sender, id, made_at, answer FROM batch WHERE state = ? ORDER BY seq DESC LIMIT ?", (state, limit)
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows.fetchall()]

    def fact(self, name: str) -> str | None:
        row = self._connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def put_fact(self, name: str, value: str) -> None:
        with transaction(self._connection):
            self._note(name, value)

    def close(self) -> None:
        self._connection.close()

    def _note(self, name: str, value: str) -> None:
        self._connection.execute(
            "INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def _move(self, letter: Letter, state: str, answer: str) -> None:
        statement = "UPDATE batch SET state = ?, answer = ?, tries = tries + 1 WHERE id = ?"
        self._connection.execute(statement, (state, answer[:500], letter.id))


def wait_of(tries: int, jitter: Decimal) -> timedelta:
    """Before the next try: full jitter below a bound that doubles."""
    bound = min(FIRST_WAIT * 2 ** min(tries, 20), LONGEST_WAIT)
    return timedelta(microseconds=int(Decimal(bound // timedelta(microseconds=1)) * jitter))
