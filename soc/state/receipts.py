"""Receipts of batches: the same batch again gets the same answer, and nothing is stored twice (ioc-hub.md 4.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from soc.access import Scope
from soc.state.scoped import within
from soc.state.tables.receipts import batch_receipt, heartbeat
from soc.state.upsert import upsert


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """`unit`: of the key or account that sent it. `items`: those that were not plainly accepted."""

    batch_id: str
    unit: str
    sender: str
    system: str
    method: str
    content: str
    sent_at: datetime
    at: datetime
    summary: Mapping[str, int]
    items: Sequence[Mapping[str, Any]] = ()
    gateway: Mapping[str, Any] = field(default_factory=dict)
    unknown: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign of life of a sender. `subsystems` None: of all that it may send."""

    sender: str
    unit: str
    system: str
    subsystems: tuple[str, ...] | None
    at: datetime


class Receipts:
    """Methods of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, receipt: StoredReceipt) -> None:
        row = asdict(receipt)
        row["unit_id"] = row.pop("unit")
        self._connection.execute(insert(batch_receipt), row)

    def find(self, batch_id: str) -> StoredReceipt | None:
        """For the hub, which tells a sender of its own batches only."""
        row = self._connection.execute(select(batch_receipt).where(batch_receipt.c.batch_id == batch_id)).mappings()
        return next((_receipt(one) for one in row), None)

    def get(self, batch_id: str, scope: Scope) -> StoredReceipt | None:
        """None when there is none, or it is of units outside the scope."""
        statement = select(batch_receipt).where(
            batch_receipt.c.batch_id == batch_id, within(scope, batch_receipt.c.unit_id)
        )
        return next((_receipt(one) for one in self._connection.execute(statement).mappings()), None)

    def page(self, scope: Scope, *, sender: str = "", limit: int = 100) -> tuple[StoredReceipt, ...]:
        """Newest first."""
        statement = select(batch_receipt).where(within(scope, batch_receipt.c.unit_id))
        if sender:
            statement = statement.where(batch_receipt.c.sender == sender)
        statement = statement.order_by(batch_receipt.c.at.desc(), batch_receipt.c.batch_id).limit(limit)
        return tuple(_receipt(row) for row in self._connection.execute(statement).mappings())

    def beat(self, beat: Beat) -> None:
        """The sender lives, with or without anything new."""
        row = {"sender": beat.sender, "unit_id": beat.unit, "system": beat.system, "at": beat.at}
        row["subsystems"] = None if beat.subsystems is None else list(beat.subsystems)
        upsert(self._connection, heartbeat, [row], update=("unit_id", "system", "subsystems", "at"))

    def beats(self, scope: Scope) -> tuple[Beat, ...]:
        """Of every sender, by name."""
        statement = select(heartbeat).where(within(scope, heartbeat.c.unit_id)).order_by(heartbeat.c.sender)
        return tuple(_beat(row) for row in self._connection.execute(statement).mappings())


def _receipt(row: RowMapping) -> StoredReceipt:
    named = dict(row)
    return StoredReceipt(**named | {"unit": named.pop("unit_id")})


def _beat(row: RowMapping) -> Beat:
    subsystems = None if row["subsystems"] is None else tuple(row["subsystems"])
    return Beat(row["sender"], row["unit_id"], row["system"], subsystems, row["at"])
