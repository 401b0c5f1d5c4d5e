"""Risk of entities (workspace.md 2.3): a plain sum of what their alerts contribute. Pure; points in hundredths add up.

Each contribution is rounded to the hundredth before it is summed, so the list under a score gives the score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import pow as power
from math import sqrt

from soc.alert import Level, Verdict
from soc.entity import EntityKind

BASE: Mapping[Level, int] = {
    Level.CRITICAL: 80,
    Level.HIGH: 40,
    Level.MEDIUM: 15,
    Level.LOW: 5,
    Level.INFORMATIONAL: 1,
}
ASSET_PERCENT: Mapping[int | None, int] = {1: 60, 2: 80, 3: 100, 4: 115, 5: 125, None: 100}
HALF_LIFE = timedelta(hours=24)
CAP_WINDOW = timedelta(hours=24)
CAP = 2
MEMORY = timedelta(days=15)
"""The heaviest contribution, 100 points, is below half a hundredth after 14.3 half-lives."""

JUDGED_LEAST = 20
CONFIDENCE_LEAST = 0.3
HIGH_RISK = 100.0
UNIT_SUM = 2.5924
"""Near enough the sum of i^-1.5: a unit whose entities all score s has at most the risk s."""

Z = 1.959964
HARMLESS = frozenset({Verdict.FALSE_POSITIVE, Verdict.BENIGN_TRUE})


@dataclass(frozen=True, slots=True)
class RiskSource:
    """What the risk needs of one alert of an entity."""

    alert_id: str
    number: int
    rule: str
    title: str
    level: Level
    raised_at: datetime
    verdict: Verdict | None = None
    title_vi: str = ""


@dataclass(frozen=True, slots=True)
class RiskPart:
    """One line under a score. `counted`: base points that count, 0 when judged harmless or beyond the rule's cap."""

    source: RiskSource
    base: int
    counted: int
    asset_percent: int
    confidence: float
    age: timedelta
    points: float


@dataclass(frozen=True, slots=True)
class RiskSum:
    """A score and what it is made of, largest first."""

    kind: EntityKind
    key: str
    total: float
    parts: tuple[RiskPart, ...]
    asset_level: int | None = None


def risk_of(
    kind: EntityKind,
    key: str,
    sources: Iterable[RiskSource],
    now: datetime,
    *,
    asset_level: int | None = None,
    confidence: Mapping[str, float] | None = None,
) -> RiskSum:
    """The score of one entity from the alerts it is in. `confidence`: by rule; 1.0 where it is not named."""
    by_rule: dict[str, list[RiskSource]] = defaultdict(list)
    for source in sorted(sources, key=lambda each: (each.raised_at, each.alert_id)):
        by_rule[source.rule].append(source)
    parts = [
        _part(source, counted, (confidence or {}).get(rule, 1.0), asset_level, now)
        for rule, group in by_rule.items()
        for source, counted in zip(group, _counted(group), strict=True)
    ]
    parts.sort(key=lambda part: (-part.points, part.source.raised_at, part.source.alert_id))
    return RiskSum(kind, key, sum(_cents(part.points) for part in parts) / 100, tuple(parts), asset_level)


def confidence_of(true: int, false: int) -> float:
    """How far a rule is believed: fully until 20 are judged, then the lower bound of its precision, at least 0.3."""
    judged = true + false
    return 1.0 if judged < JUDGED_LEAST else max(CONFIDENCE_LEAST, wilson_lower(true, judged))


def wilson_lower(right: int, of: int) -> float:
    """Lower end of the 95 % interval (Wilson 1927)."""
    share, square = right / of, Z * Z
    middle = share + square / (2 * of)
    return (middle - Z * sqrt((share * (1 - share) + square / (4 * of)) / of)) / (1 + square / of)


def unit_risk(scores: Iterable[float]) -> float:
    """Worst first, each weighted by i^-1.5: many small ones cannot outshout one bad one."""
    ordered = enumerate(sorted(scores, reverse=True), 1)
    return round(sum(score * power(place, -1.5) for place, score in ordered) / UNIT_SUM, 2)


def _counted(group: Sequence[RiskSource]) -> list[int]:
    """Base points of each alert of one rule: together at most twice the base in any 24 hours."""
    counted: list[int] = []
    start = recent = 0
    for place, source in enumerate(group):
        while source.raised_at - group[start].raised_at >= CAP_WINDOW:
            recent -= counted[start]
            start += 1
        base = 0 if source.verdict in HARMLESS else BASE[source.level]
        counted.append(min(base, max(0, CAP * BASE[source.level] - recent)))
        recent += counted[place]
    return counted


def _part(source: RiskSource, counted: int, confidence: float, asset_level: int | None, now: datetime) -> RiskPart:
    percent = ASSET_PERCENT.get(asset_level, ASSET_PERCENT[None])
    age = max(now - source.raised_at, timedelta(0))
    points = counted * percent / 100 * confidence * power(0.5, age / HALF_LIFE)
    return RiskPart(source, BASE[source.level], counted, percent, confidence, age, round(points, 2))


def _cents(points: float) -> int:
    return round(points * 100)
