"""What the pipeline must remember that is no row of its own: the rule set in force, evaluated-up-to, and the like."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from soc.state.tables.pipeline import fact
from soc.state.upsert import upsert


class Facts:
    """Named JSON values, the latest only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> Any:
        """The value, None when it was never put."""
        row = self._connection.execute(select(fact.c.value).where(fact.c.name == name)).first()
        return None if row is None else row.value

    def put(self, name: str, value: Any, *, at: datetime) -> None:
        upsert(self._connection, fact, [{"name": name, "value": value, "at": at}], update=("value", "at"))
