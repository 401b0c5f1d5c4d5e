"""Reads what every unit gave in a month: the four scores, the honesty index, the rank (ioc-hub.md 7, 15)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reports.kpi.board import Reader, View
from reports.kpi.definitions import Kpi
from reports.kpi.freshness import Signs, standing
from reports.kpi.quality import (
    Contribution,
    Fault,
    Method,
    Owed,
    Ranked,
    Tally,
    instants,
    owed_between,
    ranked,
    tally_of,
)
from reports.kpi.world import World
from soc.observation import Cumulative
from soc.period import Period, PeriodType, realtime
from soc.state.findings import Finding, WantedFindings
from soc.state.series import Given
from soc.state.store import Tx
from soc.state.tables.receipts import FindingAnswer

DAY, HALF = timedelta(days=1), timedelta(hours=12)
LONGEST = timedelta(days=800)
"""How long before a month a period can begin whose figure falls due in it: two years."""

MOST_FINDINGS = 10_000
BY_PEOPLE = {"ioc-file": Method.FILE, "ioc-form": Method.FORM}
WRONG = frozenset({None, FindingAnswer.CORRECTED})


@dataclass(slots=True)
class _Unit:
    """What is gathered of one unit."""

    owed: list[Owed] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    looks: Tally = field(default_factory=Tally)


def contributions(tx: Tx, world: World, view: View, month: Period, subsystem: str = "") -> tuple[Ranked, ...]:
    """Of the units that owe something, or gave something, in a month; `subsystem` '' is all of the profile's."""
    names = (subsystem,) if subsystem else world.profile.subsystems
    kpis = [kpi for name in names for kpi in world.catalogue.subsystems[name].kpis]
    until = min(view.at, month.over)
    units = _gathered(tx, Reader(world, view), kpis, month, until)
    tree = world.organisation.tree
    found = []
    for unit, one in sorted(units.items()):
        known = tree.get(unit)
        found.append(_contribution(unit, known.kind if known else "", one, month, until))
    return ranked(found)


def _gathered(tx: Tx, reader: Reader, kpis: list[Kpi], month: Period, until: datetime) -> dict[str, _Unit]:
    units: dict[str, _Unit] = {}
    for kpi in kpis:
        terms = reader.terms(kpi, kpi.period)
        for unit in filter(reader.view.scope.sees, reader.expected(kpi, month.end).units):
            owed = owed_between(kpi, unit, terms, month.start, month.end)
            units.setdefault(unit, _Unit()).owed += owed
    ids = [kpi.id for kpi in kpis]
    for given in tx.series.given(reader.view.scope, ids, month.start - LONGEST, until):
        units.setdefault(given.unit, _Unit()).given.append(given)
    wanted = WantedFindings(
        open_only=False, kpis=tuple(ids), opened_from=month.begins, opened_to=until, limit=MOST_FINDINGS
    )
    for finding in tx.findings.page(reader.view.scope, wanted):
        units.setdefault(finding.unit, _Unit()).findings.append(finding)
    for unit, looks in _looks(tx, reader, kpis, month, until):
        units.setdefault(unit, _Unit()).looks += looks
    return units


def _looks(tx: Tx, reader: Reader, kpis: list[Kpi], month: Period, until: datetime) -> Iterator[tuple[str, Tally]]:
    """Instants are looked at every noon: how often was the figure fresh."""
    noons = [at for number in range((month.end - month.start).days + 1) if (at := _noon(month, number)) <= until]
    live = [kpi for kpi in kpis if kpi.period is PeriodType.REALTIME]
    if not noons or not live:
        return
    stood = {(one.kpi, one.unit): one for one in tx.series.stood(reader.view.scope, [kpi.id for kpi in live], noons)}
    for kpi in live:
        terms = reader.terms(kpi, PeriodType.REALTIME)
        for unit in filter(reader.view.scope.sees, reader.expected(kpi, month.end).units):
            found = stood.get((kpi.id, unit))
            ats = found.ats if found else (None,) * len(noons)
            fresh = sum(
                standing(Signs(realtime(at)), terms, noon).current
                for at, noon in zip(ats, noons, strict=True)
                if at is not None
            )
            yield unit, instants(fresh, len(noons))


def _contribution(unit: str, kind: str, one: _Unit, month: Period, until: datetime) -> Contribution:
    plain = [given for given in one.given if given.cumulative is Cumulative.NONE]
    arrivals: dict[tuple[str, str, Period], datetime] = {}
    for given in plain:
        key = (given.kpi, unit, given.period)
        arrivals[key] = min(given.first_at, arrivals.get(key, given.first_at))
    came = [given for given in one.given if given.last_at >= month.begins]
    faults = [_fault(finding) for finding in one.findings]
    received = {_name(given) for given in came if given.first_at >= month.begins} | {fault.figure for fault in faults}
    tally = tally_of(one.owed, arrivals, faults, received, until)
    in_time = sum(
        (at := arrivals.get((owed.kpi, unit, owed.period))) is not None and at <= owed.grace_until
        for owed in one.owed
        if owed.due_at <= until
    )
    return Contribution(
        unit,
        kind,
        tally + one.looks,
        in_time=in_time,
        restated=len({_name(given) for given in came if given.revision}),
        opened=len(one.findings),
        answered=sum(finding.answer is not None for finding in one.findings),
        method=_method(came),
    )


def _method(came: Iterable[Given]) -> Method | None:
    """How most figures came."""
    counts = Counter(BY_PEOPLE.get(given.sender, Method.AUTOMATIC) for given in came)
    return counts.most_common(1)[0][0] if counts else None


def _fault(finding: Finding) -> Fault:
    """Of a figure as a whole: a breakdown that fails is a figure that fails."""
    figure = f"{finding.kpi}|{finding.period}"
    return Fault(finding.check, figure, open=finding.answer is None, wrong=finding.answer in WRONG)


def _name(given: Given) -> str:
    return f"{given.kpi}|{given.period.key}:{given.cumulative}"


def _noon(month: Period, number: int) -> datetime:
    return month.begins + number * DAY + HALF
