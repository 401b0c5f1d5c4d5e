from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soc.alert import Actor
from soc.errors import IllegalMove, StateError
from soc.state.task_acts import TaskWish, decide
from soc.task import BY, MOVES, OPEN, Side, Task, TaskMove, TaskState, legal_moves, moves_of
from tests.builders import NOON

DAY = timedelta(days=1)
AN = Actor("an")
ALL = frozenset(Side)
EXAMPLES = 2_000 if os.environ.get("SOC_PROOF") else 300


def a_task(**fields: Any) -> Task:
    values = ("task-1", 1, "Báo cáo", "so-y-te", ("so-tai-chinh",), "Chủ tịch", "lanh-dao", NOON, NOON + 4 * DAY)
    return replace(Task(*values), **fields)


def a_wish(move: TaskMove, sides: frozenset[Side] = ALL, **fields: Any) -> TaskWish:
    values: dict[str, Any] = {"reason": "vì chờ số liệu", "answer": "đã làm", "due": NOON + 9 * DAY} | fields
    return TaskWish(move, AN, values.pop("at", NOON), sides, **values)


def test_a_task_goes_from_hand_to_hand_to_its_end() -> None:
    task = a_task()
    for move in (TaskMove.ACCEPT, TaskMove.BEGIN, TaskMove.REPORT):
        task = decide(task, a_wish(move, frozenset({Side.LEAD})))
    assert (task.state, task.answer, task.reported_at) == (TaskState.REPORTED, "đã làm", NOON)
    returned = decide(task, a_wish(TaskMove.RETURN, frozenset({Side.OPERATOR})))
    assert moves_of(returned, frozenset({Side.LEAD})) == (TaskMove.BEGIN, TaskMove.ASK_LONGER)
    assert decide(task, a_wish(TaskMove.COMPLETE, frozenset({Side.ASSIGNER}))).ended_at == NOON


def test_only_the_assigner_cancels_and_only_the_lead_reports() -> None:
    for side in (Side.LEAD, Side.OPERATOR):
        with pytest.raises(IllegalMove):
            decide(a_task(), a_wish(TaskMove.CANCEL, frozenset({side})))
    with pytest.raises(IllegalMove):
        decide(a_task(state=TaskState.IN_PROGRESS), a_wish(TaskMove.REPORT, frozenset({Side.ASSIGNER, Side.OPERATOR})))


def test_more_time_is_a_request_until_the_assigner_decides() -> None:
    asked = decide(a_task(), a_wish(TaskMove.ASK_LONGER))
    assert (asked.due, asked.state) == (NOON + 4 * DAY, TaskState.ASSIGNED)
    assert TaskMove.ASK_LONGER not in legal_moves(asked)
    granted = decide(asked, a_wish(TaskMove.GRANT_LONGER, frozenset({Side.ASSIGNER})))
    assert (granted.due, granted.extension) == (NOON + 9 * DAY, None)
    refused = decide(asked, a_wish(TaskMove.REFUSE_LONGER, frozenset({Side.ASSIGNER})))
    assert (refused.due, refused.extension) == (NOON + 4 * DAY, None)
    with pytest.raises(IllegalMove):
        decide(asked, a_wish(TaskMove.GRANT_LONGER, frozenset({Side.OPERATOR, Side.LEAD})))


def test_overdue_is_computed_and_a_report_is_judged_by_when_it_came() -> None:
    task, late = a_task(state=TaskState.IN_PROGRESS), NOON + 5 * DAY
    assert (task.overdue(task.due), task.overdue(late)) == (False, True)
    in_time = decide(task, a_wish(TaskMove.REPORT, at=task.due))
    assert not in_time.overdue(late)
    too_late = decide(task, a_wish(TaskMove.REPORT, at=late))
    assert too_late.overdue(late)
    assert decide(too_late, a_wish(TaskMove.COMPLETE)).late
    assert not a_task(state=TaskState.CANCELLED).overdue(late)
    assert "overdue" not in Task.__slots__


@pytest.mark.parametrize(
    ("move", "state", "lacks"),
    [
        (TaskMove.RETURN, TaskState.REPORTED, {"reason": "no"}),
        (TaskMove.CANCEL, TaskState.ASSIGNED, {"reason": "  "}),
        (TaskMove.ASK_LONGER, TaskState.ASSIGNED, {"due": NOON + 4 * DAY}),
        (TaskMove.REPORT, TaskState.IN_PROGRESS, {"answer": " "}),
    ],
)
def test_a_step_that_lacks_something_is_refused_by_field(
    move: TaskMove, state: TaskState, lacks: dict[str, Any]
) -> None:
    with pytest.raises(StateError, match=f"^{next(iter(lacks))}: ") as caught:
        decide(a_task(state=state), a_wish(move, **lacks))
    assert caught.value.code == "SOC-1646"


@given(st.lists(st.tuples(st.sampled_from(TaskMove), st.frozensets(st.sampled_from(Side))), max_size=12))
@settings(max_examples=EXAMPLES, deadline=None)
def test_no_walk_leaves_the_table(steps: list[tuple[TaskMove, frozenset[Side]]]) -> None:
    task = a_task()
    for move, sides in steps:
        try:
            new = decide(task, a_wish(move, sides, due=task.due + DAY))
        except IllegalMove:
            assert move not in moves_of(task, sides)
            continue
        assert BY[move] & sides
        assert new.state in {task.state, MOVES[task.state].get(move)}
        assert task.state in OPEN
        task = new
