"""The audit log: append-only, each entry chained to the one before by HMAC-SHA256 (security.md 11).

The key lies outside the database. Who has the database alone can change nothing unnoticed, not even cut the end:
the sealed head says how many entries there are.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from soc.access import UNASSIGNED, Scope
from soc.alert import Actor, ActorKind
from soc.errors import StateError
from soc.keyring import make_key, read_key
from soc.state.scoped import within
from soc.state.tables.people import audit
from soc.state.tables.pipeline import fact
from soc.state.types import canonical, micros
from soc.state.upsert import upsert

KEY_FILE = "audit.key"
HEAD = "audit.head"
DONE = "done"
DENIED = "denied"

_SIGNED = (
    "actor",
    "actor_kind",
    "session",
    "address",
    "act",
    "object",
    "unit_id",
    "before",
    "after",
    "reason",
    "result",
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which object, and how it ended."""

    seq: int
    at: datetime
    actor: str
    actor_kind: ActorKind
    session: str
    address: str
    act: str
    object: str
    unit: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str
    result: str


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An act to be written down."""

    by: Actor
    act: str
    object: str
    unit: str = UNASSIGNED
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    result: str = DONE

    def row(self) -> dict[str, Any]:
        by = self.by
        said = {"actor": by.id, "actor_kind": by.kind, "session": by.session, "address": by.address}
        said |= {"act": self.act, "object": self.object, "unit_id": self.unit}
        return said | {"before": self.before, "after": self.after, "reason": self.reason, "result": self.result}


@dataclass(frozen=True, slots=True)
class BadEntry:
    """The first place where the chain does not hold."""

    seq: int
    why: str


class AuditLog:
    """Written in the transaction of the act: no entry, no act."""

    def __init__(self, connection: Connection, key: bytes) -> None:
        self._connection = connection
        self._key = key

    def append(
        self,
        by: Actor,
        act: str,
        object: str,
        *,
        at: datetime,
        unit: str = UNASSIGNED,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reason: str = "",
        result: str = DONE,
    ) -> int:
        """The number of the new entry. Secrets never belong in `before` and `after`."""
        return self.append_many([AuditLine(by, act, object, unit, before or {}, after or {}, reason, result)], at=at)

    def append_many(self, lines: Sequence[AuditLine], *, at: datetime) -> int:
        """The number of the last entry; the head is read and sealed once."""
        head = self.head()
        seq, previous = head or (0, b"")
        rows = []
        for line in lines:
            seq += 1
            row = {"seq": seq, "at": at, **line.row()}
            row["hash"] = previous = self._link(row, previous)
            rows.append(row)
        if rows:
            self._connection.execute(insert(audit), rows)
            seal = {"seq": seq, "seal": self._seal(seq, previous)}
            upsert(self._connection, fact, [{"name": HEAD, "value": seal, "at": at}], update=("value", "at"))
        return seq

    def head(self) -> tuple[int, bytes] | None:
        """Number and hash of the last entry."""
        row = self._connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
        return None if row is None else (row.seq, row.hash)

    def page(
        self,
        scope: Scope,
        *,
        before: int | None = None,
        limit: int = 100,
        actor: str = "",
        act: str = "",
        object: str = "",
    ) -> tuple[AuditEntry, ...]:
        """Newest first; `before` is the number of the last one seen. `act`: how its name begins."""
        statement = select(audit).where(within(scope, audit.c.unit_id))
        wanted = ((audit.c.actor, actor), (audit.c.object, object))
        statement = statement.where(*(column == value for column, value in wanted if value))
        if act:
            statement = statement.where(audit.c.act.startswith(act, autoescape=True))
        if before is not None:
            statement = statement.where(audit.c.seq < before)
        rows = self._connection.execute(statement.order_by(audit.c.seq.desc()).limit(limit)).mappings()
        return tuple(_entry(row) for row in rows)

    def verify(self) -> BadEntry | None:
        """Walks the whole chain; names the first entry that was changed, removed, moved or added."""
        previous, expected = b"", 1
        for row in self._rows():
            if row["seq"] != expected:
                return BadEntry(expected, f"entry {expected} is missing; {row['seq']} stands in its place")
            if not hmac.compare_digest(row["hash"], self._link(row, previous)):
                return BadEntry(expected, f"entry {expected} is not what was written")
            previous, expected = row["hash"], expected + 1
        return self._bad_end(expected - 1, previous)

    def _bad_end(self, last: int, hash: bytes) -> BadEntry | None:
        seal = self._connection.scalar(select(fact.c.value).where(fact.c.name == HEAD))
        if seal is None:
            return BadEntry(1, "the sealed head is missing") if last else None
        if seal["seq"] > last:
            return BadEntry(last + 1, f"entries {last + 1} to {seal['seq']} were cut off the end")
        if seal["seq"] != last or not hmac.compare_digest(seal["seal"], self._seal(last, hash)):
            return BadEntry(last, "the sealed head does not fit the last entry")
        return None

    def _rows(self) -> Iterator[RowMapping]:
        statement = select(audit).order_by(audit.c.seq).execution_options(yield_per=5_000)
        yield from self._connection.execute(statement).mappings()

    def _link(self, row: Mapping[str, Any] | RowMapping, previous: bytes) -> bytes:
        text = canonical([row["seq"], micros(row["at"]), *(row[name] for name in _SIGNED)])
        return hmac.digest(self._key, text + previous, sha256)

    def _seal(self, seq: int, hash: bytes) -> str:
        return hmac.digest(self._key, b"head %d " % seq + hash, sha256).hex()


def audit_key(folder: Path, *, empty: bool) -> bytes:
    """The key; made at the first start. Raises StateError when entries exist and their key does not."""
    path = folder / KEY_FILE
    if not path.exists():
        if not empty:
            raise StateError(
                f"{path}: the key of the audit log is missing, so its entries cannot be checked or continued - "
                "restore the file from a backup",
                code="SOC-1611",
            )
        make_key(path)
    return read_key(path, code="SOC-1611")


def _entry(row: RowMapping) -> AuditEntry:
    names = ("seq", "at", "actor", "actor_kind", "session", "address", "act", "object", "before", "after")
    return AuditEntry(**{name: row[name] for name in (*names, "reason", "result")}, unit=row["unit_id"])
