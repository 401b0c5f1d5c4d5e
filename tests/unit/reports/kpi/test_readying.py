"""The readiness board counts what was due over a week."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from reports.kpi.board import View
from reports.kpi.readiness import GivenReason, Ready, Reason, counted
from reports.kpi.readying import readiness_board
from reports.kpi.world import World
from soc.access import SYSTEM
from soc.observation import NaturalKey, Observation, Status
from soc.period import PeriodType, Reporting, period_of, realtime
from soc.state.store import State
from tests.unit.reports.kpi.test_board import DAY, NOW, UNITS, a_world, store

WORLD = a_world()
GIVEN = {
    name: GivenReason(reason, "Nguyễn Văn An", date(2026, 11, 1))
    for name, reason in (("education", Reason.NO_SOFTWARE), ("tourism", Reason.NO_AGREEMENT))
}


def fill(state: State, world: World, subsystem: str, days: int, units: tuple[str, ...] = UNITS) -> None:
    """All figures of a subsystem, every day in time, the last of today."""
    for back in reversed(range(days)):
        at = NOW - back * DAY - timedelta(minutes=1)
        some = []
        for kpi in world.catalogue.subsystems[subsystem].kpis:
            period = realtime(at) if kpi.period is PeriodType.REALTIME else None
            period = period or period_of(kpi.period, at.date(), Reporting.ADMIN)
            for unit in units:
                key = NaturalKey(kpi.id, unit, period)
                some.append(Observation(f"{key}:{back}", key, Decimal(1), Status.OFFICIAL, back))
        store(state, some, at)


def test_nothing_ever_came_is_not_connected_and_somebody_is_asked(state: State) -> None:
    with state.read() as tx:
        board = readiness_board(tx, WORLD, View(SYSTEM, NOW), GIVEN)
    assert counted(row.readiness for row in board) == (0, 12)
    assert {row.readiness.state for row in board} == {Ready.NOT_CONNECTED}
    found = {row.subsystem.id: row.readiness for row in board}
    assert found["education"].reason is Reason.NO_SOFTWARE
    assert (found["documents_tasks"].reason, found["documents_tasks"].asked) == (Reason.UNKNOWN, "so-0")
    assert found["documents_tasks"].today.due == len(WORLD.catalogue.subsystems["documents_tasks"].kpis) * len(UNITS)


def test_a_week_in_time_is_live_and_a_late_one_says_so(state: State) -> None:
    fill(state, WORLD, "documents_tasks", 8)
    fill(state, WORLD, "public_services", 8, UNITS[:1])
    with state.read() as tx:
        board = {row.subsystem.id: row.readiness for row in readiness_board(tx, WORLD, View(SYSTEM, NOW), GIVEN)}
        then = readiness_board(tx, WORLD, View(SYSTEM, NOW - 20 * DAY, past=True), GIVEN)
        after = readiness_board(tx, WORLD, View(SYSTEM, NOW + 20 * DAY), GIVEN)
        long_after = readiness_board(tx, WORLD, View(SYSTEM, NOW + 31 * DAY), GIVEN)
    assert (board["documents_tasks"].state, board["documents_tasks"].share) == (Ready.LIVE, Decimal(1))
    thin = board["public_services"]
    assert (thin.state, thin.reason, thin.share) == (Ready.PARTIAL, Reason.DATA_INCOMPLETE, Decimal("0.2"))
    assert thin.today.missing_units == UNITS[1:]
    assert {row.readiness.state for row in then} == {Ready.NOT_CONNECTED}
    late = {row.subsystem.id: row.readiness for row in after}["documents_tasks"]
    assert (late.state, late.reason) == (Ready.PARTIAL, Reason.DATA_LATE)
    assert {row.readiness.state for row in long_after} == {Ready.NOT_CONNECTED}
