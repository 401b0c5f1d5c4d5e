"""The definitions behind the tiles: `kpi/catalogue.yml`, read once. A fault in it is a fault of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from reports.wording import Text


class Direction(StrEnum):
    """Which way is better; NEUTRAL gets no colour."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


class Kind(StrEnum):
    """What the figure is."""

    COUNT = "count"
    RATIO = "ratio"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure. `good`, `watch`: thresholds, compared with the value as shown; None: no colour.
    `missing`: why this version cannot make it, and who owes it; None when it is made."""

    id: str
    title: Text
    unit: Text
    kind: Kind
    direction: Direction
    target: float | None
    proposed: bool
    good: float | None
    watch: float | None
    owner: Text
    formula: Text
    missing: Text | None
    version: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """In the order of the board. `max_age` to the next figure, then `grace` before it is late."""

    subsystem: str
    version: str
    max_age: timedelta
    grace: timedelta
    tiles: tuple[Definition, ...]

    def get(self, kpi: str) -> Definition | None:
        return next((one for one in self.tiles if one.id == kpi), None)


@cache
def catalogue() -> Catalogue:
    """The shipped one."""
    text = (files("reports") / "kpi" / "catalogue.yml").read_bytes()
    document = yaml.load(text, Loader=yaml.CSafeLoader)
    version, functions = str(document["catalogue_version"]), document["functions"]
    return Catalogue(
        subsystem=document["subsystem"],
        version=version,
        max_age=timedelta(minutes=document["freshness"]["max_age_minutes"]),
        grace=timedelta(minutes=document["freshness"]["grace_minutes"]),
        tiles=tuple(_definition(row, functions, version) for row in document["tiles"]),
    )


def _definition(row: Mapping[str, Any], functions: Mapping[str, Any], version: str) -> Definition:
    thresholds = row["thresholds"] or {}
    return Definition(
        id=row["id"],
        title=Text(**row["title"]),
        unit=Text(**row["unit"]),
        kind=Kind(row["kind"]),
        direction=Direction(row["direction"]),
        target=row["target"],
        proposed=row["target_basis"] == "proposed",
        good=thresholds.get("good"),
        watch=thresholds.get("watch"),
        owner=Text(**functions[row["function"]]),
        formula=Text(**row["formula"]),
        missing=Text(**row["missing"]) if "missing" in row else None,
        version=version,
    )
