"""A warning moves by one table, and goes up when nobody takes it."""

from __future__ import annotations

from datetime import datetime, timedelta

from soc.calendar import ZONE, vietnam
from soc.warning import OPEN, WARNING_MOVES, WarningLevel, WarningState, acknowledge_before, goes_up, may_move

FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=ZONE)


def test_every_state_can_be_reached_and_the_last_ones_are_closed() -> None:
    reached = {WarningState.NEW}.union(*WARNING_MOVES.values())
    assert reached == set(WarningState)
    assert {state for state, moves in WARNING_MOVES.items() if moves} == OPEN


def test_a_warning_that_is_not_confirmed_wants_a_reason() -> None:
    assert not may_move(WarningState.IN_PROGRESS, WarningState.UNCONFIRMED, " ")
    assert may_move(WarningState.IN_PROGRESS, WarningState.UNCONFIRMED, "báo nhầm")
    assert not may_move(WarningState.NEW, WarningState.HANDLED)


def test_limits_run_in_working_time_unless_it_is_serious() -> None:
    calendar = vietnam()
    monday = datetime(2026, 11, 23, 10, 30, tzinfo=ZONE)
    assert acknowledge_before(FRIDAY, WarningLevel.ATTENTION, calendar) == monday
    assert acknowledge_before(FRIDAY, WarningLevel.SERIOUS, calendar) == FRIDAY + timedelta(minutes=30)
    for level in WarningLevel:
        limit = acknowledge_before(FRIDAY, level, calendar)
        assert not goes_up(WarningState.NEW, FRIDAY, level, limit, calendar)
        assert goes_up(WarningState.NEW, FRIDAY, level, limit + timedelta(seconds=1), calendar)
        assert not goes_up(WarningState.ACKNOWLEDGED, FRIDAY, level, limit + timedelta(days=9), calendar)
