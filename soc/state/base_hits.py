"""Base hits of correlations: what the windows in memory are rebuilt from after a crash (sigma-engine.md 3.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, select, tuple_

from soc.access import Scope
from soc.fold import fold
from soc.hit import BaseHit
from soc.state.rows import pairs
from soc.state.scoped import within
from soc.state.tables.pipeline import base_hit
from soc.state.types import canonical
from soc.state.upsert import upsert

EXPIRED = 5_000


class BaseHits:
    """Written in the transaction of the read position."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, hits: Sequence[BaseHit], *, arrived: datetime) -> None:
        """Idempotent: (correlation, rule, event, group) counts once."""
        upsert(self._connection, base_hit, [_row(hit) | {"arrived": arrived} for hit in hits])

    def since(self, at: datetime, scope: Scope, *, correlation: str | None = None) -> Iterator[BaseHit]:
        """Those at or after `at`, oldest first; equal times by event id."""
        statement = select(base_hit).where(base_hit.c.at >= at, within(scope, base_hit.c.unit_id))
        if correlation is not None:
            statement = statement.where(base_hit.c.correlation == correlation)
        statement = statement.order_by(base_hit.c.at, base_hit.c.event_id)
        for row in self._connection.execution_options(yield_per=2_000).execute(statement).mappings():
            yield _value(row)

    def newest(self, scope: Scope) -> datetime | None:
        """The event time of the youngest hit: what is rebuilt at a start is measured from there."""
        statement = select(func.max(base_hit.c.at)).where(within(scope, base_hit.c.unit_id))
        found: datetime | None = self._connection.scalar(statement)
        return found

    def between(
        self, correlation: str, group: tuple[tuple[str, str], ...], first: datetime, last: datetime, scope: Scope
    ) -> tuple[BaseHit, ...]:
        """One group's hits, both ends included: an old window that a late hit falls into."""
        statement = select(base_hit).where(
            base_hit.c.correlation == correlation,
            base_hit.c.group_key == _group_key(group),
            base_hit.c.at.between(first, last),
            within(scope, base_hit.c.unit_id),
        )
        rows = self._connection.execute(statement.order_by(base_hit.c.at, base_hit.c.event_id)).mappings()
        return tuple(_value(row) for row in rows)

    def expire(self, before: datetime) -> int:
        """Forgets those that arrived earlier, whatever their own time: a late file is not forgotten as it comes.
        At most EXPIRED a call, so that no write is long; answers how many."""
        place = (base_hit.c.correlation, base_hit.c.group_key, base_hit.c.at, base_hit.c.event_id, base_hit.c.rule_id)
        old = select(*place).where(base_hit.c.arrived < before).order_by(base_hit.c.arrived).limit(EXPIRED)
        return self._connection.execute(delete(base_hit).where(tuple_(*place).in_(old))).rowcount

    def count(self, scope: Scope) -> int:
        statement = select(func.count()).select_from(base_hit).where(within(scope, base_hit.c.unit_id))
        return self._connection.scalar(statement) or 0


def _group_key(group: tuple[tuple[str, str], ...]) -> str:
    """Folded, since the same group may be spelt in two ways."""
    return fold(canonical(group).decode())


def _frozen(value: Any) -> Any:
    """JSON has no tuples; the windows hash what they count."""
    if isinstance(value, list):
        return tuple(_frozen(each) for each in value)
    if isinstance(value, dict):
        return {name: _frozen(each) for name, each in value.items()}
    return value


def _row(hit: BaseHit) -> dict[str, Any]:
    return {
        "correlation": hit.correlation,
        "rule_id": hit.rule_id,
        "event_id": hit.event_id,
        "group_key": _group_key(hit.group),
        "at": hit.at,
        "group": hit.group,
        "values": hit.values,
        "unit_id": hit.unit,
        "event": hit.event,
    }


def _value(row: RowMapping) -> BaseHit:
    return BaseHit(
        rule_id=row["rule_id"],
        event_id=row["event_id"],
        at=row["at"],
        correlation=row["correlation"],
        group=pairs(row["group"]),
        values=_frozen(row["values"]),
        unit=row["unit_id"],
        event=row["event"],
    )
