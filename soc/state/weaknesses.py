"""Scans of systems and the weaknesses that are known of them. The audit entry is the caller's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from soc.access import Scope
from soc.errors import NotFound, StaleRevision, StateError
from soc.register import Scan, Weakness
from soc.state.scoped import within
from soc.state.tables.registers import system_scan, weakness


class Weaknesses:
    """Rows keep the unit that their system had when they were recorded."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def scans(self, scope: Scope, *, system_id: str | None = None) -> tuple[Scan, ...]:
        """Newest first."""
        statement = select(system_scan).where(within(scope, system_scan.c.unit_id))
        if system_id is not None:
            statement = statement.where(system_scan.c.system_id == system_id)
        order = (system_scan.c.scanned_on.desc(), system_scan.c.id.desc())
        return tuple(_scan(row) for row in self._connection.execute(statement.order_by(*order)))

    def last_scans(self, scope: Scope, *, until: date | None = None) -> dict[str, date]:
        """System -> day of its last scan, up to `until`; never scanned systems are left out."""
        statement = select(system_scan.c.system_id, func.max(system_scan.c.scanned_on))
        statement = statement.where(within(scope, system_scan.c.unit_id)).group_by(system_scan.c.system_id)
        if until is not None:
            statement = statement.where(system_scan.c.scanned_on <= until)
        return {row[0]: _day(row[1]) for row in self._connection.execute(statement)}

    def scanned(self, one: Scan) -> None:
        """Its id is not looked at. Raises StateError for a scan that is recorded already."""
        row = {"system_id": one.system, "unit_id": one.unit, "scanned_on": one.scanned_on, "by": one.by}
        _insert(self._connection, system_scan, row | {"note": one.note, "recorded_at": one.recorded_at})

    def all(self, scope: Scope, *, system_id: str | None = None, open_only: bool = False) -> tuple[Weakness, ...]:
        """What is due first stands first."""
        statement = select(weakness).where(within(scope, weakness.c.unit_id))
        if system_id is not None:
            statement = statement.where(weakness.c.system_id == system_id)
        if open_only:
            statement = statement.where(weakness.c.fixed_on.is_(None))
        return tuple(
            _weakness(row) for row in self._connection.execute(statement.order_by(weakness.c.due, weakness.c.id))
        )

    def get(self, weakness_id: int, scope: Scope) -> Weakness:
        """Raises NotFound, also outside the scope."""
        mine = (weakness.c.id == weakness_id, within(scope, weakness.c.unit_id))
        row = self._connection.execute(select(weakness).where(*mine)).first()
        if row is None:
            raise NotFound
        return _weakness(row)

    def add(self, one: Weakness) -> None:
        """Its id is not looked at. Raises StateError for one that is recorded already."""
        _insert(self._connection, weakness, {name: value for name, value in _row(one).items() if name != "id"})

    def change(self, weakness_id: int, scope: Scope, *, revision: int, **changes: Any) -> Weakness:
        """Raises NotFound, StaleRevision."""
        old = self.get(weakness_id, scope)
        if old.revision != revision:
            raise StaleRevision(
                f"the weakness is at revision {old.revision}, you read {revision} - look at it again, then try again",
                code="SOC-1609",
            )
        new = replace(old, **changes, revision=revision + 1)
        self._connection.execute(update(weakness).where(weakness.c.id == weakness_id).values(_row(new)))
        return new


_SAME = ("id", "code", "title", "level", "found_on", "due", "fixed_on", "recorded_at", "revision")


def _insert(connection: Connection, table: Any, row: dict[str, Any]) -> None:
    try:
        connection.execute(insert(table), row)
    except IntegrityError as error:
        raise StateError("this is recorded already, with the same system and day", code="SOC-1643") from error


def _row(one: Weakness) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _SAME} | {"system_id": one.system, "unit_id": one.unit}


def _weakness(row: Row[Any]) -> Weakness:
    return Weakness(**{name: getattr(row, name) for name in _SAME}, system=row.system_id, unit=row.unit_id)


def _scan(row: Row[Any]) -> Scan:
    same = {name: getattr(row, name) for name in ("id", "scanned_on", "by", "recorded_at", "note")}
    return Scan(**same, system=row.system_id, unit=row.unit_id)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
