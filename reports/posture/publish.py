"""The province's score as figures for the hub: `sec_posture_score`, handed over by us and rolled up by nobody. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from soc.state.posture import PostureRow

KPI = "sec_posture_score"


@dataclass(frozen=True, slots=True)
class PostureFigure:
    """What the hub is told: the shown number, its class, the confidence and the version that it was made by."""

    kpi: str
    unit: str
    at: datetime
    value: Decimal | None
    letter: str
    confidence: Decimal
    version: str
    revision: int


def figure_of(row: PostureRow, province_unit: str) -> PostureFigure:
    """From the province's row; `province_unit`: the id that the hub knows the province by."""
    value = None if row.shown is None else Decimal(row.shown)
    return PostureFigure(KPI, province_unit, row.at, value, row.letter, row.trust, row.version, max(row.revision, 1))
