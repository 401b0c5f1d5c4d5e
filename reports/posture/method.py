"""The method as dated data: weights, constants, caps and words of one version (`posture-1.yml`)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from reports.wording import Text
from soc.alert import Level
from soc.incident import Severity
from soc.state.tables.sources import SourceClass

NEWEST = "posture-1"


class Component(StrEnum):
    """The six parts of a score."""

    VISIBILITY = "V"
    EXPOSURE = "E"
    RESPONSE = "R"
    INCIDENTS = "I"
    WEAKNESSES = "P"
    DETECTION = "D"


class Reporting(StrEnum):
    """How an incident was reported. LATE: also one that was hidden."""

    IN_TIME = "in_time"
    RUNNING = "running"
    LATE = "late"


class CapId(StrEnum):
    """What holds a score down, whatever its parts say."""

    NO_SIGHT = "no_sight"
    SIGHT_50 = "sight_below_50"
    SIGHT_80 = "sight_below_80"
    SERIOUS = "serious_incident"
    CRITICAL_OVERDUE = "critical_overdue"
    CRITICAL_OPEN = "critical_open"
    PROVINCE_SERIOUS = "province_serious_incident"


@dataclass(frozen=True, slots=True)
class Cap:
    """No score above `value` while it applies."""

    id: CapId
    value: int
    text: Text


@dataclass(frozen=True, slots=True)
class Letter:
    """The class of a shown number; `least` belongs to it."""

    letter: str
    least: int
    text: Text


@dataclass(frozen=True, slots=True)
class ConfidenceLevel:
    """A word for a confidence from `least` on."""

    id: str
    least: Fraction
    text: Text


@dataclass(frozen=True, slots=True)
class Method:
    """One version. `row`: the file itself, for the constants that one formula alone uses. `coefficients`: i^-1.5."""

    version: str
    valid_from: date
    signed_by: str
    signed_on: date | None
    row: Mapping[str, Any]
    weights: Mapping[Component, int]
    severity: Mapping[Level, int]
    response_weights: Mapping[Level, float]
    slot_hours: Mapping[SourceClass, int]
    incident_points: Mapping[Severity, int]
    caps: Mapping[CapId, Cap]
    letters: tuple[Letter, ...]
    confidence: tuple[ConfidenceLevel, ...]
    coefficients: tuple[float, ...]
    coefficients_sum: float
    pilots: frozenset[str]

    def class_of(self, kind: str) -> str:
        """The class of a unit of this kind."""
        found: str = self.row["kinds"].get(kind, self.row["other_kinds"])
        return found

    def components(self, unit_class: str) -> tuple[Component, ...]:
        return tuple(Component(name) for name in self.row["classes"][unit_class])

    def techniques(self, unit_class: str) -> tuple[str, ...]:
        return tuple(self.row["priority_techniques"].get(unit_class, ()))

    def level(self, level: int | None) -> int:
        """The level to count with."""
        unknown: int = self.row["unknown_level"]
        return level if level is not None and level in self.row["level_weights"] else unknown

    def level_weight(self, level: int) -> int:
        weight: int = self.row["level_weights"][level]
        return weight

    def level_factor(self, level: int) -> float:
        factor: float = self.row["level_factors"][level]
        return factor

    def letter_of(self, shown: int) -> Letter:
        return next(one for one in self.letters if shown >= one.least)

    def confidence_of(self, value: Fraction) -> ConfidenceLevel:
        return next(one for one in self.confidence if value >= one.least)


@cache
def method(version: str = NEWEST) -> Method:
    """A version that ships. Raises FileNotFoundError for one that never was."""
    text = (files("reports") / "posture" / f"{version}.yml").read_text("utf-8")
    return method_of(yaml.load(text, Loader=yaml.CSafeLoader))


def method_of(row: Mapping[str, Any]) -> Method:
    """From one parsed file."""
    # Division and square root are exact to the last bit everywhere; `pow` is not.
    coefficients = tuple(1.0 / (number * math.sqrt(number)) for number in range(1, row["groups_most"] + 1))
    return Method(
        version=row["version"],
        valid_from=row["valid_from"],
        signed_by=row["signed_off"]["by"],
        signed_on=row["signed_off"]["day"],
        row=row,
        weights={Component(name): weight for name, weight in row["weights"].items()},
        severity={Level(name): value for name, value in row["severity"].items()},
        response_weights={Level(name): float(value) for name, value in row["response_weights"].items()},
        slot_hours={SourceClass(name): hours for name, hours in row["visibility"]["slot_hours"].items()},
        incident_points={Severity(name): points for name, points in row["incidents"]["points"].items()},
        caps={CapId(one["id"]): Cap(CapId(one["id"]), one["value"], _text(one)) for one in row["caps"]},
        letters=tuple(Letter(one["letter"], one["least"], _text(one)) for one in row["letters"]),
        confidence=tuple(
            ConfidenceLevel(one["id"], Fraction(str(one["least"])), _text(one)) for one in row["confidence"]
        ),
        coefficients=coefficients,
        coefficients_sum=math.fsum(coefficients),
        pilots=frozenset(row["pilots"]),
    )


def _text(row: Mapping[str, str]) -> Text:
    return Text(row["vi"], row["en"])
