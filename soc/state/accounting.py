"""The conservation law: received = stored + quarantined + dropped + in flight, per source (collectors.md 1.3).

Counts that follow from a log are a function of a position in it: they are added together with the position that
they cover, by compare-and-set, so a repeat after a crash adds nothing and a gap is impossible.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select

from soc.access import UNASSIGNED, Scope
from soc.state.positions import Positions
from soc.state.scoped import within
from soc.state.tables.sources import source_count
from soc.state.upsert import upsert


class Fate(StrEnum):
    """What is counted. The first four are raw records and obey the law; `duplicate` is a part of `stored`;
    events are counted apart, since one record may give many or none. HEARD: parsed live events in the hour of their
    own time, which says when a source could be seen; a broken parser is blindness."""

    RECEIVED = "received"
    STORED = "stored"
    QUARANTINED = "quarantined"
    DROPPED = "dropped"
    DUPLICATE = "duplicate"
    EVENT = "event"
    PIPELINE_ERROR = "pipeline_error"
    HEARD = "heard"


@dataclass(frozen=True, slots=True)
class Count:
    """`n` records of a source with one fate in the hour of `at` (time of receipt; of the event for HEARD)."""

    source: str
    at: datetime
    fate: Fate
    n: int
    reason: str = ""
    unit: str = UNASSIGNED


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One source's sums. `in_flight` must fall to 0 when the loops have caught up."""

    source: str
    received: int = 0
    stored: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    duplicates: int = 0
    events: int = 0
    pipeline_errors: int = 0

    @property
    def in_flight(self) -> int:
        return self.received - self.stored - sum(self.quarantined.values()) - sum(self.dropped.values())


class Accounting:
    """Counters by source, hour, fate and reason; they survive every restart."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._positions = Positions(connection)

    def upto(self, role: str, lane: str) -> int:
        """The last offset whose records are counted: count on from here after a restart."""
        return self._positions.get(_counter(role), lane)

    def add(self, role: str, lane: str, *, after: int, upto: int, rows: Iterable[Count]) -> bool:
        """Adds what the records `after + 1` to `upto` gave. False, and nothing added, when they are counted already.
        Raises PositionMoved when the counted part ends anywhere else."""
        if self.upto(role, lane) == upto:
            return False
        self._positions.move(_counter(role), lane, after, upto)
        self.note(rows)
        return True

    def note(self, rows: Iterable[Count]) -> None:
        """Adds what no log knows: datagrams that the kernel dropped, requests that were refused."""
        sums: dict[tuple[str, datetime, str, str], tuple[str, int]] = {}
        for row in rows:
            hour = row.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            key = (row.source, hour, row.fate, row.reason)
            sums[key] = (row.unit, sums.get(key, ("", 0))[1] + row.n)
        values = [
            {"source_id": name, "hour": hour, "fate": fate, "reason": reason, "unit_id": unit, "n": n}
            for (name, hour, fate, reason), (unit, n) in sums.items()
        ]
        upsert(self._connection, source_count, values, add=("n",))

    def ledger(
        self, scope: Scope, *, since: datetime | None = None, source: str | None = None
    ) -> tuple[LedgerRow, ...]:
        """One row a source, by id; `since` is rounded down to its hour."""
        total = func.sum(source_count.c.n)
        statement = select(source_count.c.source_id, source_count.c.fate, source_count.c.reason, total)
        statement = statement.where(source_count.c.fate != Fate.HEARD.value, within(scope, source_count.c.unit_id))
        if since is not None:
            statement = statement.where(source_count.c.hour >= since.replace(minute=0, second=0, microsecond=0))
        if source is not None:
            statement = statement.where(source_count.c.source_id == source)
        statement = statement.group_by(source_count.c.source_id, source_count.c.fate, source_count.c.reason)
        sums: dict[str, dict[tuple[str, str], int]] = {}
        for name, fate, reason, n in self._connection.execute(statement):
            sums.setdefault(name, {})[fate, reason] = n
        return tuple(_ledger_row(name, sums[name]) for name in sorted(sums))

    def first(self, scope: Scope) -> datetime | None:
        """The first hour of which anything is counted; None: nothing ever was."""
        statement = select(func.min(source_count.c.hour)).where(within(scope, source_count.c.unit_id))
        found: datetime | None = self._connection.scalar(statement)
        return found

    def hourly(self, scope: Scope, since: datetime) -> dict[str, dict[datetime, LedgerRow]]:
        """Source -> hour -> sums. A record is received and judged within seconds, so it may fall into two hours."""
        count = source_count.c
        statement = select(count.source_id, count.hour, count.fate, count.reason, count.n)
        statement = statement.where(count.hour >= since, count.fate != Fate.HEARD.value, within(scope, count.unit_id))
        sums: dict[str, dict[datetime, dict[tuple[str, str], int]]] = {}
        for name, hour, fate, reason, n in self._connection.execute(statement):
            sums.setdefault(name, {}).setdefault(hour, {})[fate, reason] = n
        return {name: {hour: _ledger_row(name, one) for hour, one in hours.items()} for name, hours in sums.items()}


def _ledger_row(source: str, sums: dict[tuple[str, str], int]) -> LedgerRow:
    def of(fate: Fate) -> dict[str, int]:
        return {reason: n for (name, reason), n in sorted(sums.items()) if name == fate}

    return LedgerRow(
        source=source,
        received=sum(of(Fate.RECEIVED).values()),
        stored=sum(of(Fate.STORED).values()),
        quarantined=of(Fate.QUARANTINED),
        dropped=of(Fate.DROPPED),
        duplicates=sum(of(Fate.DUPLICATE).values()),
        events=sum(of(Fate.EVENT).values()),
        pipeline_errors=sum(of(Fate.PIPELINE_ERROR).values()),
    )


def _counter(role: str) -> str:
    """Its own row beside the role's read position: the two move in different transactions."""
    return f"{role}:count"
