"""What figures are judged with: catalogue, profile, organisation, calendar and the data of the checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from reports.kpi.contract import Method
from reports.kpi.definitions import UNKNOWN, Kpi, KpiCatalogue, Source
from reports.kpi.freshness import Terms, due_of, grace_until
from reports.kpi.profile import Profile
from reports.kpi.rules import CheckRules, shipped
from soc.access import ROOT, Scope
from soc.alert import Actor
from soc.calendar import Calendar, vietnam
from soc.organisation import Organisation
from soc.period import Period, PeriodType, Reporting
from soc.unit import UnitTree

PEOPLE = frozenset({"ioc-form", "ioc-file"})
"""Systems of ours through which people hand figures in; no origin of their own."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who hands a batch over. `scope`: units it may speak for; `subsystems` None: all of them.
    `unit`: whose key or account it is. `method`: how its figures come to be, when they do not say."""

    id: str
    scope: Scope
    actor: Actor
    unit: str = ROOT
    subsystems: frozenset[str] | None = None
    method: Method = Method.AUTOMATIC

    def sends(self, subsystem: str) -> bool:
        return self.subsystems is None or subsystem in self.subsystems


@dataclass(frozen=True, slots=True)
class World:
    """Data only, in force now. `system`: our own name in chains of origins."""

    catalogue: KpiCatalogue
    profile: Profile
    organisation: Organisation
    calendar: Calendar = field(default_factory=vietnam)
    rules: CheckRules = field(default_factory=shipped)
    system: str = "ioc"

    @property
    def units(self) -> UnitTree:
        return self.organisation.tree

    def reporting_of(self, kpi: Kpi) -> Reporting:
        return self.profile.reporting_of(kpi)

    def late_after(self, kpi: Kpi, period: Period) -> datetime | None:
        """Due plus grace of that very period; None for an instant, which is never late in itself."""
        if period.type is PeriodType.REALTIME:
            return None
        rule, _ = self.profile.freshness_of(kpi, self.catalogue)
        table = self.catalogue.table[period.type]
        terms = Terms(rule if period.type is kpi.period else table, table, self.reporting_of(kpi), self.calendar)
        return grace_until(due_of(period, terms), terms)

    def is_value(self, name: str, value: str) -> bool:
        """Listed in the catalogue, or a unit where the dimension is one of units."""
        found = self.catalogue.dimensions.get(name)
        if found is not None and found.source is Source.UNITS and self.units.get(value) is not None:
            return True
        return self.catalogue.is_value(name, value)

    def is_private(self, name: str) -> bool:
        """Whether the dimension never leaves its owner."""
        found = self.catalogue.dimensions.get(name)
        return found is not None and found.private

    def values_of(self, name: str) -> frozenset[str]:
        """All listed values but the one that closes the breakdown; none where units are the values."""
        found = self.catalogue.dimensions.get(name)
        if found is None or found.source is Source.UNITS:
            return frozenset()
        listed = self.catalogue.subsystems if found.source is Source.SUBSYSTEMS else found.values
        return frozenset(listed) - {UNKNOWN}

    def origins(self, subsystem: str, day: date) -> dict[tuple[str, str], str]:
        """The one accepted origin of each KPI and unit for which the profile names one."""
        expected = self.profile.expected(self.catalogue, self.organisation, day, subsystem=subsystem)
        return {pair: duty.sender for pair, duty in expected.items() if duty.sender}
