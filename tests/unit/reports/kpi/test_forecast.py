"""Forecasts are plain, and their bands hold about as often as they say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import mean

import pytest

from reports.kpi.forecast import (
    NOT_ENOUGH,
    Forecast,
    Method,
    Point,
    as_observation,
    band_held,
    chosen,
    clip_of,
    forecast,
    increments,
    outlook,
    refusal,
    tag_of,
)
from soc.calendar import vietnam
from soc.observation import Status
from soc.period import Period, PeriodType, Reporting, following, period_of, year_to_date
from tests.unit.reports.kpi.figures import D, a_share, month

TAG_DAYS = 7
ENDS_OF_YEAR = [date(2024, 2, 8), date(2025, 1, 27), date(2026, 2, 16)]


def periods(kind: PeriodType, count: int, first: date = date(2023, 1, 1)) -> list[Period]:
    found = [period_of(kind, first, Reporting.CALENDAR)]
    while len(found) < count:
        found.append(following(found[-1], Reporting.CALENDAR))
    return found


def series(values: Sequence[int | str | None], kind: PeriodType = PeriodType.MONTH) -> list[Point]:
    slots = periods(kind, len(values))
    return [Point(slot, None if value is None else D(value)) for slot, value in zip(slots, values, strict=True)]


def split(points: Sequence[Point], ahead: int) -> tuple[list[Point], list[Point]]:
    return list(points[:-ahead]), list(points[-ahead:])


def made(points: Sequence[Point], ahead: int, **more: tuple[Decimal | None, Decimal | None]) -> Forecast:
    known, rest = split(points, ahead)
    found = forecast(known, rest, **more)
    assert found is not None
    return found


def test_a_season_that_repeats_is_foreseen_without_error() -> None:
    found = made(series([*range(12)] * 4), 3)
    assert [one.value for one in found.guesses] == [9, 10, 11]
    assert all(one.low == one.value == one.high for one in found.guesses)
    assert (found.record.method, found.record.error) == (Method.SEASONAL_NAIVE, D(0))


def test_a_trend_is_drifted_and_a_walk_takes_its_last_value() -> None:
    rising = [100 + 10 * (number // 12) + number % 12 for number in range(60)]
    assert chosen(series(rising), 3) is Method.DRIFT
    assert [one.value for one in made(series(rising), 2).guesses] == [D(rising[-2]), D(rising[-1])]
    rng = random.Random(2)
    walk = [1000]
    for _ in range(70):
        walk.append(walk[-1] + rng.randint(-5, 6))
    assert chosen(series(walk), 1) is Method.LAST_VALUE


def test_no_method_is_used_that_lost_to_seasonal_naive() -> None:
    for seed in range(30):
        points = noisy(seed)[: 36 + seed % 20]
        method = chosen(points, 3)
        if method is not Method.SEASONAL_NAIVE:
            assert errors(points, method) <= D("0.95") * errors(points, Method.SEASONAL_NAIVE)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1] * 26, PeriodType.MONTH),
        ([1] * 16, PeriodType.DAY),
        ([None] * 7 + [1] * 24, PeriodType.MONTH),
        ([1] * 300, PeriodType.WEEK),
        ([], PeriodType.MONTH),
    ],
)
def test_what_cannot_be_forecast_says_so(values: list[int | None], kind: PeriodType) -> None:
    points = series(values, kind) if values else []
    assert refusal(points) == NOT_ENOUGH
    assert forecast(points, series([None], kind)) is None


def test_a_break_inside_forbids_it() -> None:
    points = series([1] * 40)
    assert refusal(points) is None
    points[20] = Point(points[20].period, D(1), breaks=True)
    assert refusal(points) == NOT_ENOUGH


def test_shares_stay_between_nothing_and_all() -> None:
    points = series([90 + number // 4 for number in range(44)])
    found = made(points, 4, clip=clip_of(a_share(range=(D(0), D(100)))))
    assert all(0 <= one.low <= one.value <= one.high <= 100 for one in found.guesses)
    assert max(one.value for one in found.guesses) == 100


def test_a_gap_is_bridged_by_the_season_before() -> None:
    values: list[int | None] = [*range(12)] * 4
    values[36] = None
    assert made(series([*values, 0]), 1).guesses[0].value == 0


def test_a_moving_holiday_is_compared_with_itself() -> None:
    """Three years of days: 100 on all, 10 in the week of Tết, which moves."""
    points = []
    for slot in periods(PeriodType.DAY, 1_160, date(2023, 1, 2)):
        offset = next((n for end in ENDS_OF_YEAR if 0 <= (n := (slot.start - end).days) < TAG_DAYS), None)
        tag = "" if offset is None else f"tet:{offset}"
        points.append(Point(slot, D(10) if tag else D(100), tag))
    start = next(place for place, point in enumerate(points) if point.period.start == ENDS_OF_YEAR[-1])
    found = forecast(points[:start], points[start : start + 10])
    assert found is not None
    assert [one.value for one in found.guesses] == [10] * 7 + [100] * 3


def test_days_are_tagged_by_the_calendar() -> None:
    calendar = vietnam()
    rest = [tag_of(date(2026, 2, 14) + timedelta(days=number), calendar) for number in range(10)]
    assert rest == [*(f"tet:{number}" for number in range(9)), ""]
    assert tag_of(date(2026, 8, 22), calendar) == "worked"
    assert tag_of(date(2026, 4, 30), calendar) == "holiday"
    assert tag_of(date(2026, 11, 21), calendar) == ""


def test_the_years_end_is_a_range_against_the_plan() -> None:
    to_date = []
    total = 0
    for slot in periods(PeriodType.MONTH, 44):
        total = 10 if slot.start.month == 1 else total + 10
        to_date.append(Point(year_to_date(slot, Reporting.CALENDAR), D(total)))
    steps = increments(to_date)
    assert {one.value for one in steps} == {D(10)}
    found = forecast(steps[:-4], steps[-4:])
    assert found is not None
    (middle, low, high), words = outlook(D(80), found, D(150))
    assert {middle, low, high} == {D(120)}
    assert words.vi == "từ 120 đến 120, bằng 80,0-80,0% kế hoạch"
    assert outlook(D(80), found, None)[1].en == "from 120 to 120"


def test_a_forecast_is_an_observation_of_its_own_kind() -> None:
    found = made(series([*range(12)] * 4), 1)
    one = as_observation(a_share(), "u", found.guesses[0], found.record, "f1")
    assert (one.status, one.key.forecast, one.value) == (Status.FORECAST, True, D("11.0"))
    told = one.note["forecast"]
    assert (told["method"], told["low"], told["high"], told["held"]) == ("seasonal_naive", "11.0", "11.0", told["of"])
    assert (told["error"], told["error_share"]) == ("0.000000", "0.0")


def test_bands_hold_about_as_often_as_they_say() -> None:
    """Back-test over 50 seeded series with trend, season, noise, a step and moving holidays."""
    shares = []
    for seed in range(50):
        points = noisy(seed)
        held = of = 0
        for origin in range(len(points) - 24, len(points)):
            found = forecast(points[:origin], points[origin : origin + 1])
            assert found is not None
            actual, guess = points[origin].value, found.guesses[0]
            assert actual is not None
            held, of = held + (guess.low <= actual <= guess.high), of + 1
        shares.append(held / of)
    assert 0.7 <= mean(shares) <= 0.9


def test_what_is_told_of_the_band_is_counted_before_the_fact() -> None:
    assert band_held([D(1)] * 30) == (24, 24)
    assert band_held([D(number) for number in range(30)]) == (0, 24), "errors that grow leave every band"
    assert band_held([D(1)] * 3) == (0, 0)
    record = made(noisy(1), 1).record
    assert record.words.vi.endswith(f"{round(100 * record.held / record.of)}% trong {record.of} kỳ gần nhất")
    assert record.error_share is not None


def errors(points: Sequence[Point], method: Method) -> Decimal:
    """Written again: mean absolute error over the last 12 origins and 3 steps."""
    values = [point.value or D(0) for point in points]
    total, count = D(0), 0
    for step in range(3):
        for origin in range(len(values) - step - 12, len(values) - step):
            target = origin + step
            guess = values[origin - 1]
            if method is not Method.LAST_VALUE:
                guess = values[target - 12]
            if method is Method.DRIFT:
                guess += sum((values[n] - values[n - 12] for n in range(origin - 12, origin)), D(0)) / 12
            total, count = total + abs(values[target] - guess), count + 1
    return total / count


def noisy(seed: int) -> list[Point]:
    rng = random.Random(seed)
    level, trend, swing = rng.uniform(200, 900), rng.uniform(-1, 3), rng.uniform(0, 80)
    step_at = rng.randrange(84) if seed % 5 == 0 else 999
    found = []
    for number, slot in enumerate(periods(PeriodType.MONTH, 84, date(2019, 1, 1))):
        season = swing * ((number % 12) - 5.5) / 5.5
        value = level + trend * number + season + rng.gauss(0, 20) + (60 if number >= step_at else 0)
        found.append(Point(slot, Decimal(round(value))))
    return found


def test_slots_follow_each_other() -> None:
    slots = periods(PeriodType.MONTH, 3)
    assert slots[0] == month(2023, 1)
    assert slots[1].start - slots[0].end == timedelta(days=1)
