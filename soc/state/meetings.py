"""Meetings as rows: what was shown and decided is only added to (ioc-hub.md 14.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from soc.access import Scope
from soc.errors import NotFound
from soc.meeting import Decision, FrozenTile, Meeting, MeetingState
from soc.state.numbers import next_number
from soc.state.scoped import within
from soc.state.tables.command import meeting, meeting_decision, meeting_tile

NUMBERS = "meeting"


class Meetings:
    """Methods of one transaction; the audit entries are the caller's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def prepare(self, draft: Meeting, tiles: Sequence[FrozenTile], scope: Scope, *, at: datetime) -> Meeting:
        """Numbers and keeps it with its tiles. Raises NotFound when the scope does not see its unit."""
        if not scope.sees(draft.unit):
            raise NotFound
        made = replace(draft, number=next_number(self._connection, NUMBERS), revision=1)
        self._connection.execute(insert(meeting), _row(made))
        self._freeze(made, tiles, at)
        return made

    def freeze_anew(
        self, old: Meeting, as_of: datetime, tiles: Sequence[FrozenTile], scope: Scope, *, at: datetime
    ) -> Meeting:
        """Another moment of the same meeting; the set that was shown before is kept."""
        if not scope.sees(old.unit):
            raise NotFound
        made = replace(old, as_of=as_of, revision=old.revision + 1)
        self._connection.execute(update(meeting).where(meeting.c.id == old.id).values(_row(made)))
        self._freeze(made, tiles, at)
        return made

    def end(self, old: Meeting, scope: Scope) -> Meeting:
        """Nothing is frozen anew after that."""
        if not scope.sees(old.unit):
            raise NotFound
        made = replace(old, state=MeetingState.ENDED)
        self._connection.execute(update(meeting).where(meeting.c.id == old.id).values(_row(made)))
        return made

    def get(self, meeting_id: str, scope: Scope) -> Meeting:
        """Raises NotFound, also outside the scope."""
        mine = (meeting.c.id == meeting_id, within(scope, meeting.c.unit_id))
        row = self._connection.execute(select(meeting).where(*mine)).one_or_none()
        if row is None:
            raise NotFound
        return _meeting(row)

    def all(self, scope: Scope, *, limit: int = 200) -> tuple[Meeting, ...]:
        """The latest first."""
        statement = select(meeting).where(within(scope, meeting.c.unit_id)).order_by(meeting.c.at.desc()).limit(limit)
        return tuple(_meeting(row) for row in self._connection.execute(statement))

    def tiles(self, of: Meeting, scope: Scope) -> tuple[FrozenTile, ...]:
        """The set in force, in its order."""
        table = meeting_tile.c
        statement = select(meeting_tile).where(
            table.meeting_id == of.id, table.revision == of.revision, within(scope, table.unit_id)
        )
        rows = self._connection.execute(statement.order_by(table.position))
        return tuple(FrozenTile(row.position, row.tile, row.content) for row in rows)

    def decide(self, of: Meeting, draft: Decision, tile: str, scope: Scope) -> Decision:
        """Numbers the decision within its meeting and keeps it."""
        if not scope.sees(of.unit):
            raise NotFound
        table = meeting_decision.c
        last = self._connection.scalar(select(func.max(table.number)).where(table.meeting_id == of.id)) or 0
        made = replace(draft, number=last + 1)
        row = {name: getattr(made, name) for name in _DECIDED}
        more = {"meeting_id": of.id, "unit_id": of.unit, "task_id": made.task, "tile": tile}
        self._connection.execute(insert(meeting_decision), row | more)
        return made

    def decisions(self, of: Meeting, scope: Scope) -> tuple[Decision, ...]:
        table = meeting_decision.c
        statement = select(meeting_decision).where(table.meeting_id == of.id, within(scope, table.unit_id))
        return tuple(_decision(row) for row in self._connection.execute(statement.order_by(table.number)))

    def last_decisions(self, of: Meeting, scope: Scope, tiles: Iterable[str]) -> dict[str, Decision]:
        """The last decision over each of these tiles, in this meeting or an earlier one of the unit."""
        table = meeting_decision.c
        statement = select(meeting_decision).where(
            table.tile.in_(list(tiles)), table.unit_id == of.unit, within(scope, table.unit_id)
        )
        rows = self._connection.execute(statement.order_by(table.at, table.number))
        return {row.tile: _decision(row) for row in rows}

    def before(self, of: Meeting, scope: Scope) -> Meeting | None:
        """The meeting of the unit before this one."""
        statement = select(meeting).where(
            meeting.c.unit_id == of.unit, meeting.c.at < of.at, within(scope, meeting.c.unit_id)
        )
        row = self._connection.execute(statement.order_by(meeting.c.at.desc()).limit(1)).one_or_none()
        return None if row is None else _meeting(row)

    def _freeze(self, of: Meeting, tiles: Sequence[FrozenTile], at: datetime) -> None:
        rows = [
            {"meeting_id": of.id, "revision": of.revision, "position": one.position, "unit_id": of.unit}
            | {"tile": one.tile, "content": one.content, "at": at}
            for one in tiles
        ]
        if rows:
            self._connection.execute(insert(meeting_tile), rows)


_DECIDED = ("number", "position", "text", "lead", "due", "decided_by", "at")
_COLUMNS = ("id", "number", "title", "at", "as_of", "agenda", "prepared_by", "state", "revision")


def _row(one: Meeting) -> dict[str, object]:
    return {name: getattr(one, name) for name in _COLUMNS} | {"unit_id": one.unit}


def _meeting(row: Row[tuple[object, ...]]) -> Meeting:
    return Meeting(unit=row.unit_id, **{name: getattr(row, name) for name in _COLUMNS})


def _decision(row: Row[tuple[object, ...]]) -> Decision:
    return Decision(task=row.task_id, **{name: getattr(row, name) for name in _DECIDED})
