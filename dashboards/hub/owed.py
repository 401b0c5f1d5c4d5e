"""What a unit has to hand in for a period: lines of the template and of the form alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.kpi.definitions import Kpi
from reports.kpi.sheets.columns import Marker
from reports.kpi.sheets.template import Line
from reports.kpi.world import World
from soc.period import Period, PeriodType, label, period_of, previous

TYPES = (PeriodType.DAY, PeriodType.WEEK, PeriodType.MONTH, PeriodType.QUARTER, PeriodType.YEAR)
TYPED = (*TYPES, PeriodType.HALF_YEAR, PeriodType.SCHOOL_YEAR)
BACK = {PeriodType.DAY: 7, PeriodType.WEEK: 4}
"""How many past periods are offered; of other types three."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A sheet that somebody may be asked for: its own period, `label` as people name it."""

    subsystem: str
    period: Period
    label: str


def choices(world: World, unit: str, today: date) -> tuple[Choice, ...]:
    """What the unit owes by hand: subsystems and types, of each the periods that have begun last."""
    expected = world.profile.expected(world.catalogue, world.organisation, today)
    kpis = [world.catalogue.kpis[kpi] for kpi, owner in expected if owner == unit]
    found: dict[tuple[str, PeriodType], Kpi] = {}
    for kpi in kpis:
        if kpi.period in TYPED:
            found.setdefault((kpi.subsystem, kpi.period), kpi)
    made = []
    for (subsystem, kind), kpi in found.items():
        made += [Choice(subsystem, period, name) for period, name in _recent(world, kpi, kind, today)]
    return tuple(made)


def lines(world: World, unit: str, subsystem: str, period: Period) -> tuple[Line, ...]:
    """One for each figure of that type that the unit owes at the period's end."""
    expected = world.profile.expected(world.catalogue, world.organisation, period, subsystem=subsystem)
    return tuple(Line(world.catalogue.kpis[kpi], unit, period) for kpi, owner in expected if owner == unit)


def period_named(world: World, subsystem: str, kind: PeriodType, day: date) -> Period | None:
    """The period of that type that holds the day, by the calendar of the subsystem's KPIs of that type."""
    found = world.catalogue.subsystems.get(subsystem)
    kpi = next((kpi for kpi in found.kpis if kpi.period is kind), None) if found else None
    return None if kpi is None or kind is PeriodType.REALTIME else period_of(kind, day, world.reporting_of(kpi))


def marker(world: World, unit: str, subsystem: str, period: Period) -> Marker:
    """What the template says of itself."""
    return Marker(subsystem, unit, period.key, world.catalogue.version)


def _recent(world: World, kpi: Kpi, kind: PeriodType, today: date) -> Sequence[tuple[Period, str]]:
    reporting = world.reporting_of(kpi)
    period = period_of(kind, today, reporting)
    found = []
    for _ in range(BACK.get(kind, 3)):
        found.append((period, label(period, reporting)))
        period = previous(period, reporting)
    return found
