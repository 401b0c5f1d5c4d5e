"""Which catalogue, profile and organisation chart held when: past views are read with those of their time
(ioc-hub.md 8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select

from soc.state.tables.receipts import Loaded, loaded_version
from soc.state.types import canonical


class Versions:
    """The same for everybody who signs in: no scope here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, kind: Loaded, document: Mapping[str, Any], *, at: datetime) -> str:
        """Notes what was loaded; the same as the last one changes nothing. Answers its digest."""
        digest = sha256(canonical(document)).hexdigest()
        last = select(loaded_version.c.digest).where(loaded_version.c.kind == kind)
        if self._connection.scalar(last.order_by(loaded_version.c.seq.desc()).limit(1)) != digest:
            row = {"kind": kind, "digest": digest, "at": at, "document": document}
            self._connection.execute(insert(loaded_version), row)
        return digest

    def in_force(self, kind: Loaded, as_of: datetime) -> tuple[str, Mapping[str, Any]] | None:
        """Digest and document of the last one loaded by then; before the first, the first. None: never any."""
        table = loaded_version
        statement = select(table.c.digest, table.c.document, table.c.at).where(table.c.kind == kind)
        then = statement.where(table.c.at <= as_of).order_by(table.c.seq.desc()).limit(1)
        row = self._connection.execute(then).first()
        row = row or self._connection.execute(statement.order_by(table.c.seq).limit(1)).first()
        return None if row is None else (row.digest, row.document)
