"""One province, one file: its names, services, calendars, and who owes which figure (ioc-hub.md 2.1-2.4, 3).

Reading it is `profile_file.py`. Nothing here is expected of anybody unless `owes` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reports.kpi.definitions import Axis, FreshnessRule, Headline, Kpi, KpiCatalogue
from reports.wording import EMPTY, Text
from soc.organisation import Organisation
from soc.period import Period, Reporting

Pair = tuple[str, str]
"""KPI and unit."""


class Wording(StrEnum):
    """Which official word is shown: "an toàn thông tin mạng" or "an ninh mạng"."""

    ATTT = "attt"
    ANM = "anm"


class ServiceKind(StrEnum):
    """FACE: a way to see figures; judged by its use, not by what is sent."""

    SUBSYSTEM = "subsystem"
    FACE = "face"


@dataclass(frozen=True, slots=True)
class Service:
    """What the province promises. `subsystem`: which serves it, '' for a face. `tiles` empty: the catalogue's.
    `where`: the part of the subsystem that it is, by dimensions. `by`: how its page is broken down first."""

    id: str
    title: Text
    kind: ServiceKind = ServiceKind.SUBSYSTEM
    subsystem: str = ""
    tiles: tuple[Headline, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """A step of the roll-out. `scope`: units, or nothing for all of them."""

    id: str
    title: Text
    valid_from: date
    services: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pilot:
    """A unit shown apart and left out of the province figure. `subsystems` empty: all of them."""

    unit: str
    name: Text
    valid_from: date
    valid_to: date | None = None
    subsystems: tuple[str, ...] = ()

    def holds_on(self, day: date, subsystem: str) -> bool:
        within = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return within and (not self.subsystems or subsystem in self.subsystems)


@dataclass(frozen=True, slots=True)
class Focus:
    """A subsystem raised to the top of every face."""

    subsystem: str
    name: Text
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """Units of a duty, as of a day. `holder`: whoever has the KPI's function. `without`: these not."""

    kinds: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    holder: bool = False
    province: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """Who must send what. `kpis` empty: all of the subsystem. `sender`: the accepted origin of these pairs."""

    subsystem: str
    units: UnitChoice
    sender: str = ""
    kpis: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def names(self, kpi: Kpi) -> bool:
        if kpi.subsystem != self.subsystem or kpi.id in self.without:
            return False
        return not self.kpis or kpi.id in self.kpis


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds set by the province instead of the catalogue's."""

    good: Decimal
    watch: Decimal


@dataclass(frozen=True, slots=True)
class Profile:
    """A province's settings of the hub. `units`: the unit file that comes with it. `files`: catalogue fragments.
    `default_reporting`: the calendar of every KPI that `calendars` does not name."""

    id: str
    title: Text
    short: Text
    province: str
    wording: Wording
    services: tuple[Service, ...]
    units: str = ""
    files: tuple[str, ...] = ()
    legal_sets: tuple[str, ...] = ()
    default_reporting: Reporting = Reporting.ADMIN
    issuing_function: str = ""
    phases: tuple[Phase, ...] = ()
    pilots: tuple[Pilot, ...] = ()
    focus: tuple[Focus, ...] = ()
    owes: tuple[Duty, ...] = ()
    limits: Mapping[str, Limits] = field(default_factory=dict)
    calendars: Mapping[str, Reporting] = field(default_factory=dict)
    freshness: Mapping[str, FreshnessRule] = field(default_factory=dict)
    subtitle: Text = EMPTY
    digest: str = ""

    @property
    def subsystems(self) -> tuple[str, ...]:
        """Those that serve something here, in the order of the services."""
        return tuple(dict.fromkeys(one.subsystem for one in self.services if one.subsystem))

    def reporting_of(self, kpi: Kpi) -> Reporting:
        """The calendar of its months."""
        return self.calendars.get(kpi.id, self.calendars.get(kpi.subsystem, self.default_reporting))

    def limits_of(self, kpi: Kpi) -> tuple[Decimal | None, Decimal | None]:
        """Good and watch in force."""
        own = self.limits.get(kpi.id)
        return (own.good, own.watch) if own else (kpi.good, kpi.watch)

    def freshness_of(self, kpi: Kpi, catalogue: KpiCatalogue) -> tuple[FreshnessRule, FreshnessRule]:
        """The rule of the KPI or its subsystem, the province's first; and that of its period's type below it."""
        subsystem = catalogue.subsystems[kpi.subsystem]
        rules = (self.freshness.get(kpi.id), kpi.freshness, self.freshness.get(kpi.subsystem), subsystem.freshness)
        return next(rule for rule in rules if rule is not None), catalogue.table[kpi.period]

    def expected(
        self, catalogue: KpiCatalogue, organisation: Organisation, on: date | Period, *, subsystem: str = ""
    ) -> dict[Pair, Duty]:
        """Which figures are owed, resolved on that day or at the period's end; a period asks for KPIs of its type."""
        day = on.end if isinstance(on, Period) else on
        found: dict[Pair, Duty] = {}
        for duty in self.owes:
            if not duty.holds_on(day) or (subsystem and duty.subsystem != subsystem):
                continue
            for kpi in catalogue.subsystems[duty.subsystem].kpis:
                if duty.names(kpi) and (not isinstance(on, Period) or kpi.period is on.type):
                    for unit in units_of(duty.units, kpi, organisation, day):
                        found.setdefault((kpi.id, unit), duty)
        return found


def units_of(choice: UnitChoice, kpi: Kpi, organisation: Organisation, day: date) -> Iterator[str]:
    """The units that a duty asks this KPI of. A KPI by locality asks localities only, one without either breakdown
    the province only; the province itself is asked where it is named."""
    if choice.province and organisation.province:
        yield organisation.province
    if kpi.axis is Axis.PROVINCE:
        return
    if choice.holder and (holder := organisation.holder(kpi.function, day)):
        yield holder
    for unit in organisation.units_on(day):
        named = unit.kind in choice.kinds or unit.id in choice.ids
        fits = kpi.axis is Axis.UNIT or organisation.is_locality(unit.id)
        if named and fits and unit.id not in choice.without:
            yield unit.id
