from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from soc.rhythm import FLOOR, HOUR, LEARN_DAYS, LONGEST, PROVINCE, Rhythm, learn
from tests.builders import NOON

START = datetime(2026, 10, 19, 17, tzinfo=UTC)
"""A Tuesday, 00:00 in the province."""

MINUTE = timedelta(minutes=1)


def steady(per_hour: int, days: int, start: datetime = START) -> dict[datetime, int]:
    return {start + n * HOUR: per_hour for n in range(24 * days)}


def office(days: int, start: datetime = START, per_hour: int = 600) -> dict[datetime, int]:
    """Records from 07:00 to 17:00 on working days alone."""
    counts = {}
    for at in (start + n * HOUR for n in range(24 * days)):
        local = at.astimezone(PROVINCE)
        if local.weekday() < 5 and 7 <= local.hour < 17:
            counts[at] = per_hour
    return counts


def learned(counts: dict[datetime, int], days: int, gaps: dict[datetime, timedelta] | None = None) -> Rhythm:
    return learn(counts, gaps or {}, START, START + timedelta(days=days))


def test_a_week_is_learned_before_anything_is_said() -> None:
    assert not learned(steady(60, 6), 6).learned
    assert learned(steady(60, 7), LEARN_DAYS).learned


def test_a_busy_source_may_be_quiet_for_less_time_than_a_slow_one() -> None:
    fast, slow = learned(steady(6_000, 14), 14), learned(steady(4, 14), 14)
    assert fast.gap(NOON) == FLOOR
    assert timedelta(hours=1) < slow.gap(NOON) < timedelta(hours=3)


def test_silence_is_told_by_twice_the_gap_at_the_latest() -> None:
    rhythm = learned(office(28), 28)
    for n in range(24 * 7 * 4):
        last = START + timedelta(days=21) + n * HOUR / 4
        assert rhythm.silent_after(last) <= 2 * rhythm.gap(last)


def test_a_night_and_a_weekend_are_no_silence() -> None:
    rhythm = learned(office(28), 28)
    friday_evening = datetime(2026, 11, 20, 17, 0, tzinfo=PROVINCE) - timedelta(seconds=10)
    assert rhythm.gap(friday_evening) > timedelta(hours=61)
    monday_morning = datetime(2026, 11, 23, 9, 0, tzinfo=PROVINCE)
    assert rhythm.silent_after(monday_morning) < 5 * MINUTE


def test_a_holiday_counts_as_half_a_sunday() -> None:
    tet = frozenset(date(2027, 2, 5) + timedelta(days=n) for n in range(7))
    rhythm = learned(office(28), 28)
    before = datetime(2027, 2, 4, 17, 0, tzinfo=PROVINCE) - timedelta(seconds=10)
    assert rhythm.gap(before, lambda day: day in tet) > timedelta(days=7)
    assert rhythm.gap(before) < timedelta(days=1)


def test_what_is_quiet_twice_is_its_way_and_what_is_quiet_once_is_not() -> None:
    counts = steady(60, 28)
    hole = [START + timedelta(days=3) + n * HOUR for n in range(5)]
    once = learned({at: n for at, n in counts.items() if at not in hole}, 28)
    twice = learned({at: n for at, n in counts.items() if at not in hole and at - timedelta(days=9) not in hole}, 28)
    assert once.gap(NOON) < timedelta(minutes=10)
    assert twice.gap(NOON) > timedelta(hours=3)


def test_finer_gaps_than_an_hour_are_learned_from_what_was_seen() -> None:
    gaps = {START + timedelta(days=n): 20 * MINUTE for n in range(5, 12)}
    assert learned(steady(600, 14), 14).gap(NOON) < 2 * MINUTE
    assert learned(steady(600, 14), 14, gaps).gap(NOON) == pytest.approx(20 * MINUTE, abs=MINUTE)


def test_a_source_that_never_sent_anything_is_never_silent_soon() -> None:
    assert Rhythm(28, (0.0,) * 168, 7.0).gap(NOON) == LONGEST


def test_no_false_word_in_the_week_of_tet_and_every_death_is_told_in_time() -> None:
    """20 sources by chance over 6 weeks, the last of them Tết, in which half of Sunday's records come."""
    tet = frozenset(date(2026, 11, 24) + timedelta(days=n) for n in range(7))
    false, late = 0, 0
    for seed in range(20):
        chance = random.Random(seed)
        scale = chance.choice((2, 30, 400))
        counts = {}
        for n in range(24 * 35):
            at = START + n * HOUR
            local = at.astimezone(PROVINCE)
            busy = 3.0 if local.weekday() < 5 and 7 <= local.hour < 17 else 1.0
            counts[at] = max(round(chance.gauss(busy * scale, (busy * scale) ** 0.5)), 0)
        end = START + timedelta(days=35)
        rhythm = learn(counts, {}, START, end)
        last, holiday = end, tet.__contains__
        while last < end + timedelta(days=7):
            rate = scale / 2 / 3_600
            following = last + timedelta(seconds=chance.expovariate(rate))
            false += following - last > rhythm.silent_after(last, holiday)
            late += rhythm.silent_after(last, holiday) > 2 * rhythm.gap(last, holiday)
            last = max(following, last + timedelta(minutes=30))
    assert (false, late) == (0, 0)
