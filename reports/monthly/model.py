"""The report as values: what stands in it, in which order. No format computes (posture-and-reports.md 5.1).

The text is Vietnamese only: it is an official paper. A number stands in it as a `Run` or a `Cell` that names the
figure it comes from; a renderer prints `text` and links the id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from reports.monthly.figures import Change, Figure
from soc.period import Period, Reporting
from soc.report import ReportState


class Circulation(StrEnum):
    """Who may read a copy; decides what is left out. Marks of state secrecy do not exist here."""

    FULL = "full"
    INTERNAL = "internal"
    IOC = "ioc"


class ChartKind(StrEnum):
    """How the series of a chart are drawn."""

    LINE = "line"
    BARS = "bars"
    STACKED = "stacked"
    FUNNEL = "funnel"
    HEAT = "heat"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a sentence. `figure`: the id of the figure that it prints, "" for words."""

    text: str
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What cannot be said, and why; printed as "Chưa có số liệu về {of}; lý do: {reason}." """

    of: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cell:
    """`number`: set to the right. `note`: why there is none, or that the base has changed."""

    text: str
    figure: str = ""
    number: bool = False
    strong: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`id`: "b05"; `title` without the number. `base`: changes of the base, stated above it. `wide`: landscape.
    `widths`: of the columns in hundredths, in steps of five; empty: as they come."""

    id: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    base: str = ""
    note: str = ""
    wide: bool = False
    widths: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        return f"Bảng {int(self.id[1:])}"


@dataclass(frozen=True, slots=True)
class Series:
    """One line or colour of a chart. None is a gap, never zero. `figures`: an id for each value, "" for none."""

    name: str
    values: tuple[Decimal | None, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """`id`: "c04". Its values stand in a table below it, too."""

    id: str
    kind: ChartKind
    title: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    note: str = ""

    @property
    def label(self) -> str:
        return f"Biểu {int(self.id[1:])}"


@dataclass(frozen=True, slots=True)
class Box:
    """A notable incident, told in a frame."""

    title: str
    blocks: tuple[Paragraph | Missing, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A part that this copy does not hold; it is said, never left out in silence."""

    title: str


Block = Paragraph | Missing | Table | Chart | Box | Withheld


@dataclass(frozen=True, slots=True)
class Section:
    """`number`: "I", or "1" below it. `people`: written by people; empty ones block the submission."""

    number: str
    title: str
    blocks: tuple[Block, ...] = ()
    parts: tuple[Section, ...] = ()
    people: bool = False


@dataclass(frozen=True, slots=True)
class Signing:
    """ "TM.", "KT." …, the office, and the name; empty in a draft."""

    authority: str = ""
    office: str = ""
    name: str = ""


UNSIGNED = Signing()


@dataclass(frozen=True, slots=True)
class Cover:
    """The head of page one. `number`, `issued_on`: empty until the clerk enters them."""

    governing_body: str
    issuing_body: str
    symbol: str
    place: str
    subject: str
    span: str
    number: str = ""
    issued_on: str = ""
    banner: str = ""
    recipients: tuple[str, ...] = ()
    signing: Signing = UNSIGNED


@dataclass(frozen=True, slots=True)
class Report:
    """Everything, read at one `as_of`. `figures`, `changes` by id: those that any text, table or chart names."""

    kind: str
    period: Period
    reporting: Reporting
    label: str
    unit: str
    as_of: datetime
    state: ReportState
    circulation: Circulation
    cover: Cover
    summary: tuple[Block, ...]
    sections: tuple[Section, ...]
    annexes: tuple[Section, ...]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    incomplete: tuple[str, ...] = ()
    """What has no value though the written sections need it; with any, the banner stands on page one."""
