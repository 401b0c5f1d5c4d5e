from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soc.alert import Alert, Level
from soc.calendar import ZONE
from soc.limits import DEFAULT
from soc.order import PartName, cents, next_change, place_at, place_of, placed, risk_points, sum_of
from tests.builders import a_card, an_alert

START = datetime(2026, 11, 25, 8, 0, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)


def raised(level: Level = Level.HIGH, **fields: Any) -> Alert:
    return DEFAULT.put_on(an_alert(rule=a_card(level=level), raised_at=START, **fields))


def key(alert: Alert) -> tuple[int, float]:
    return alert.band, -alert.priority


@pytest.mark.parametrize(
    ("level", "points"), [(Level.CRITICAL, 99), (Level.HIGH, 73), (Level.MEDIUM, 47), (Level.LOW, 21)]
)
def test_a_fresh_alert_has_the_points_of_its_level(level: Level, points: float) -> None:
    assert placed(raised(level), START, DEFAULT).priority == points


def test_waiting_adds_up_to_twice_the_points() -> None:
    points = [placed(raised(), START + minutes * MINUTE, DEFAULT).priority for minutes in (0, 15, 30, 60, 600)]
    assert points == [73, 109.5, 146, 219, 219]


def test_an_overdue_alert_moves_up_one_band_but_never_among_the_critical() -> None:
    late = START + timedelta(days=30)
    bands = [placed(raised(level), late, DEFAULT).band for level in Level if level is not Level.INFORMATIONAL]
    assert bands == [0, 1, 1, 2]
    assert sum_of(placed(raised(Level.LOW), late, DEFAULT)).overdue


def test_one_taken_in_time_stays_in_its_band() -> None:
    taken = replace(raised(Level.MEDIUM), taken_at=START + MINUTE)
    assert placed(taken, START + timedelta(days=30), DEFAULT).band == 2


def test_a_fresh_critical_one_is_above_every_overdue_low_one() -> None:
    late = START + timedelta(days=300)
    low = placed(replace(raised(Level.LOW), risk=50.0, asset_level=5), late, DEFAULT)
    critical = placed(replace(raised(Level.CRITICAL), raised_at=late, asset_level=1), late, DEFAULT)
    assert key(critical) < key(low)


def test_the_risk_term_is_half_the_score_and_has_a_top() -> None:
    assert [risk_points(score) for score in (0, 33.33, 100, 900)] == [0, 16.66, 50, 50]


def test_what_was_waited_does_not_fall_when_a_clock_does() -> None:
    waited = placed(raised(), START + 20 * MINUTE, DEFAULT)
    assert placed(waited, START, DEFAULT).priority == waited.priority


def test_the_next_change_is_the_instant_at_which_the_place_changes() -> None:
    for level in (Level.CRITICAL, Level.MEDIUM, Level.LOW):
        place = place_at(place_of(raised(level)), START, DEFAULT)
        steps = 0
        while (then := next_change(place, DEFAULT)) is not None:
            before = place
            assert place_at(place, then - timedelta(milliseconds=2), DEFAULT) == before
            place = place_at(place, then, DEFAULT)
            assert place.waited == before.waited + 5
            steps += 1
        assert (steps, place.waited) == (40, 200)


def test_an_alert_without_limits_does_not_move() -> None:
    place = place_of(an_alert())
    assert next_change(place, DEFAULT) is None
    assert place_at(place, START + timedelta(days=9), DEFAULT).waited == 0


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from([level for level in Level if level is not Level.INFORMATIONAL]),
    st.integers(0, 100_000),
    st.sampled_from([None, 1, 2, 3, 4, 5]),
    st.floats(0, 60),
)
def test_the_sum_adds_up_to_the_hundredth(level: Level, minutes: int, asset: int | None, risk: float) -> None:
    alert = placed(replace(raised(level), asset_level=asset, risk=risk), START + minutes * MINUTE, DEFAULT)
    found = sum_of(alert)
    assert sum(cents(part.points) for part in found.parts) == cents(found.total) == cents(alert.priority)
    assert [part.name for part in found.parts] == list(PartName)
