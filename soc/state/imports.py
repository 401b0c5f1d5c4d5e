"""Files that were imported, by SHA-256: the same bytes twice are said to be the same, whatever their name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update

from soc.access import UNASSIGNED, Scope
from soc.state.scoped import within
from soc.state.tables.sources import imported_file
from soc.state.upsert import upsert

INCOMPLETE = -1


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """`bytes` as they lay on disk; `records` in the raw log, INCOMPLETE until it was read to its end."""

    sha256: str
    name: str
    bytes: int
    records: int
    at: datetime
    by: str = "system"
    unit: str = UNASSIGNED


class Imports:
    """The first import of a file stays on record; `--again` does not change it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, sha256: str, scope: Scope) -> ImportedFile | None:
        statement = select(imported_file).where(
            imported_file.c.sha256 == sha256, within(scope, imported_file.c.unit_id)
        )
        row = self._connection.execute(statement).mappings().first()
        return None if row is None else _value(row)

    def add(self, imported: ImportedFile) -> None:
        names = ("sha256", "name", "bytes", "records", "at", "by")
        row = {name: getattr(imported, name) for name in names}
        upsert(self._connection, imported_file, [row | {"unit_id": imported.unit}])

    def complete(self, sha256: str, records: int) -> None:
        """The file was read to its end."""
        self._connection.execute(update(imported_file).where(imported_file.c.sha256 == sha256).values(records=records))

    def all(self, scope: Scope, *, limit: int = 100) -> tuple[ImportedFile, ...]:
        """Newest first."""
        statement = select(imported_file).where(within(scope, imported_file.c.unit_id))
        statement = statement.order_by(imported_file.c.at.desc(), imported_file.c.sha256).limit(limit)
        return tuple(_value(row) for row in self._connection.execute(statement).mappings())


def _value(row: RowMapping) -> ImportedFile:
    names = ("sha256", "name", "bytes", "records", "at", "by")
    return ImportedFile(**{name: row[name] for name in names}, unit=row["unit_id"])
