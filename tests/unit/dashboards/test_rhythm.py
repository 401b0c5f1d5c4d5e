"""Gaps by a source's own rhythm."""

from __future__ import annotations

from datetime import datetime, timedelta

from dashboards.alerts.rhythm import BUCKET, gaps, gaps_of
from tests.builders import NOON

MINUTE = timedelta(minutes=1)
SINCE, UNTIL = NOON - 15 * MINUTE, NOON + 15 * MINUTE


def spoken(first: datetime, last: datetime, *, every: int = 1, but: tuple[int, int] | None = None) -> list[int]:
    """Starts of minutes; `but`: minutes from NOON in which nothing came."""
    minutes = range(0, int((last - first) / MINUTE), every)
    found = [first + n * MINUTE for n in minutes]
    silent = (NOON + but[0] * MINUTE, NOON + but[1] * MINUTE) if but else (UNTIL, UNTIL)
    return [int(at.timestamp()) for at in found if not silent[0] <= at < silent[1]]


def test_a_source_that_speaks_each_minute_and_stops_for_ten_has_a_gap() -> None:
    heard = spoken(NOON - 300 * MINUTE, UNTIL, but=(-5, 5))
    assert gaps_of(heard, SINCE, UNTIL) == [(NOON - 5 * MINUTE, NOON + 5 * MINUTE)]


def test_a_source_that_speaks_every_ten_minutes_has_none() -> None:
    heard = spoken(NOON - 300 * MINUTE, UNTIL, every=10)
    assert gaps_of(heard, SINCE, UNTIL) == []


def test_nothing_is_claimed_of_a_source_without_a_rhythm() -> None:
    assert gaps_of(spoken(NOON - 300 * MINUTE, NOON - 200 * MINUTE, every=50), SINCE, UNTIL) == []


def test_a_silence_that_began_before_the_window_is_cut_at_its_edge() -> None:
    heard = spoken(NOON - 300 * MINUTE, UNTIL, but=(-60, 5))
    assert gaps_of(heard, SINCE, UNTIL) == [(SINCE, NOON + 5 * MINUTE)]


def test_no_gap_reaches_beyond_now_and_the_last_one_goes_on() -> None:
    now = NOON + 8 * MINUTE
    heard = {"dc01": spoken(NOON - 300 * MINUTE, NOON)}
    (gap,) = gaps(heard, {"dc01": "DC01"}, SINCE, UNTIL, now)
    assert (gap.name, gap.since, gap.until, gap.goes_on) == ("DC01", NOON, now, True)
    assert gaps(heard, {}, SINCE, UNTIL, SINCE) == ()


def test_a_pause_of_one_bucket_is_no_gap() -> None:
    heard = spoken(NOON - 300 * MINUTE, UNTIL, but=(0, 2))
    assert gaps_of(heard, SINCE, UNTIL) == []
    assert BUCKET == 60
