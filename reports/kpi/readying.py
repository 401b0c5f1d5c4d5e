"""Reads the readiness board: every subsystem of the profile, over its last seven days (ioc-hub.md 2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reports.kpi.board import Reader, View
from reports.kpi.definitions import Kpi, Subsystem
from reports.kpi.freshness import Signs, Standing, standing
from reports.kpi.readiness import DAYS, GivenReason, Readiness, Reason, pairs_of, readiness
from reports.kpi.world import World
from soc.calendar import ZONE
from soc.period import Period, PeriodType, period_of, realtime
from soc.state.readiness import Said
from soc.state.series import Stood
from soc.state.store import Tx

DAY = timedelta(days=1)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SubsystemRow:
    """A row of the board: how it stands, and who answers (None: nobody has the function)."""

    subsystem: Subsystem
    readiness: Readiness
    responsible: str | None


def readiness_board(tx: Tx, world: World, view: View) -> tuple[SubsystemRow, ...]:
    """In the profile's order, with what people said of each. Faces are judged by their use, elsewhere."""
    moments = [view.at - number * DAY for number in reversed(range(DAYS))]
    subsystems = [world.catalogue.subsystems[name] for name in world.profile.subsystems]
    kpis = [kpi.id for one in subsystems for kpi in one.kpis]
    stood = {(one.kpi, one.unit): one for one in _own(world, tx.series.stood(view.scope, kpis, moments))}
    reader = Reader(world, view)
    said = tx.readiness.in_force(view.scope, as_of=view.as_of)
    given = {name: given_reason(one) for name, one in said.items()}
    return tuple(_row(reader, one, stood, moments, given.get(one.id)) for one in subsystems)


def given_reason(said: Said) -> GivenReason:
    """As the board shows it."""
    return GivenReason(Reason(said.reason), said.person, said.said_on, said.next_step, said.deadline)


def _own(world: World, some: tuple[Stood, ...]) -> list[Stood]:
    """The last of a pair counts: that of the KPI's own period, a coarser one where there is nothing else."""
    return sorted(some, key=lambda one: one.type is world.catalogue.kpis[one.kpi].period)


def _row(
    reader: Reader,
    subsystem: Subsystem,
    stood: Mapping[Pair, Stood],
    moments: list[datetime],
    given: GivenReason | None,
) -> SubsystemRow:
    now = moments[-1]
    days = []
    for place, moment in enumerate(moments):
        standings: dict[Pair, Standing] = {}
        for kpi in subsystem.kpis:
            known: dict[Period | None, Standing] = {}
            for unit in filter(reader.view.scope.sees, reader.expected(kpi, _local(moment)).units):
                one = stood.get((kpi.id, unit))
                period = None if one is None else _period(reader, kpi, one, place)
                if period not in known:
                    terms = reader.terms(kpi, kpi.period if one is None else one.type)
                    known[period] = standing(Signs(period), terms, moment)
                standings[(kpi.id, unit)] = known[period]
        days.append(pairs_of(standings))
    names = {kpi.id for kpi in subsystem.kpis}
    last = [one.last_at for (kpi, _), one in stood.items() if kpi in names and one.last_at is not None]
    responsible = reader.world.organisation.holder(subsystem.function, _local(now))
    found = readiness(subsystem.id, days, max(last, default=None), now, given=given, responsible=responsible)
    return SubsystemRow(subsystem, found, responsible)


def _period(reader: Reader, kpi: Kpi, one: Stood, place: int) -> Period | None:
    end, at = one.ends[place], one.ats[place]
    if end is None:
        return None
    if one.type is PeriodType.REALTIME:
        return None if at is None else realtime(at)
    return period_of(one.type, end, reader.world.profile.reporting_of(kpi))


def _local(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
