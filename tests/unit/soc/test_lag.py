from __future__ import annotations

from datetime import timedelta

from soc.lag import SPAN, Lag
from tests.builders import NOON

SECOND = timedelta(seconds=1)


def test_an_idle_loop_has_no_lag_rather_than_none_of_it() -> None:
    lag = Lag()
    assert lag.p95(NOON) is None
    assert lag.figures(NOON) == {}


def test_one_late_batch_of_twenty_does_not_make_the_lag() -> None:
    lag = Lag()
    for _ in range(39):
        lag.note(NOON - SECOND, NOON)
    lag.note(NOON - 60 * SECOND, NOON)
    assert lag.figures(NOON) == {"lag_p95": 1.0}


def test_what_is_older_than_the_span_is_forgotten_and_a_clock_ahead_is_no_lag() -> None:
    lag = Lag()
    lag.note(NOON - 60 * SECOND, NOON)
    lag.note(NOON + 2 * SPAN, NOON + SPAN)
    assert lag.p95(NOON + SPAN + SECOND) == 0.0
