"""One value of one KPI for one unit, period and set of dimensions, with a revision number (ioc-hub.md 1, 4.2, 8).

Valid time is the period; known time is when the hub stored the revision. Nothing is changed, nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from soc.period import Period

Dimensions = tuple[tuple[str, str], ...]
"""Name and value, sorted by name; empty is the total."""


class Status(StrEnum):
    """How sure the owner is. MISSING: known to be none, with a reason. BREAK: not comparable with what was before."""

    ESTIMATED = "estimated"
    PRELIMINARY = "preliminary"
    OFFICIAL = "official"
    FORECAST = "forecast"
    MISSING = "missing"
    BREAK = "break"


class Cumulative(StrEnum):
    """YTD: from the beginning of the reporting year to the period's end."""

    NONE = "none"
    YTD = "ytd"


@dataclass(frozen=True, slots=True)
class NaturalKey:
    """What a figure is of. Revisions are counted within it."""

    kpi: str
    unit: str
    period: Period
    dimensions: Dimensions = ()
    cumulative: Cumulative = Cumulative.NONE
    forecast: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """A revision as it was handed over. `value` None: missing, or a ratio over nothing (`reason` 'no_cases').

    `note`: the rest of the item (responsible, provenance, quality, marking …), kept as it came.
    """

    id: str
    key: NaturalKey
    value: Decimal | None
    status: Status
    revision: int
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    reason: str = ""
    definition: str = ""
    sensitivity: str = "internal"
    restatement: Mapping[str, Any] | None = None
    note: Mapping[str, Any] = field(default_factory=dict)

    @property
    def no_cases(self) -> bool:
        """A ratio over nothing: "không phát sinh", not missing."""
        return self.value is None and self.denominator == 0 and self.status is not Status.MISSING


@dataclass(frozen=True, slots=True)
class Known:
    """A revision as the hub knows it. `seq`: order of storing. `held`: it waits for the unit's answer and is not shown
    as current. `confirmed_at`: when a held one was confirmed."""

    observation: Observation
    seq: int
    known_at: datetime
    batch: str
    sender: str
    held: bool = False
    confirmed_at: datetime | None = None
