from __future__ import annotations

from datetime import UTC, timedelta

from soc.clock import ManualClock, Steadiness, SystemClock
from tests.builders import NOON


def test_the_machine_s_clock_is_aware_and_never_runs_back() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


def test_time_that_passes_moves_both_readings_and_a_jump_one() -> None:
    clock = ManualClock(NOON)
    clock.advance(timedelta(seconds=5))
    clock.jump(-timedelta(hours=3))
    assert (clock.now(), clock.monotonic()) == (NOON + timedelta(seconds=5) - timedelta(hours=3), 5.0)


def test_a_clock_that_was_set_by_hours_is_not_steady() -> None:
    clock = ManualClock(NOON)
    steady = Steadiness(clock)
    clock.advance(timedelta(days=90))
    assert steady.holds()
    clock.jump(timedelta(hours=2))
    assert not steady.holds()
    clock.jump(-timedelta(hours=2))
    assert steady.holds()
