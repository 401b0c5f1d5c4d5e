"""Duties of the web role: at their times, and none takes the others with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from dashboards.schedule import Schedule, Task, schedules
from soc.access import SYSTEM
from soc.alert import Action, Actor, Status
from soc.errors import StateError
from soc.state import moves
from soc.state.late import UNIT_LATE, resume_late
from soc.state.moves import Question
from tests.unit.dashboards.life import Life, an_alert
from tests.unit.reports.kpi.worlds import a_world


@pytest.mark.parametrize("error", [StateError("busy"), ValueError("a defect")])
def test_a_failing_task_is_counted_and_the_others_run(life: Life, error: Exception) -> None:
    def fails(now: datetime) -> None:
        raise error

    ran: list[datetime] = []
    tasks = [Task("fails", 10, fails), Task("works", 10, ran.append)]
    plan = Schedule(life.services, tasks, "test")

    plan.step()
    plan.step()
    life.clock.advance(timedelta(seconds=10))
    plan.step()

    assert (tasks[0].runs, tasks[0].failures) == (2, 2)
    assert len(ran) == 2


def test_all_duties_of_the_web_role_run(life: Life) -> None:
    life.raise_alerts([an_alert()])

    made = schedules(replace(life.services, world=a_world()))
    for each in made:
        each.step()

    assert {task.name: task.failures for each in made for task in each.tasks} == {
        "order": 0,
        "late units": 0,
        "silent sources": 0,
        "figures": 0,
        "posture": 0,
        "posture days": 0,
        "idle accounts": 0,
        "jobs": 0,
        "forecasts": 0,
        "warnings": 0,
        "own figures": 0,
        "figures of the hub": 0,
    }


def test_threads_start_and_stop(life: Life) -> None:
    ran: list[Any] = []
    plan = Schedule(life.services, [Task("once", 0.01, ran.append)], "test")
    plan.start()
    plan.stop()
    plan.step()

    assert len(ran) <= 1


def test_a_deadline_that_passed_resumes_the_alert_with_its_flag(life: Life) -> None:
    life.raise_alerts([an_alert()])
    now = life.clock.now()
    with life.state.write() as tx:
        moves.act(
            tx,
            "alert-a",
            Action.ASK_UNIT,
            by=Actor("an.nt"),
            scope=SYSTEM,
            revision=1,
            at=now,
            request_id="",
            question=Question("?", "CNTT", now + timedelta(hours=1)),
        )

    assert resume_late(life.state, now + timedelta(minutes=59)) == 0
    assert resume_late(life.state, now + timedelta(minutes=60)) == 1
    assert resume_late(life.state, now + timedelta(minutes=61)) == 0

    with life.state.read() as tx:
        alert = tx.alerts.get("alert-a", SYSTEM)
        assert (alert.status, alert.flags, alert.unit_due) == (Status.IN_PROGRESS, (UNIT_LATE,), None)
        assert tx.alerts.history("alert-a", SYSTEM)[-1].actor == "system"
        assert list(tx.alerts.differences(SYSTEM)) == []
