"""Tasks: their words, and the one table of a task's life (ioc-hub.md 13). Thin on purpose.

Whether a task is overdue is computed from its deadline, never typed and never stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

TEXT_MOST = 500


class TaskState(StrEnum):
    """Mới giao, đã tiếp nhận, đang thực hiện, báo cáo hoàn thành; hoàn thành, trả lại, hủy."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    REPORTED = "reported"
    RETURNED = "returned"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskMove(StrEnum):
    """What a person may do to a task."""

    ACCEPT = "accept"
    BEGIN = "begin"
    REPORT = "report"
    ASK_LONGER = "ask_longer"
    COMPLETE = "complete"
    RETURN = "return"
    GRANT_LONGER = "grant_longer"
    REFUSE_LONGER = "refuse_longer"
    CANCEL = "cancel"


class Side(StrEnum):
    """On whose behalf somebody acts. LEAD: the unit that has the task. ASSIGNER: who gave it. OPERATOR: the IT centre,
    which may take over what an assigner decides of an answer."""

    LEAD = "lead"
    ASSIGNER = "assigner"
    OPERATOR = "operator"


class LinkKind(StrEnum):
    """What a task came from."""

    TILE = "tile"
    WARNING = "warning"
    MEETING = "meeting"


_S, _M = TaskState, TaskMove
_GIVES = {_M.CANCEL: _S.CANCELLED}

MOVES: dict[TaskState, dict[TaskMove, TaskState]] = {
    _S.ASSIGNED: {_M.ACCEPT: _S.ACCEPTED, _M.ASK_LONGER: _S.ASSIGNED, **_GIVES},
    _S.ACCEPTED: {_M.BEGIN: _S.IN_PROGRESS, _M.ASK_LONGER: _S.ACCEPTED, **_GIVES},
    _S.IN_PROGRESS: {_M.REPORT: _S.REPORTED, _M.ASK_LONGER: _S.IN_PROGRESS, **_GIVES},
    _S.REPORTED: {_M.COMPLETE: _S.DONE, _M.RETURN: _S.RETURNED, **_GIVES},
    _S.RETURNED: {_M.BEGIN: _S.IN_PROGRESS, _M.ASK_LONGER: _S.RETURNED, **_GIVES},
    _S.DONE: {},
    _S.CANCELLED: {},
}
"""Whoever may make a move stands in BY. While a request for more time waits, it can be granted or refused."""

BY: dict[TaskMove, frozenset[Side]] = {
    _M.ACCEPT: frozenset({Side.LEAD}),
    _M.BEGIN: frozenset({Side.LEAD}),
    _M.REPORT: frozenset({Side.LEAD}),
    _M.ASK_LONGER: frozenset({Side.LEAD}),
    _M.COMPLETE: frozenset({Side.ASSIGNER, Side.OPERATOR}),
    _M.RETURN: frozenset({Side.ASSIGNER, Side.OPERATOR}),
    _M.GRANT_LONGER: frozenset({Side.ASSIGNER}),
    _M.REFUSE_LONGER: frozenset({Side.ASSIGNER}),
    _M.CANCEL: frozenset({Side.ASSIGNER}),
}

NEEDS_REASON = frozenset({_M.RETURN, _M.ASK_LONGER, _M.REFUSE_LONGER, _M.CANCEL})
OPEN = frozenset(_S) - {_S.DONE, _S.CANCELLED}
WITH_LEAD = OPEN - {_S.REPORTED}
"""States in which the lead unit owes the next step."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a task came from. `title`: as it was called then."""

    kind: LinkKind
    id: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """More time that was asked for and waits for the assigner."""

    due: datetime
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskFile:
    """The file of an answer; its bytes are kept by hash."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Task:
    """`lead`: chủ trì; `helpers`: phối hợp. `office`: the position that assigns; `assigned_by`: the account in it.
    `reference`: the number that the document system gave it back."""

    id: str
    number: int
    text: str
    lead: str
    helpers: tuple[str, ...]
    office: str
    assigned_by: str
    assigned_at: datetime
    due: datetime
    state: TaskState = TaskState.ASSIGNED
    link: Link | None = None
    answer: str = ""
    file: TaskFile | None = None
    extension: Extension | None = None
    reported_at: datetime | None = None
    ended_at: datetime | None = None
    reference: str = ""
    revision: int = 1

    @property
    def name(self) -> str:
        """NV-000012."""
        return f"NV-{self.number:06d}"

    @property
    def units(self) -> tuple[str, ...]:
        """All whom it concerns, the lead first."""
        return tuple(dict.fromkeys((self.lead, *self.helpers)))

    def overdue(self, now: datetime) -> bool:
        """The unit is late while it owes the next step; a report is judged by the moment at which it came."""
        if self.state in WITH_LEAD:
            return now > self.due
        return self.state is TaskState.REPORTED and self.reported_at is not None and self.reported_at > self.due

    @property
    def late(self) -> bool:
        """Of one that is done: whether the report that was accepted came too late."""
        return self.state is TaskState.DONE and self.reported_at is not None and self.reported_at > self.due


def legal_moves(task: Task) -> tuple[TaskMove, ...]:
    """The moves there are, whoever makes them, in the order in which they are shown."""
    found = tuple(MOVES[task.state])
    if task.extension is not None:
        found = (*(move for move in found if move is not TaskMove.ASK_LONGER), _M.GRANT_LONGER, _M.REFUSE_LONGER)
    return found


def moves_of(task: Task, sides: frozenset[Side]) -> tuple[TaskMove, ...]:
    """The moves that these may make."""
    return tuple(move for move in legal_moves(task) if BY[move] & sides)


def after(task: Task, move: TaskMove) -> TaskState:
    """Where a legal move leads; a decision over more time leaves the state as it is."""
    return MOVES[task.state].get(move, task.state)
