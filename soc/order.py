"""The order of the queue and its sum (workspace.md 2.4). Pure; all points in whole hundredths, so that sums add up.

What time adds comes in steps of a twentieth of the acknowledge limit: an alert changes place at most 40 times in its
life, and what does not change is not written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from soc.alert import Alert, Level
from soc.limits import LimitRules
from soc.risk import ASSET_PERCENT

BANDS: Mapping[Level, int] = {level: number for number, level in enumerate(Level)}
LEVELS = tuple(Level)
SEVERITY: Mapping[Level, int] = {
    Level.CRITICAL: 99,
    Level.HIGH: 73,
    Level.MEDIUM: 47,
    Level.LOW: 21,
    Level.INFORMATIONAL: 21,
}
STEP = 5
"""Per cent of the limit."""

WAITED_MOST = 200
RISK_MOST = 50.0
NEXT_TO_CRITICAL = BANDS[Level.HIGH]
WAKE = timedelta(milliseconds=1)


class PartName(StrEnum):
    """The lines of the sum."""

    LEVEL = "level"
    ASSET = "asset"
    WAITED = "waited"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class OrderPart:
    """One line. `value`: what it was made of: asset level, per cent of the limit waited, or nothing."""

    name: PartName
    points: float
    value: int | None = None


@dataclass(frozen=True, slots=True)
class OrderSum:
    """Why an alert stands where it does. `band`: of these levels it is among; higher than its own when overdue."""

    parts: tuple[OrderPart, ...]
    total: float
    band: Level
    overdue: bool


def cents(points: float) -> int:
    """Whole hundredths."""
    return round(points * 100)


@dataclass(frozen=True, slots=True)
class Place:
    """What decides the place of one alert, and the place: `band` and `priority`."""

    level: Level
    raised_at: datetime
    ack_due: datetime | None
    taken_at: datetime | None
    waited: int
    risk: float
    asset_level: int | None
    band: int = 0
    priority: float = 0.0


def placed(alert: Alert, now: datetime, rules: LimitRules) -> Alert:
    """The alert with its place as of `now`."""
    place = place_at(place_of(alert), now, rules)
    return replace(
        alert, waited=place.waited, risk=place.risk, band=place.band, priority=place.priority, ordered_at=now
    )


def place_of(alert: Alert) -> Place:
    return Place(
        alert.level,
        alert.raised_at,
        alert.ack_due,
        alert.taken_at,
        alert.waited,
        alert.risk,
        alert.asset_level,
        alert.band,
        alert.priority,
    )


def place_at(place: Place, now: datetime, rules: LimitRules) -> Place:
    """The place as of `now`; what was waited and the risk points never fall."""
    waited = max(place.waited, waited_of(place, now, rules))
    place = replace(place, waited=waited, risk=min(RISK_MOST, place.risk), band=_band(place, now))
    return replace(place, priority=_total(parts_of(place)))


def sum_of(alert: Alert) -> OrderSum:
    """The sum behind the printed priority, as of `ordered_at`."""
    parts = parts_of(place_of(alert))
    return OrderSum(parts, _total(parts), LEVELS[alert.band], alert.band < BANDS[alert.level])


def parts_of(place: Place) -> tuple[OrderPart, ...]:
    """Each line rounded to the hundredth: level, what the asset adds, what waiting adds, half of the risk."""
    percent = ASSET_PERCENT.get(place.asset_level, ASSET_PERCENT[None])
    level = SEVERITY[place.level] * 100
    asset = SEVERITY[place.level] * percent
    waited = round(asset * place.waited / 100)
    return (
        OrderPart(PartName.LEVEL, level / 100),
        OrderPart(PartName.ASSET, (asset - level) / 100, place.asset_level),
        OrderPart(PartName.WAITED, waited / 100, place.waited),
        OrderPart(PartName.RISK, cents(place.risk) / 100),
    )


def risk_points(score: float) -> float:
    """What the risk of an alert's entities adds to its place."""
    return min(RISK_MOST, round(score / 2, 2))


def waited_of(place: Place, now: datetime, rules: LimitRules) -> int:
    """Per cent of the acknowledge limit that has passed, in whole steps, at most 200."""
    if place.ack_due is None:
        return 0
    whole = rules.elapsed(place.level, place.raised_at, place.ack_due)
    if whole <= timedelta(0):
        return WAITED_MOST
    passed = rules.elapsed(place.level, place.raised_at, now)
    return max(0, min(WAITED_MOST, int(passed * 100 / whole) // STEP * STEP))


def next_change(place: Place, rules: LimitRules) -> datetime | None:
    """When time alone changes the place next; None when it will not."""
    if place.ack_due is None or place.waited >= WAITED_MOST:
        return None
    whole = rules.elapsed(place.level, place.raised_at, place.ack_due)
    then = rules.after(place.level, place.raised_at, whole * (place.waited + STEP) / 100)
    # A step is counted in whole per cent; a millisecond later it is certainly there.
    return then + WAKE


def _band(place: Place, now: datetime) -> int:
    """Past the acknowledge limit an alert moves up one band, but never among the critical ones."""
    own = BANDS[place.level]
    overdue = place.ack_due is not None and (place.taken_at or now) > place.ack_due
    return max(own - 1, NEXT_TO_CRITICAL) if overdue and own > NEXT_TO_CRITICAL else own


def _total(parts: tuple[OrderPart, ...]) -> float:
    return sum(cents(part.points) for part in parts) / 100
