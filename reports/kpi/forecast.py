"""Forecasts that say how wrong they were: three plain methods, chosen and banded by their own past (ioc-hub.md 11).

A method other than seasonal naive is used only if it was at least 5 % better over the last 12 origins.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from reports.kpi.compare import number
from reports.kpi.definitions import Kpi
from reports.wording import Text
from soc.calendar import SATURDAY, Calendar
from soc.observation import Cumulative, NaturalKey, Observation, Status
from soc.period import Period, PeriodType

SEASONS = {PeriodType.DAY: 7, PeriodType.MONTH: 12, PeriodType.QUARTER: 4}
DAY = timedelta(days=1)
LONG_REST, FEBRUARY = 5, 2
"""Days between the first and the last of a rest that is Tết, and the last month in which it begins."""

ORIGINS = 12
HELD_OVER = 24
MOST_ORIGINS = 60
BETTER = Decimal("0.95")
MOST_MISSING = Decimal("0.2")
LOW, HIGH = 0.1, 0.9
ZERO, HUNDRED, TENTH, EXACT = Decimal(0), Decimal(100), Decimal("0.1"), Decimal("0.000001")

Clip = tuple[Decimal | None, Decimal | None]


class Method(StrEnum):
    """How a value is guessed."""

    SEASONAL_NAIVE = "seasonal_naive"
    DRIFT = "seasonal_naive_with_drift"
    LAST_VALUE = "last_value"


METHODS = {
    Method.SEASONAL_NAIVE: Text("như cùng kỳ trước", "as in the season before"),
    Method.DRIFT: Text("như cùng kỳ trước, cộng xu thế", "as in the season before, with drift"),
    Method.LAST_VALUE: Text("như kỳ gần nhất", "as in the last period"),
}
NOT_ENOUGH = Text("chưa đủ chuỗi số liệu để dự báo", "the series is too short to forecast")


@dataclass(frozen=True, slots=True)
class Point:
    """One slot of a series; slots follow each other without a hole. `value` None: missing. `tag`: a holiday that moves,
    such as 'tet:2'; the slot is compared with its tag. `breaks`: not comparable with what was before."""

    period: Period
    value: Decimal | None
    tag: str = ""
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class Guess:
    """One forecast value and its band."""

    period: Period
    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Record:
    """How the method did: mean absolute error of the next value, its share of the mean in per cent, and of so many past
    values how many the band held."""

    method: Method
    error: Decimal
    error_share: Decimal | None
    held: int
    of: int

    @property
    def words(self) -> Text:
        """What stands beside every forecast line."""
        share = round(HUNDRED * self.held / self.of) if self.of else 0
        error, method = number(self.error.quantize(TENTH)), METHODS[self.method]
        said = Text(f"sai số trung bình {error.vi}", f"mean error {error.en}")
        if self.error_share is not None:
            of_mean = number(self.error_share)
            said = Text(f"{said.vi} ({of_mean.vi}% mức trung bình)", f"{said.en} ({of_mean.en}% of the mean)")
        vi = f"{method.vi}; {said.vi}; khoảng dự báo đúng {share}% trong {self.of} kỳ gần nhất"
        return Text(vi, f"{method.en}; {said.en}; the band held {share}% of the last {self.of} periods")


@dataclass(frozen=True, slots=True)
class Forecast:
    """The values ahead, and the record of the method. `total`: their sum with a band of its own."""

    guesses: tuple[Guess, ...]
    record: Record
    total: tuple[Decimal, Decimal, Decimal]


def refusal(points: Sequence[Point]) -> Text | None:
    """Why the series cannot be forecast; None when it can."""
    season = SEASONS.get(points[0].period.type) if points else None
    if season is None or len(points) < 2 * season + 3 or any(point.breaks for point in points[1:]):
        return NOT_ENOUGH
    missing = sum(point.value is None for point in points)
    return NOT_ENOUGH if missing > MOST_MISSING * len(points) else None


def forecast(points: Sequence[Point], ahead: Sequence[Point], clip: Clip = (None, None)) -> Forecast | None:
    """Values of the slots `ahead` (their own values are not looked at); None where `refusal` says why."""
    if refusal(points) is not None or not ahead:
        return None
    series = _Series(tuple(points), SEASONS[points[0].period.type], clip)
    method = chosen(points, len(ahead), clip)
    guesses = []
    whole = _Series((*points, *ahead), series.season, clip)
    for step, point in enumerate(ahead, 1):
        value = whole.guess(method, len(points), step)
        low, high = _band(series.errors(method, step, MOST_ORIGINS))
        guesses.append(Guess(point.period, value, _clipped(value + low, clip), _clipped(value + high, clip)))
    total = sum((one.value for one in guesses), ZERO)
    low, high = _band(series.sum_errors(method, len(ahead)))
    return Forecast(tuple(guesses), _record(series, method), (total, total + low, total + high))


def chosen(points: Sequence[Point], horizon: int, clip: Clip = (None, None)) -> Method:
    """Seasonal naive, unless another was clearly better."""
    series = _Series(tuple(points), SEASONS[points[0].period.type], clip)
    errors = {method: series.mean_error(method, horizon) for method in Method}
    best = min(Method, key=lambda method: errors[method])
    return best if errors[best] <= BETTER * errors[Method.SEASONAL_NAIVE] else Method.SEASONAL_NAIVE


def outlook(known: Decimal, found: Forecast, plan: Decimal | None) -> tuple[tuple[Decimal, Decimal, Decimal], Text]:
    """The year's end of a cumulative figure: what is known plus the increments ahead, as a range against the plan."""
    middle, low, high = (known + one for one in found.total)
    said = Text(f"từ {number(low).vi} đến {number(high).vi}", f"from {number(low).en} to {number(high).en}")
    if plan:
        shares = [number((HUNDRED * one / plan).quantize(TENTH)) for one in (low, high)]
        vi = f"{said.vi}, bằng {shares[0].vi}-{shares[1].vi}% kế hoạch"
        said = Text(vi, f"{said.en}, {shares[0].en}-{shares[1].en}% of the plan")
    return (middle, low, high), said


def increments(to_date: Sequence[Point]) -> tuple[Point, ...]:
    """What each period added; the first of a year is its own increment."""
    found: list[Point] = []
    for before, point in zip((None, *to_date), to_date, strict=False):
        value = point.value
        if before is not None and before.period.start == point.period.start:
            value = None if value is None or before.value is None else value - before.value
        found.append(Point(point.period, value, point.tag, point.breaks))
    return tuple(found)


def clip_of(kpi: Kpi) -> Clip:
    """Where its values can be: shares from 0 to 100."""
    return kpi.range or (None, None)


def as_observation(kpi: Kpi, unit: str, guess: Guess, record: Record, identifier: str) -> Observation:
    """A forecast is an observation of its own kind: never rolled up with observed ones, never coloured."""
    key = NaturalKey(kpi.id, unit, guess.period, cumulative=Cumulative.NONE, forecast=True)
    low, high = (format(kpi.rounded(one), "f") for one in (guess.low, guess.high))
    share = None if record.error_share is None else format(record.error_share, "f")
    told = {"method": record.method.value, "low": low, "high": high, "held": record.held, "of": record.of}
    told |= {"error": format(record.error.quantize(EXACT), "f")} | ({} if share is None else {"error_share": share})
    note = {"forecast": told}
    return Observation(identifier, key, kpi.rounded(guess.value), Status.FORECAST, 0, definition=kpi.version, note=note)


def tag_of(day: date, calendar: Calendar) -> str:
    """The holiday of a day, which moves between years: its place in a long rest of January or February (Tết), any
    other day off, or a weekend that is worked; '' for a plain day."""
    weekend = day.weekday() >= SATURDAY
    if calendar.is_worked(day):
        return "worked" if weekend else ""
    first = last = day
    while not calendar.is_worked(first - DAY):
        first -= DAY
    while not calendar.is_worked(last + DAY):
        last += DAY
    if (last - first).days >= LONG_REST and first.month <= FEBRUARY:
        return f"tet:{(day - first).days}"
    return "" if weekend else "holiday"


@dataclass(frozen=True, slots=True)
class _Series:
    points: tuple[Point, ...]
    season: int
    clip: Clip

    def guess(self, method: Method, origin: int, step: int) -> Decimal:
        """Of slot `origin + step - 1`, knowing only the slots before `origin`."""
        target = origin + step - 1
        if method is Method.LAST_VALUE:
            return _clipped(self._last(origin), self.clip)
        value = self._season_before(target, origin)
        if method is Method.DRIFT:
            value += self._drift(origin) * math.ceil(step / self.season)
        return _clipped(value, self.clip)

    def errors(self, method: Method, step: int, most: int) -> list[Decimal]:
        """What was missing at the last origins, oldest first."""
        first = max(self.season + 1, len(self.points) - step + 1 - most)
        found = []
        for origin in range(first, len(self.points) - step + 1):
            actual = self.points[origin + step - 1].value
            if actual is not None:
                found.append(actual - self.guess(method, origin, step))
        return found

    def sum_errors(self, method: Method, steps: int) -> list[Decimal]:
        found = []
        for origin in range(self.season + 1, len(self.points) - steps + 1):
            actual = [self.points[origin + step].value for step in range(steps)]
            if None not in actual:
                guessed = sum((self.guess(method, origin, step + 1) for step in range(steps)), ZERO)
                found.append(sum((one for one in actual if one is not None), ZERO) - guessed)
        return found

    def mean_error(self, method: Method, horizon: int) -> Decimal:
        """Over the last origins and the steps that will be asked for."""
        some = [abs(one) for step in range(1, horizon + 1) for one in self.errors(method, step, ORIGINS)]
        return sum(some, ZERO) / len(some) if some else ZERO

    def _last(self, origin: int) -> Decimal:
        return next((one.value for one in reversed(self.points[:origin]) if one.value is not None), ZERO)

    def _season_before(self, target: int, origin: int) -> Decimal:
        """The same tag, else the same place of the season; over what is missing or a holiday, one season more."""
        tag = self.points[target].tag
        if tag:
            same = (one.value for one in reversed(self.points[:origin]) if one.tag == tag and one.value is not None)
            if (found := next(same, None)) is not None:
                return found
        place = target - self.season
        while place >= 0:
            point = self.points[place]
            if place < origin and point.value is not None and not point.tag:
                return point.value
            place -= self.season
        return self._last(origin)

    def _drift(self, origin: int) -> Decimal:
        """The mean change over one season, of the last ones."""
        changes = []
        for place in range(max(self.season, origin - self.season), origin):
            now, then = self.points[place], self.points[place - self.season]
            if now.value is not None and then.value is not None and not now.tag and not then.tag:
                changes.append(now.value - then.value)
        return sum(changes, ZERO) / len(changes) if changes else ZERO


def _record(series: _Series, method: Method) -> Record:
    errors = series.errors(method, 1, MOST_ORIGINS)
    recent = [abs(one) for one in errors[-ORIGINS:]]
    error = sum(recent, ZERO) / len(recent) if recent else ZERO
    values = [abs(point.value) for point in series.points if point.value is not None]
    mean = sum(values, ZERO) / len(values) if values else ZERO
    share = (HUNDRED * error / mean).quantize(TENTH) if mean else None
    held, of = band_held(errors)
    return Record(method, error, share, held, of)


def band_held(errors: Sequence[Decimal], over: int = HELD_OVER) -> tuple[int, int]:
    """Of the last errors how many lay in the band made of those before them."""
    judged = [place for place in range(len(errors)) if place >= ORIGINS // 2][-over:]
    bands = [(_band(errors[:place]), errors[place]) for place in judged]
    return sum(low <= one <= high for (low, high), one in bands), len(bands)


def _band(errors: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """Empirical 10 to 90 %, by ranks among n + 1, so that few errors do not make a narrow band."""
    if not errors:
        return ZERO, ZERO
    ordered, count = sorted(errors), len(errors)
    low = max(math.floor((count + 1) * LOW), 1)
    high = min(math.ceil((count + 1) * HIGH), count)
    return ordered[low - 1], ordered[high - 1]


def _clipped(value: Decimal, clip: Clip) -> Decimal:
    low, high = clip
    value = value if low is None else max(value, low)
    return value if high is None else min(value, high)
