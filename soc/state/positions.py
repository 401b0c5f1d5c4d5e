"""Read positions of the loops, moved by compare-and-set."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from soc.errors import PositionMoved
from soc.state.tables.pipeline import position

START = -1
"""Before the first record."""


class Positions:
    """One row a role and lane."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, role: str, lane: str) -> int:
        """The offset of the last record whose result is stored; START at the beginning."""
        found = self._connection.scalar(select(position.c.at).where(*_key(role, lane)))
        return START if found is None else int(found)

    def lanes(self, role: str) -> dict[str, int]:
        rows = self._connection.execute(select(position.c.lane, position.c.at).where(position.c.role == role))
        return {row.lane: row.at for row in rows}

    def move(self, role: str, lane: str, old: int, new: int) -> None:
        """Raises PositionMoved when the stored position is not `old`: stop at once, roll back."""
        moved = self._connection.execute(
            update(position).where(*_key(role, lane), position.c.at == old).values(at=new)
        ).rowcount
        if not moved and old == START:
            moved = self._begin(role, lane, new)
        if not moved:
            raise PositionMoved(
                f"{role}/{lane}: position is {self.get(role, lane)}, not {old}: another process works here - stop one",
                code="SOC-1606",
            )

    def _begin(self, role: str, lane: str, new: int) -> int:
        try:
            return self._connection.execute(insert(position).values(role=role, lane=lane, at=new)).rowcount
        except IntegrityError:
            return 0


def _key(role: str, lane: str) -> tuple[ColumnElement[bool], ...]:
    return position.c.role == role, position.c.lane == lane
