"""Figures that others hand us: endpoint protection, and the botnet lists that name our addresses.

A second value of the same unit, day and giver replaces the first; the audit log, which is the caller's, keeps both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from soc.access import Scope
from soc.register import BotnetAddress, EndpointCount
from soc.state.scoped import within
from soc.state.tables.registers import botnet_address, endpoint_count
from soc.state.upsert import upsert


class External:
    """Counts by unit and day, each with whoever gave it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def endpoints(
        self, scope: Scope, *, since: date | None = None, until: date | None = None
    ) -> tuple[EndpointCount, ...]:
        """Newest day first, then by unit."""
        table = endpoint_count
        statement = select(table).where(within(scope, table.c.unit_id), *_between(table, since, until))
        rows = self._connection.execute(statement.order_by(table.c.day.desc(), table.c.unit_id, table.c.given_by))
        return tuple(EndpointCount(unit=row.unit_id, **{name: getattr(row, name) for name in _COUNTED}) for row in rows)

    def latest_endpoints(self, scope: Scope, *, until: date) -> tuple[EndpointCount, ...]:
        """Of each unit and giver the newest count that is not later than `until`."""
        newest: dict[tuple[str, str], EndpointCount] = {}
        for one in self.endpoints(scope, until=until):
            newest.setdefault((one.unit, one.given_by), one)
        return tuple(newest.values())

    def count_endpoints(self, counts: Iterable[EndpointCount]) -> None:
        rows = [{"unit_id": one.unit, **{name: getattr(one, name) for name in _COUNTED}} for one in counts]
        changed = ("machines", "protected", "current", "detections", "recorded_by", "recorded_at")
        upsert(self._connection, endpoint_count, rows, update=changed)

    def botnet(
        self, scope: Scope, *, since: date | None = None, until: date | None = None
    ) -> tuple[BotnetAddress, ...]:
        """Newest day first, then by unit and address."""
        table = botnet_address
        statement = select(table).where(within(scope, table.c.unit_id), *_between(table, since, until))
        rows = self._connection.execute(statement.order_by(table.c.day.desc(), table.c.unit_id, table.c.address))
        return tuple(BotnetAddress(unit=row.unit_id, **{name: getattr(row, name) for name in _LISTED}) for row in rows)

    def botnet_counts(self, scope: Scope, *, since: date, until: date) -> dict[str, int]:
        """Unit -> distinct addresses on any list of these days."""
        table = botnet_address
        statement = select(table.c.unit_id, func.count(table.c.address.distinct()))
        statement = statement.where(within(scope, table.c.unit_id), *_between(table, since, until))
        return {row[0]: row[1] for row in self._connection.execute(statement.group_by(table.c.unit_id))}

    def list_botnet(self, addresses: Iterable[BotnetAddress]) -> None:
        rows = [{"unit_id": one.unit, **{name: getattr(one, name) for name in _LISTED}} for one in addresses]
        upsert(self._connection, botnet_address, rows, update=("name", "recorded_by", "recorded_at"))

    def givers(self, scope: Scope) -> dict[str, date]:
        """Who has given anything, and for which day last: a figure of nobody is not a zero."""
        given = [(one.given_by, one.day) for one in self.endpoints(scope)]
        given += [(one.given_by, one.day) for one in self.botnet(scope)]
        return {name: max(day for giver, day in given if giver == name) for name, _ in given}


_COUNTED = ("day", "given_by", "machines", "protected", "current", "detections", "recorded_by", "recorded_at")
_LISTED = ("day", "address", "given_by", "name", "recorded_by", "recorded_at")


def _between(table: Any, since: date | None, until: date | None) -> list[Any]:
    first = [] if since is None else [table.c.day >= since]
    return first if until is None else [*first, table.c.day <= until]
