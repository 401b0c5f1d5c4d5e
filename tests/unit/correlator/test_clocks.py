from __future__ import annotations

from datetime import timedelta

from correlator.clocks import SourceClock
from tests.builders import NOON


def skew_of(*pairs: tuple[float, float]) -> float | None:
    """Seconds of receipt and of delay -> seconds of skew."""
    clock = SourceClock()
    for received, delay in pairs:
        clock.note(NOON + timedelta(seconds=received), timedelta(seconds=delay))
    found = clock.skew(NOON)
    return found.skew.total_seconds() if found else None


def test_a_clock_that_is_behind_shows_in_a_steady_delay() -> None:
    assert skew_of(*((5 * n, 300 + n % 3) for n in range(20))) == 300


def test_a_clock_that_is_ahead_has_a_negative_delay() -> None:
    assert skew_of(*((5 * n, -7 * 3600.0) for n in range(20))) == -7 * 3600


def test_two_hours_replayed_in_two_minutes_say_nothing() -> None:
    assert skew_of(*((n, 7_200 - 60 * n) for n in range(120))) is None


def test_a_replay_at_once_says_nothing_however_steady_it_is() -> None:
    assert skew_of(*((n / 10, 4_260) for n in range(200))) is None


def test_batches_whose_youngest_line_is_of_any_age_say_nothing() -> None:
    ages = (40, 500, 130, 900, 250, 700)
    assert skew_of(*((600 * n + m, age + 600 - 120 * m) for n, age in enumerate(ages) for m in range(5))) is None


def test_after_a_replay_the_live_lines_outvote_it() -> None:
    replay = [(n, 7_200 - 300 * n) for n in range(20)]
    assert skew_of(*replay, *((30 + 5 * n, 1) for n in range(30))) == 1


def test_some_late_lines_among_many_do_not_matter() -> None:
    assert skew_of(*((5 * n, 900 if n % 7 == 0 else 2) for n in range(24))) == 2


def test_many_lines_a_second_count_by_the_fastest_of_them() -> None:
    clock = SourceClock()
    for n in range(2_000):
        clock.note(NOON + timedelta(seconds=n / 20), timedelta(seconds=3 + n % 20))
    found = clock.skew(NOON)
    assert found
    assert (found.skew, found.events) == (timedelta(seconds=3), 2_000)


def test_of_few_lines_nothing_is_said() -> None:
    assert skew_of((0, 2), (40, 2), (80, 2)) is None
    assert skew_of() is None
