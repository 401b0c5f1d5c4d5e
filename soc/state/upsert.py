"""INSERT … ON CONFLICT, which SQLite and PostgreSQL have alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]
T = TypeVar("T")

CHUNK = 1_000
"""Values of one IN list."""


def upsert(
    connection: Connection, table: Table, rows: Sequence[Row], *, update: Sequence[str] = (), add: Sequence[str] = ()
) -> None:
    """Inserts; where the primary key is there already, `update` columns are replaced and `add` columns summed.
    With neither, the old row stays."""
    if not rows:
        return
    build = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = build(table)
    if update or add:
        changes: dict[str, Any] = {name: statement.excluded[name] for name in update}
        changes |= {name: table.c[name] + statement.excluded[name] for name in add}
        statement = statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changes)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(table.primary_key))
    connection.execute(statement, [dict(row) for row in rows])


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """At most CHUNK at a time, each value once."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), CHUNK):
        yield distinct[start : start + CHUNK]
