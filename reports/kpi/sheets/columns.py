"""The columns of a sheet of figures, and what a read sheet is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reports.wording import Text
from soc.errors import SocError

IDS = ("kpi_id", "unit_id", "period_type", "period_start", "period_end", "dimensions")
NUMBERS = ("value", "numerator", "denominator")
INPUT = (*NUMBERS, "status", "reason")
COLUMNS = (*IDS, *INPUT)
NEEDED = frozenset({"kpi_id", "unit_id", "period_type", "period_start", "period_end", "value"})
TEMPLATE = "kpi-template/1"
DEFINED_NAME = "ioc_template"
MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 50_000


class NumberStyle(StrEnum):
    """How numbers are written as text: 1.234,5 or 1,234.5."""

    VI = "vi"
    EN = "en"


class SheetRefused(SocError):
    """The file as a whole cannot be used; says what to do."""

    def __init__(self, vi: str, en: str, code: str = "SOC-1956") -> None:
        super().__init__(en, code=code)
        self.text = Text(vi, en)


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that cannot be used. `row`: as the spreadsheet counts them."""

    row: int
    column: str
    text: Text
    code: str = "KPI-E-NUMBER"


@dataclass(frozen=True, slots=True)
class Row:
    """One line with any input. Numbers are contract texts already."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Marker:
    """What a template of ours says of itself."""

    subsystem: str
    unit: str
    period: str
    version: str

    @property
    def text(self) -> str:
        return ";".join((TEMPLATE, self.subsystem, self.unit, self.period, self.version))


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read. `marker`: None for a file that is no template of ours."""

    rows: tuple[Row, ...]
    faults: tuple[CellFault, ...]
    marker: Marker | None = None


def marker_of(text: str) -> Marker | None:
    """None for anything else."""
    parts = text.strip().strip('="').split(";")
    return Marker(*parts[1:]) if len(parts) == 5 and parts[0] == TEMPLATE else None
