"""Reasons for which a subsystem is not in use, given by a named person with a date (ioc-hub.md 2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, func, insert, select

from soc.access import Scope
from soc.state.scoped import within
from soc.state.tables.readiness import SaidReason, readiness_reason


@dataclass(frozen=True, slots=True)
class Said:
    """What `person` said on a day. `unit`: which answers for the subsystem. `account`: who wrote it down."""

    subsystem: str
    unit: str
    reason: SaidReason
    person: str
    said_on: date
    account: str
    at: datetime
    next_step: str = ""
    deadline: date | None = None


class Readiness:
    """Methods of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def say(self, said: Said, scope: Scope) -> bool:
        """Keeps it; False when the unit lies outside the scope."""
        if not scope.sees(said.unit):
            return False
        row = {name: getattr(said, name) for name in _COLUMNS} | {"unit_id": said.unit}
        self._connection.execute(insert(readiness_reason), row)
        return True

    def in_force(self, scope: Scope, *, as_of: datetime | None = None) -> dict[str, Said]:
        """The last one of each subsystem, as known at `as_of` (None: now); withdrawn ones are left out."""
        table = readiness_reason
        last = select(func.max(table.c.seq).label("seq")).where(within(scope, table.c.unit_id))
        if as_of is not None:
            last = last.where(table.c.at <= as_of)
        newest = last.group_by(table.c.subsystem).subquery()
        statement = select(table).join(newest, newest.c.seq == table.c.seq)
        statement = statement.where(table.c.reason != SaidReason.WITHDRAWN)
        return {row["subsystem"]: _said(row) for row in self._connection.execute(statement).mappings()}

    def history(self, subsystem: str, scope: Scope) -> Sequence[Said]:
        """Everything that was said of it, the newest first."""
        table = readiness_reason
        statement = select(table).where(table.c.subsystem == subsystem, within(scope, table.c.unit_id))
        rows = self._connection.execute(statement.order_by(table.c.seq.desc())).mappings()
        return tuple(map(_said, rows))


_COLUMNS = ("subsystem", "reason", "person", "said_on", "account", "at", "next_step", "deadline")


def _said(row: RowMapping) -> Said:
    return Said(unit=row["unit_id"], **{name: row[name] for name in _COLUMNS})
