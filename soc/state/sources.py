"""Sources: who sends, as dated records (collectors.md 1.1). Unknown senders come in as `pending`, never lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select, update

from soc.access import SYSTEM, UNASSIGNED, Scope
from soc.errors import NotFound
from soc.state.numbers import next_number
from soc.state.scoped import within
from soc.state.source_table import Match, Source, SourceTable
from soc.state.tables.pipeline import counter
from soc.state.tables.sources import SourceClass, SourceState, source, source_seen
from soc.state.upsert import chunks, upsert

CHANGES = "source_change"


@dataclass(frozen=True, slots=True)
class Seen:
    """When a source was heard first and last, by time of receipt."""

    first: datetime
    last: datetime


class Sources:
    """A change ends the record in force and begins a new one; an id is for ever."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def table(self) -> SourceTable:
        """Everything, for the loops that resolve senders; load it again when `mark` has moved."""
        rows = self._connection.execute(select(source).order_by(source.c.id, source.c.valid_from)).mappings()
        return SourceTable(_source(row) for row in rows)

    def mark(self) -> int:
        """Grows with every change of any source."""
        return self._connection.scalar(select(counter.c.value).where(counter.c.name == CHANGES)) or 0

    def all(self, scope: Scope, *, states: tuple[SourceState, ...] = ()) -> tuple[Source, ...]:
        """The records in force, by id."""
        statement = select(source).where(source.c.valid_to.is_(None), within(scope, source.c.unit_id))
        if states:
            statement = statement.where(source.c.state.in_(states))
        return tuple(_source(row) for row in self._connection.execute(statement.order_by(source.c.id)).mappings())

    def get(self, source_id: str, scope: Scope) -> Source:
        """The record in force. Raises NotFound, also outside the scope."""
        found = self._versions(source_id, scope, now=True)
        if not found:
            raise NotFound
        return found[0]

    def versions(self, source_id: str, scope: Scope) -> tuple[Source, ...]:
        """Every record there has been, oldest first, as far as the scope sees it."""
        return self._versions(source_id, scope, now=False)

    def add(self, added: Source) -> Source:
        """A source that is known by name; does nothing when its id is there already."""
        if not self._versions(added.id, SYSTEM, now=True):
            self._insert(added)
        return self.get(added.id, SYSTEM)

    def greet(self, match: Match, *, at: datetime) -> Source:
        """An unknown sender, `pending` and `unassigned`; the same sender always gets the same id."""
        told = match.host or match.peer or match.listener
        tail = blake2b("\n".join((match.listener, match.peer, match.host)).encode(), digest_size=3).hexdigest()
        return self.add(Source(id=f"{_slug(told)}-{tail}", name=told, valid_from=at, match=(match,)))

    def change(self, source_id: str, scope: Scope, *, at: datetime, **changes: Any) -> Source:
        """Ends the record in force at `at` and begins one with these changes."""
        old = self.get(source_id, scope)
        new = replace(old, **changes, valid_from=max(at, old.valid_from), valid_to=None)
        if new == replace(old, valid_from=new.valid_from):
            return old
        if new.valid_from == old.valid_from:
            self._connection.execute(update(source).where(*_record(old)).values(_row(new)))
        else:
            self._connection.execute(update(source).where(*_record(old)).values(valid_to=new.valid_from))
            self._connection.execute(insert(source), _row(new))
        next_number(self._connection, CHANGES)
        return new

    def approve(self, source_id: str, scope: Scope, *, unit: str, at: datetime, **changes: Any) -> Source:
        """A pending sender becomes an active source of a unit, from `at` on."""
        return self.change(source_id, scope, at=at, unit=unit, state=SourceState.ACTIVE, **changes)

    def saw(self, last: Mapping[str, datetime]) -> None:
        """These sources were heard at these times."""
        units = self._units(last)
        rows = [
            {"source_id": name, "unit_id": units.get(name, UNASSIGNED), "first_seen": at, "last_seen": at}
            for name, at in last.items()
        ]
        upsert(self._connection, source_seen, rows, update=("unit_id", "last_seen"))

    def seen(self, scope: Scope) -> dict[str, Seen]:
        rows = self._connection.execute(select(source_seen).where(within(scope, source_seen.c.unit_id)))
        return {row.source_id: Seen(row.first_seen, row.last_seen) for row in rows}

    def _insert(self, added: Source) -> None:
        self._connection.execute(insert(source), _row(added))
        next_number(self._connection, CHANGES)

    def _units(self, ids: Iterable[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for some in chunks(ids):
            statement = select(source.c.id, source.c.unit_id).where(source.c.id.in_(some), source.c.valid_to.is_(None))
            found |= {row.id: row.unit_id for row in self._connection.execute(statement)}
        return found

    def _versions(self, source_id: str, scope: Scope, *, now: bool) -> tuple[Source, ...]:
        statement = select(source).where(source.c.id == source_id, within(scope, source.c.unit_id))
        if now:
            statement = statement.where(source.c.valid_to.is_(None))
        rows = self._connection.execute(statement.order_by(source.c.valid_from)).mappings()
        return tuple(_source(row) for row in rows)


def _slug(text: str) -> str:
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in text.lower())
    return kept.strip("-")[:40] or "sender"


def _record(of: Source) -> tuple[Any, ...]:
    return source.c.id == of.id, source.c.valid_from == of.valid_from


def _row(value: Source) -> dict[str, Any]:
    same = ("id", "valid_from", "valid_to", "name", "contact", "product", "zone", "relay", "state")
    row: dict[str, Any] = {name: getattr(value, name) for name in same}
    return row | {"unit_id": value.unit, "class": value.kind, "match": msgspec.to_builtins(value.match)}


def _source(row: RowMapping) -> Source:
    same = ("id", "valid_from", "valid_to", "name", "contact", "product", "zone", "relay")
    return Source(
        **{name: row[name] for name in same},
        unit=row["unit_id"],
        kind=SourceClass(row["class"]),
        state=SourceState(row["state"]),
        match=msgspec.convert(row["match"], tuple[Match, ...]),
    )
