"""Number sequences without gaps: taken in the transaction that uses them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from soc.state.tables.pipeline import counter
from soc.state.upsert import upsert


def next_number(connection: Connection, name: str, many: int = 1) -> int:
    """Reserves `many` numbers and answers the first; sequences begin at 1."""
    upsert(connection, counter, [{"name": name, "value": many}], add=("value",))
    last = connection.scalar(select(counter.c.value).where(counter.c.name == name))
    return int(last or 0) - many + 1
