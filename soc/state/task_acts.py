"""Moves of a task: decided from plain values, written with history and audit entry in one transaction.

On which side somebody stands is decided before, from the scopes of the person (dashboards/tasks/service.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from soc.access import Scope
from soc.alert import Actor
from soc.errors import IllegalMove, StaleRevision, StateError
from soc.task import (
    NEEDS_REASON,
    TEXT_MOST,
    Extension,
    Side,
    Task,
    TaskFile,
    TaskMove,
    after,
    moves_of,
)

if TYPE_CHECKING:
    from soc.state.store import Tx

REASON_LEAST, ANSWER_MOST = 5, 5_000
CODE = "SOC-1646"


@dataclass(frozen=True, slots=True)
class TaskWish:
    """One move as asked for. `answer` and `file` belong to a report, `due` to a request for more time."""

    move: TaskMove
    by: Actor
    at: datetime
    sides: frozenset[Side]
    reason: str = ""
    answer: str = ""
    file: TaskFile | None = None
    due: datetime | None = None


def assign(tx: Tx, draft: Task, *, by: Actor, scope: Scope, at: datetime) -> Task:
    """A new task. Raises NotFound for a lead unit outside the scope, StateError that names every fault."""
    if found := draft_faults(draft, at):
        raise StateError("; ".join(f"{name}: {text}" for name, text in found.items()), code=CODE)
    made = tx.tasks.assign(replace(draft, text=" ".join(draft.text.split())), scope, by=by, at=at)
    told = {"text": made.text, "lead": made.lead, "helpers": made.helpers, "due": made.due}
    tx.audit.append(by, "task.assign", made.id, at=at, unit=made.lead, after=told)
    return made


def draft_faults(draft: Task, at: datetime) -> dict[str, str]:
    found: dict[str, str] = {}
    if not draft.text.strip():
        found["text"] = "say what is to be done"
    if len(draft.text) > TEXT_MOST:
        found["text"] = f"at most {TEXT_MOST} characters"
    if draft.due <= at:
        found["due"] = "lies in the past"
    return found


def act(tx: Tx, task_id: str, wish: TaskWish, *, scope: Scope, revision: int) -> Task:
    """Raises NotFound, StaleRevision, IllegalMove, or StateError for what is missing; then nothing is written."""
    old = tx.tasks.get(task_id, scope)
    if old.revision != revision:
        text = f"task is at revision {old.revision}, you read {revision} - look at what changed, then try again"
        raise StaleRevision(text, code="SOC-1609")
    new = decide(old, wish)
    written, before, told = tx.tasks.record(old, new, scope, str(wish.move), _note(wish), by=wish.by, at=wish.at)
    tx.audit.append(
        wish.by, f"task.{wish.move}", old.id, at=wish.at, unit=old.lead, before=before, after=told, reason=wish.reason
    )
    return written


def decide(old: Task, wish: TaskWish) -> Task:
    """The task after the move. Raises IllegalMove, or StateError that names every fault."""
    legal = moves_of(old, wish.sides)
    if wish.move not in legal:
        possible = ", ".join(legal) or "nothing"
        raise IllegalMove(
            f"'{wish.move}' is not yours to do while the task is '{old.state}' - possible: {possible}", legal
        )
    if found := faults(old, wish):
        raise StateError("; ".join(f"{name}: {text}" for name, text in found.items()), code=CODE)
    return replace(old, state=after(old, wish.move), **_CHANGES.get(wish.move, _nothing)(old, wish))


def faults(old: Task, wish: TaskWish) -> dict[str, str]:
    """What the move still lacks or contradicts, by field; the move itself is legal."""
    found: dict[str, str] = {}
    if wish.move in NEEDS_REASON and len(wish.reason.strip()) < REASON_LEAST:
        found["reason"] = f"give a reason of at least {REASON_LEAST} characters"
    if len(wish.reason) > ANSWER_MOST:
        found["reason"] = f"at most {ANSWER_MOST} characters"
    if wish.move is TaskMove.REPORT and not wish.answer.strip():
        found["answer"] = "say what was done"
    if len(wish.answer) > ANSWER_MOST:
        found["answer"] = f"at most {ANSWER_MOST} characters"
    if wish.move is TaskMove.ASK_LONGER and (wish.due is None or wish.due <= max(old.due, wish.at)):
        found["due"] = "give a later deadline"
    return found


def _note(wish: TaskWish) -> str:
    return (wish.reason or wish.answer).strip()


def _nothing(old: Task, wish: TaskWish) -> dict[str, Any]:
    return {}


def _reported(old: Task, wish: TaskWish) -> dict[str, Any]:
    """A request for more time is settled by the work itself."""
    return {
        "answer": wish.answer.strip(),
        "file": wish.file or old.file,
        "reported_at": wish.at,
        "extension": None,
    }


def _asked(old: Task, wish: TaskWish) -> dict[str, Any]:
    assert wish.due is not None  # checked
    return {"extension": Extension(wish.due, wish.reason.strip(), wish.by.id, wish.at)}


def _granted(old: Task, wish: TaskWish) -> dict[str, Any]:
    assert old.extension is not None  # else the move is not legal
    return {"due": old.extension.due, "extension": None}


def _refused(old: Task, wish: TaskWish) -> dict[str, Any]:
    return {"extension": None}


def _ended(old: Task, wish: TaskWish) -> dict[str, Any]:
    return {"ended_at": wish.at, "extension": None}


_CHANGES: dict[TaskMove, Callable[[Task, TaskWish], dict[str, Any]]] = {
    TaskMove.REPORT: _reported,
    TaskMove.ASK_LONGER: _asked,
    TaskMove.GRANT_LONGER: _granted,
    TaskMove.REFUSE_LONGER: _refused,
    TaskMove.COMPLETE: _ended,
    TaskMove.CANCEL: _ended,
}
