"""Tasks as rows with an append-only history. Seen by every unit that a task concerns: the lead and those who help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, insert, select, true, update

from soc.access import Scope
from soc.alert import Actor, ActorKind
from soc.errors import NotFound
from soc.state.numbers import next_number
from soc.state.scoped import within
from soc.state.tables.command import task, task_event, task_unit
from soc.task import LinkKind, Task, TaskState

NUMBERS = "task"
ASSIGN = "assign"  # the first line of a history


@dataclass(frozen=True, slots=True)
class TaskEvent:
    """One line of a task's history; never changed, never deleted."""

    seq: int
    at: datetime
    actor: str
    actor_kind: ActorKind
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    note: str


class Tasks:
    """What may be done stands in soc/task.py; soc/state/task_acts.py does it, with the audit entry."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def assign(self, draft: Task, scope: Scope, *, by: Actor, at: datetime) -> Task:
        """Gives it its number and first line of history. Raises NotFound when the scope does not see its lead unit."""
        if not scope.sees(draft.lead):
            raise NotFound
        made = replace(draft, number=next_number(self._connection, NUMBERS), revision=1)
        self._connection.execute(insert(task), _row(made))
        concerned = [{"task_id": made.id, "unit_id": unit, "lead": unit == made.lead} for unit in made.units]
        self._connection.execute(insert(task_unit), concerned)
        self._tell(made, ASSIGN, {}, _record(made), "", by=by, at=at)
        return made

    def get(self, task_id: str, scope: Scope) -> Task:
        """Raises NotFound, also outside the scope."""
        record = self._connection.scalar(select(task.c.record).where(task.c.id == task_id, _concerns(scope)))
        if record is None:
            raise NotFound
        return msgspec.convert(record, Task)

    def all(self, scope: Scope, *, states: Iterable[TaskState] = ()) -> tuple[Task, ...]:
        """By deadline, the nearest first."""
        statement = select(task.c.record).where(_concerns(scope))
        if wanted := tuple(states):
            statement = statement.where(task.c.state.in_(wanted))
        rows = self._connection.scalars(statement.order_by(task.c.due, task.c.number))
        return tuple(msgspec.convert(one, Task) for one in rows)

    def linked(self, scope: Scope, link: LinkKind, ids: Iterable[str]) -> tuple[Task, ...]:
        """What came of these tiles, warnings or meetings, the newest first."""
        statement = select(task.c.record).where(_concerns(scope), task.c.link_kind == link, task.c.link_id.in_(ids))
        rows = self._connection.scalars(statement.order_by(task.c.number.desc()))
        return tuple(msgspec.convert(one, Task) for one in rows)

    def history(self, task_id: str, scope: Scope) -> tuple[TaskEvent, ...]:
        """Oldest first."""
        mine = select(task.c.id).where(task.c.id == task_id, _concerns(scope))
        statement = select(task_event).where(task_event.c.task_id.in_(mine)).order_by(task_event.c.seq)
        return tuple(
            TaskEvent(**{name: getattr(row, name) for name in _TOLD}) for row in self._connection.execute(statement)
        )

    def record(
        self, old: Task, new: Task, scope: Scope, kind: str, note: str, *, by: Actor, at: datetime
    ) -> tuple[Task, dict[str, Any], dict[str, Any]]:
        """Writes the change and its line of history, and answers it; the caller has read `old` in this transaction."""
        if not scope.sees(old.lead):
            raise NotFound
        written = replace(new, revision=old.revision + 1)
        self._connection.execute(update(task).where(task.c.id == old.id).values(_row(written)))
        was, now = _record(old), _record(written)
        changed = [name for name in now if was[name] != now[name]]
        before, after = {name: was[name] for name in changed}, {name: now[name] for name in changed}
        self._tell(written, kind, before, after, note, by=by, at=at)
        return written, before, after

    def _tell(
        self, of: Task, kind: str, before: Mapping[str, Any], after: Mapping[str, Any], note: str, *, by: Actor,
        at: datetime,
    ) -> None:  # fmt: skip
        line = {"task_id": of.id, "unit_id": of.lead, "at": at, "actor": by.id, "actor_kind": by.kind}
        self._connection.execute(
            insert(task_event), line | {"kind": kind, "before": before, "after": after, "note": note}
        )


_COLUMNS = ("id", "number", "state", "due", "assigned_by", "revision")
_TOLD = ("seq", "at", "actor", "actor_kind", "kind", "before", "after", "note")


def _concerns(scope: Scope) -> ColumnElement[bool]:
    """The tasks of which some unit lies in the scope."""
    if scope.units is None:
        return true()
    return task.c.id.in_(select(task_unit.c.task_id).where(within(scope, task_unit.c.unit_id)))


def _record(one: Task) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(one)
    return made


def _row(one: Task) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: getattr(one, name) for name in ("id", "number", "state", "due", "assigned_by", "revision")
    }
    link = {"link_kind": one.link.kind if one.link else None, "link_id": one.link.id if one.link else None}
    return row | link | {"unit_id": one.lead, "record": _record(one)}
