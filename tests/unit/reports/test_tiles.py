"""The tile model: classes as shown, ages by the clock, and never a colour or a zero for what nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from reports.catalogue import Definition, Direction, catalogue
from reports.tiles import (
    Arrow,
    Freshness,
    Reading,
    Standing,
    change_of,
    freshness_of,
    missing,
    named,
    ratio,
    standing_of,
    tile,
)
from reports.wording import Text
from tests.builders import NOON

MINUTE = timedelta(minutes=1)
AGES = {"max_age": 15 * MINUTE, "grace": 15 * MINUTE}
SAID = Text("Câu.", "Said.")


def the(kpi: str) -> Definition:
    found = catalogue().get(kpi)
    assert found is not None
    return found


RATE, COUNT = the("alert_resolve_sla_rate"), the("alerts_open_by_severity")


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(0, "live"), (15, "live"), (16, "due"), (30, "due"), (31, "late"), (119, "late"), (120, "lost"), (9999, "lost")],
)
def test_the_age_of_a_figure_has_a_state(minutes: int, state: str) -> None:
    assert freshness_of(NOON - minutes * MINUTE, NOON, **AGES) is Freshness(state)


def test_what_was_never_read_is_never() -> None:
    assert freshness_of(None, NOON, **AGES) is Freshness.NEVER


@pytest.mark.parametrize(
    ("value", "standing"), [(90.0, "good"), (89.96, "good"), (89.94, "watch"), (75.0, "watch"), (74.9, "failed")]
)
def test_thresholds_are_compared_with_the_value_as_shown(value: float, standing: str) -> None:
    assert standing_of(value, RATE) is Standing(standing)


def test_fewer_is_better_where_the_definition_says_so() -> None:
    assert [standing_of(n, COUNT) for n in (0, 3, 6)] == [Standing.GOOD, Standing.WATCH, Standing.FAILED]


def test_no_thresholds_no_colour() -> None:
    assert standing_of(3, the("incidents_open")) is Standing.PLAIN
    assert standing_of(3, replace(COUNT, direction=Direction.NEUTRAL)) is Standing.PLAIN


def test_no_data_is_never_zero_and_never_good() -> None:
    made = tile(COUNT, Reading(None, SAID, NOON), NOON, **AGES)
    assert (made.value, made.shown, made.standing, made.change) == (None, None, Standing.UNKNOWN, None)
    never = tile(COUNT, missing(COUNT, SAID), NOON, **AGES)
    assert (never.shown, never.freshness, never.next_due) == (None, Freshness.NEVER, None)


@pytest.mark.parametrize("hours", [1, 5])
def test_a_late_figure_keeps_its_value_and_loses_its_colour(hours: int) -> None:
    made = tile(COUNT, Reading(0, SAID, NOON - timedelta(hours=hours), before=2), NOON, **AGES)
    assert (made.value, made.standing, made.change) == (0, Standing.UNKNOWN, None)


def test_a_figure_tells_when_the_next_is_due() -> None:
    made = tile(COUNT, Reading(2, SAID, NOON), NOON, **AGES)
    assert made.next_due == NOON + 15 * MINUTE
    assert made.shown == Text("2", "2")
    assert made.aside == COUNT.unit


def test_a_change_is_said_in_words_with_its_direction() -> None:
    down = change_of(81.4, 87.6, RATE)
    assert down is not None
    assert (down.arrow, down.words.vi, down.better) == (Arrow.DOWN, "giảm 6,2 điểm %", False)
    up = change_of(5, 3, COUNT)
    assert up is not None
    assert (up.arrow, up.words.en, up.better) == (Arrow.UP, "up 2", False)


def test_no_difference_as_shown_is_no_change() -> None:
    same = change_of(81.41, 81.39, RATE)
    assert same is not None
    assert (same.arrow, same.better) == (Arrow.SAME, None)
    assert change_of(1, None, COUNT) is None


def test_a_ratio_without_a_denominator_is_no_figure() -> None:
    assert ratio(0, 0) is None
    assert ratio(187, 194) == pytest.approx(96.39, abs=0.01)


def test_long_lists_of_units_are_cut_with_a_count() -> None:
    assert named(["A", "B"]).vi == "A, B"
    assert named(["A", "B", "C", "D", "E"]) == Text("A, B, C và 2 đơn vị khác", "A, B, C and 2 more")


def test_the_clock_is_the_only_time_a_tile_knows() -> None:
    later = NOON + timedelta(minutes=40)
    assert isinstance(later, datetime)
    assert tile(COUNT, Reading(2, SAID, NOON), later, **AGES).freshness is Freshness.LATE
