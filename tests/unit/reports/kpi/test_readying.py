"""The readiness board counts what was due over a week."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from reports.kpi.board import View
from reports.kpi.readiness import GIVEN_BY_PEOPLE, Readiness, Ready, Reason, counted
from reports.kpi.readying import readiness_board
from reports.kpi.world import World
from soc.access import SYSTEM, Scope
from soc.observation import NaturalKey, Observation, Status
from soc.period import PeriodType, Reporting, period_of, realtime
from soc.state.readiness import Said
from soc.state.store import State
from soc.state.tables.readiness import SaidReason
from tests.unit.reports.kpi.test_board import DAY, NOW, UNITS, a_world, store

WORLD = a_world()
ENTERED = NOW - timedelta(hours=2)


def say(state: State, subsystem: str, reason: SaidReason, *, at: datetime = ENTERED) -> None:
    said = Said(subsystem, "so-0", reason, "Nguyễn Văn An", date(2026, 11, 1), "an", at, "ký quy chế")
    with state.write() as tx:
        assert tx.readiness.say(said, SYSTEM)


def of(state: State, view: View) -> dict[str, Readiness]:
    with state.read() as tx:
        return {row.subsystem.id: row.readiness for row in readiness_board(tx, WORLD, view)}


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
    say(state, "education", SaidReason.NO_SOFTWARE)
    with state.read() as tx:
        board = readiness_board(tx, WORLD, View(SYSTEM, NOW))
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
        board = {row.subsystem.id: row.readiness for row in readiness_board(tx, WORLD, View(SYSTEM, NOW))}
        then = readiness_board(tx, WORLD, View(SYSTEM, NOW - 20 * DAY, past=True))
        after = readiness_board(tx, WORLD, View(SYSTEM, NOW + 20 * DAY))
        long_after = readiness_board(tx, WORLD, View(SYSTEM, NOW + 31 * DAY))
    assert (board["documents_tasks"].state, board["documents_tasks"].share) == (Ready.LIVE, Decimal(1))
    thin = board["public_services"]
    assert (thin.state, thin.reason, thin.share) == (Ready.PARTIAL, Reason.DATA_INCOMPLETE, Decimal("0.2"))
    assert thin.today.missing_units == UNITS[1:]
    assert {row.readiness.state for row in then} == {Ready.NOT_CONNECTED}
    late = {row.subsystem.id: row.readiness for row in after}["documents_tasks"]
    assert (late.state, late.reason) == (Ready.PARTIAL, Reason.DATA_LATE)
    assert {row.readiness.state for row in long_after} == {Ready.NOT_CONNECTED}


def test_what_people_may_say_is_the_closed_list_of_the_state() -> None:
    assert {str(one) for one in SaidReason} - {SaidReason.WITHDRAWN} == {str(one) for one in GIVEN_BY_PEOPLE}


def test_the_last_word_counts_and_the_past_keeps_its_own(state: State) -> None:
    later = NOW - timedelta(hours=1)
    say(state, "tourism", SaidReason.NO_AGREEMENT)
    say(state, "tourism", SaidReason.UNDER_REVIEW, at=later)
    say(state, "health", SaidReason.NO_CONNECTION)
    say(state, "health", SaidReason.WITHDRAWN, at=later)
    now, then = of(state, View(SYSTEM, NOW)), of(state, View(SYSTEM, ENTERED, past=True))
    assert (now["tourism"].reason, then["tourism"].reason) == (Reason.UNDER_REVIEW, Reason.NO_AGREEMENT)
    assert (now["health"].reason, then["health"].reason) == (Reason.UNKNOWN, Reason.NO_CONNECTION)
    given = now["tourism"].given
    assert given is not None
    assert (given.by, given.on, given.next_step) == ("Nguyễn Văn An", date(2026, 11, 1), "ký quy chế")


def test_a_stranger_neither_says_nor_reads_it(state: State) -> None:
    elsewhere = Scope(frozenset({"so-9"}))
    said = Said("health", "so-0", SaidReason.NO_SOFTWARE, "An", date(2026, 11, 1), "an", NOW)
    with state.write() as tx:
        assert not tx.readiness.say(said, elsewhere)
        assert tx.readiness.say(said, SYSTEM)
    with state.read() as tx:
        assert tx.readiness.in_force(elsewhere) == {}
        assert tx.readiness.history("health", elsewhere) == ()
        assert [one.person for one in tx.readiness.history("health", SYSTEM)] == ["An"]
