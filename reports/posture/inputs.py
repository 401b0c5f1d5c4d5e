"""What a score is made of: plain values, stored with each snapshot, from which alone it can be computed again."""

from __future__ import annotations

from dataclasses import dataclass

from reports.posture.method import Reporting
from soc.alert import Level
from soc.incident import Severity


@dataclass(frozen=True, slots=True)
class Slots:
    """Expected intervals of a source that are over, and those of them in which something was heard."""

    alive: int
    due: int

    @property
    def share(self) -> float:
        return self.alive / self.due if self.due else 0.0


@dataclass(frozen=True, slots=True)
class SourceInput:
    """An expected source; `level`: of the system it watches. `month`, `day`: over 30 days, over the last day or two
    slots. `struck`: somebody took it off without a second person, so it counts as silent."""

    id: str
    level: int
    month: Slots
    day: Slots
    struck: bool = False


@dataclass(frozen=True, slots=True)
class GroupInput:
    """An open group of alerts. `past`: age beyond the limit, in limits; 0 while in time."""

    id: str
    number: int
    level: Level
    system_level: int
    past: float = 0.0

    @property
    def overdue(self) -> bool:
        return self.past > 0


@dataclass(frozen=True, slots=True)
class Missed:
    """A group that was not done in time."""

    id: str
    number: int
    weight: float


@dataclass(frozen=True, slots=True)
class Half:
    """One half of the response: weights of what was due and of what was done in time."""

    due: float = 0.0
    kept: float = 0.0
    missed: tuple[Missed, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentInput:
    """An incident that happened. `days`: since its containment, 0 while it is not contained."""

    id: str
    number: int
    severity: Severity
    contained: bool
    days: float
    reporting: Reporting


@dataclass(frozen=True, slots=True)
class SystemInput:
    """A system. `scan_days`: since its last scan, None: never. `known`, `overdue`: of weaknesses, as weights."""

    id: str
    level: int
    scan_days: int | None
    known: float = 0.0
    overdue: float = 0.0


@dataclass(frozen=True, slots=True)
class TechniqueInput:
    """A priority technique: whether an enabled rule looks for it, is able to at the unit now, and passed its test."""

    id: str
    enabled: bool
    alive: bool
    tested: bool

    @property
    def covered(self) -> bool:
        return self.enabled and self.alive and self.tested


@dataclass(frozen=True, slots=True)
class Rate:
    """The province's shares of what was acknowledged and resolved in time, drawn towards the prior."""

    acknowledge: float
    resolve: float


@dataclass(frozen=True, slots=True)
class UnitInputs:
    """Everything that the score of one unit depends on."""

    unit: str
    unit_class: str
    rate: Rate
    sources: tuple[SourceInput, ...] = ()
    groups: tuple[GroupInput, ...] = ()
    acknowledge: Half = Half()
    resolve: Half = Half()
    incidents: tuple[IncidentInput, ...] = ()
    systems: tuple[SystemInput, ...] = ()
    techniques: tuple[TechniqueInput, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberInput:
    """A unit as the province counts it. `exact`: its score before rounding, as text of a decimal."""

    unit: str
    exact: str
    weight: int
    confidence: str
    shown: bool
    pilot: bool = False


@dataclass(frozen=True, slots=True)
class ProvinceInputs:
    """Everything that the province's score depends on."""

    members: tuple[MemberInput, ...]
    serious_open: bool
