"""The register of systems: dated records, and the sources that each owes. The audit entry is the caller's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from soc.access import Scope
from soc.errors import NotFound, StateError
from soc.register import ExpectedSource, Removal, System
from soc.state.scoped import within
from soc.state.tables.registers import expected_source, system


class Systems:
    """A change ends the record in force and begins a new one; an id is for ever."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, scope: Scope, *, at: datetime | None = None) -> tuple[System, ...]:
        """The records in force now or at `at`, by id, the retired ones too."""
        statement = select(system).where(within(scope, system.c.unit_id))
        if at is None:
            statement = statement.where(system.c.valid_to.is_(None))
        else:
            open_then = or_(system.c.valid_to.is_(None), system.c.valid_to > at)
            statement = statement.where(system.c.valid_from <= at, open_then)
        return tuple(_system(row) for row in self._connection.execute(statement.order_by(system.c.id)))

    def get(self, system_id: str, scope: Scope) -> System:
        """The record in force. Raises NotFound, also outside the scope."""
        mine = (system.c.id == system_id, system.c.valid_to.is_(None), within(scope, system.c.unit_id))
        row = self._connection.execute(select(system).where(*mine)).first()
        if row is None:
            raise NotFound
        return _system(row)

    def versions(self, system_id: str, scope: Scope) -> tuple[System, ...]:
        """Every record there has been, oldest first, as far as the scope sees it."""
        statement = select(system).where(system.c.id == system_id, within(scope, system.c.unit_id))
        return tuple(_system(row) for row in self._connection.execute(statement.order_by(system.c.valid_from)))

    def add(self, added: System) -> None:
        """Raises StateError when the id was ever used, by whatever unit."""
        used = self._connection.scalar(select(system.c.id).where(system.c.id == added.id).limit(1))
        if used is not None:
            raise StateError(f"there is a system '{added.id}' already - choose another id", code="SOC-1640")
        self._connection.execute(insert(system), _row(added))

    def change(self, system_id: str, scope: Scope, *, at: datetime, **changes: Any) -> System:
        """Ends the record in force at `at` and begins one with these changes; its expected sources go along."""
        old = self.get(system_id, scope)
        new = replace(old, **changes, valid_from=max(at, old.valid_from), valid_to=None)
        if new == replace(old, valid_from=new.valid_from):
            return old
        mine = (system.c.id == old.id, system.c.valid_from == old.valid_from)
        if new.valid_from == old.valid_from:
            self._connection.execute(update(system).where(*mine).values(_row(new)))
        else:
            self._connection.execute(update(system).where(*mine).values(valid_to=new.valid_from))
            self._connection.execute(insert(system), _row(new))
        if new.unit != old.unit:
            moved = update(expected_source).where(expected_source.c.system_id == new.id)
            self._connection.execute(moved.values(unit_id=new.unit))
        return new

    def expected(self, scope: Scope, *, system_id: str | None = None) -> tuple[ExpectedSource, ...]:
        """Also those whose removal is approved: they counted before it. `expected_on` says which count on a day."""
        statement = select(expected_source).where(within(scope, expected_source.c.unit_id))
        if system_id is not None:
            statement = statement.where(expected_source.c.system_id == system_id)
        return tuple(_expected(row) for row in self._connection.execute(statement.order_by(expected_source.c.id)))

    def owes(self, expected_id: int, scope: Scope) -> ExpectedSource:
        """One line of them. Raises NotFound, also outside the scope."""
        mine = (expected_source.c.id == expected_id, within(scope, expected_source.c.unit_id))
        row = self._connection.execute(select(expected_source).where(*mine)).first()
        if row is None:
            raise NotFound
        return _expected(row)

    def expect(self, of: System, source_id: str, *, since: date, by: str, at: datetime) -> None:
        """The system owes this source from that day on. Raises StateError when it does already."""
        scope = Scope(frozenset({of.unit}))
        for one in self.expected(scope, system_id=of.id):
            if one.source == source_id and not (one.removal and one.removal.approved_at):
                text = f"system '{of.id}' owes the source '{source_id}' already, since {one.since}"
                raise StateError(text, code="SOC-1641")
        made = {"system_id": of.id, "source_id": source_id, "unit_id": of.unit, "since": since}
        self._connection.execute(insert(expected_source), made | {"added_by": by, "added_at": at})

    def ask_removal(self, expected_id: int, scope: Scope, *, since: date, reason: str, by: str, at: datetime) -> None:
        """Changes nothing in what counts; a second wish replaces the first while nobody has approved."""
        if (old := self.owes(expected_id, scope).removal) and old.approved_at:
            raise StateError(f"its removal was approved by {old.approved_by}", code="SOC-1642")
        asked = {"removal_asked_by": by, "removal_asked_at": at, "removed_since": since, "removal_reason": reason}
        self._connection.execute(update(expected_source).where(expected_source.c.id == expected_id).values(asked))

    def approve_removal(self, expected_id: int, scope: Scope, *, by: str, at: datetime) -> None:
        """Raises StateError when nobody asked, or when the asker approves himself."""
        removal = self.owes(expected_id, scope).removal
        if removal is None or removal.approved_at is not None:
            raise StateError("no removal of this source waits for a second person", code="SOC-1642")
        if removal.asked_by == by:
            raise StateError("a second person approves the removal of a source", code="SOC-1644")
        approved = {"removal_approved_by": by, "removal_approved_at": at}
        self._connection.execute(update(expected_source).where(expected_source.c.id == expected_id).values(approved))

    def refuse_removal(self, expected_id: int, scope: Scope) -> None:
        """The source goes on being expected; also the asker may take his wish back."""
        removal = self.owes(expected_id, scope).removal
        if removal is None or removal.approved_at is not None:
            raise StateError("no removal of this source waits for a second person", code="SOC-1642")
        names = ("removal_asked_by", "removal_asked_at", "removed_since", "removal_reason")
        mine = expected_source.c.id == expected_id
        self._connection.execute(update(expected_source).where(mine).values(dict.fromkeys(names)))


_SAME = (
    *("id", "name", "valid_from", "valid_to", "level", "decision_number", "decision_date"),
    *("deadline", "contact", "retired"),
)


def _row(value: System) -> dict[str, Any]:
    return {name: getattr(value, name) for name in _SAME} | {"unit_id": value.unit}


def _system(row: Row[Any]) -> System:
    return System(**{name: getattr(row, name) for name in _SAME}, unit=row.unit_id)


def _expected(row: Row[Any]) -> ExpectedSource:
    same = {name: getattr(row, name) for name in ("id", "since", "added_by", "added_at")}
    removal = None
    if row.removal_asked_at is not None:
        asked = (row.removed_since, row.removal_reason, row.removal_asked_by, row.removal_asked_at)
        removal = Removal(*asked, row.removal_approved_by, row.removal_approved_at)
    return ExpectedSource(**same, system=row.system_id, source=row.source_id, unit=row.unit_id, removal=removal)
