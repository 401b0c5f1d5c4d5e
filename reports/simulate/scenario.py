"""What goes wrong in a simulated province, and what happens in it: `scenarios/*.yml` (ioc-hub.md 2).

Days count from the demo's start: -3 is three days before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from reports.simulate.chance import Chance
from reports.simulate.sectors import Swell
from soc.errors import SourceError

ALWAYS = (-10_000, 10_000)
DEFAULT_PROFILE = "demo"


class Kind(StrEnum):
    """LATE: after the limit. GAP: not sent at all. LINK_DOWN: the sender is silent, then sends everything."""

    LATE = "late"
    GAP = "gap"
    JUMP = "jump"
    RATIO_MISMATCH = "ratio_mismatch"
    PARTS_DO_NOT_ADD = "parts_do_not_add"
    DUPLICATE = "duplicate"
    RESTATEMENT = "restatement"
    UNIT_REORGANISED = "unit_reorganised"
    LINK_DOWN = "link_down"


@dataclass(frozen=True, slots=True)
class Mishap:
    """`percent`: of the units, the same ones each time. `first`, `last`: days of periods' ends. `by`: how much later,
    or how long the link is down; `since` the demo's start it goes down at that distance."""

    kind: Kind
    subsystem: str = ""
    kpis: frozenset[str] = frozenset()
    percent: int = 100
    first: int = ALWAYS[0]
    last: int = ALWAYS[1]
    by: timedelta = timedelta(days=2)
    since: timedelta = timedelta()
    factor: Decimal = Decimal(4)

    def strikes(self, chance: Chance, kpi: str, subsystem: str, unit: str, day: date, anchor: date) -> bool:
        if (self.kpis and kpi not in self.kpis) or self.subsystem not in ("", subsystem):
            return False
        return self.first <= (day - anchor).days <= self.last and chance.picks(self.percent, self.kind, unit)


@dataclass(frozen=True, slots=True)
class Scenario:
    """`only`: the subsystems that are connected; empty: all of them. `reasons`: why the others are not."""

    id: str
    profile: str = DEFAULT_PROFILE
    only: frozenset[str] = frozenset()
    mishaps: tuple[Mishap, ...] = ()
    swells: tuple[Mapping[str, Any], ...] = ()
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def sends(self, subsystem: str) -> bool:
        return not self.only or subsystem in self.only

    def swells_at(self, anchor: date) -> tuple[Swell, ...]:
        return tuple(_swell(entry, anchor) for entry in self.swells)


@cache
def names() -> tuple[str, ...]:
    return tuple(sorted(path.name.removesuffix(".yml") for path in (files("reports.simulate") / "scenarios").iterdir()))


def scenario(name: str) -> Scenario:
    """Raises SourceError for a name that does not ship."""
    if name not in names():
        raise SourceError(f"no scenario {name!r} - there are: {', '.join(names())}", code="SOC-1990")
    text = (files("reports.simulate") / "scenarios" / f"{name}.yml").read_text("utf-8")
    return scenario_of(yaml.load(text, Loader=yaml.CSafeLoader))


def scenario_of(document: Mapping[str, Any]) -> Scenario:
    """Of one parsed file."""
    return Scenario(
        id=document["scenario"],
        profile=document.get("profile", DEFAULT_PROFILE),
        only=frozenset(document.get("only", ())),
        mishaps=tuple(_mishap(entry) for entry in document.get("mishaps", ())),
        swells=tuple(document.get("swells", ())),
        reasons=document.get("reasons", {}),
    )


def _mishap(entry: Mapping[str, Any]) -> Mishap:
    first, last = entry.get("days", ALWAYS)
    return Mishap(
        kind=Kind(entry["kind"]),
        subsystem=entry.get("subsystem", ""),
        kpis=frozenset(entry.get("kpis", ())),
        percent=entry.get("percent", 100),
        first=first,
        last=last,
        by=timedelta(hours=entry.get("hours", 48)),
        since=timedelta(hours=entry.get("since_hours", 0)),
        factor=Decimal(str(entry.get("factor", 4))),
    )


def _swell(entry: Mapping[str, Any], anchor: date) -> Swell:
    first, last = entry["days"]
    return Swell(
        kpis=frozenset(entry["kpis"]),
        first=anchor + timedelta(days=first),
        last=anchor + timedelta(days=last),
        factor=Decimal(str(entry["factor"])),
        percent=entry.get("percent", 100),
        part=entry.get("part", ""),
        name=entry["name"],
        sudden=entry.get("sudden", False),
    )
