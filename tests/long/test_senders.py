"""The scenario of 2021 as the board shows it: two of nine, and a reason for each of the seven."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from reports import publisher
from reports.kpi.board import View
from reports.kpi.readiness import Ready, counted
from reports.kpi.readying import readiness_board
from reports.simulate.past import write_past
from reports.simulate.plan import PAST
from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.paths import DataDir
from soc.state.store import State
from socctl.senders import Note, plan_of, say_reasons
from tests.unit.reports.simulate.worlds import NOW, a_province


def test_two_of_nine_run_and_seven_have_their_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "reports.simulate.plan.PAST", {kind: min(span, timedelta(days=45)) for kind, span in PAST.items()}
    )
    monkeypatch.setattr("reports.simulate.plan.PAST_INSTANTS", timedelta(days=9))
    world = a_province("nghe-an")
    state = State.open(DataDir(tmp_path).make(), ManualClock(NOW))
    plan = plan_of(world, Note("y2021", 2026, NOW))
    write_past(state, plan, NOW)
    say_reasons(state, plan)
    assert publisher.publish(state, world, NOW, NOW).receipts == []
    with state.read() as tx:
        rows = [row.readiness for row in readiness_board(tx, world, View(SYSTEM, NOW))]
    assert counted(rows) == (2, 9)
    waiting = [row for row in rows if row.state is not Ready.LIVE]
    assert len([row for row in waiting if row.given is not None and row.given.next_step]) == 7
    state.close()
