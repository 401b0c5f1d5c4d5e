"""Reads what every unit gave in a month: the four scores, the honesty index, the rank (ioc-hub.md 7, 15)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from reports.kpi.board import Reader, View
from reports.kpi.definitions import Kpi
from reports.kpi.freshness import Signs, standing
from reports.kpi.quality import (
    CHECKS,
    Contribution,
    Fault,
    Method,
    Owed,
    Ranked,
    Score,
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

    def add(self, other: _Unit) -> None:
        self.owed += other.owed
        self.given += other.given
        self.findings += other.findings
        self.looks += other.looks


def contributions(tx: Tx, world: World, view: View, month: Period, subsystem: str = "") -> tuple[Ranked, ...]:
    """Of the units that owe something, or gave something, in a month; `subsystem` '' is all of the profile's."""
    names = (subsystem,) if subsystem else world.profile.subsystems
    kpis = [kpi for name in names for kpi in world.catalogue.subsystems[name].kpis]
    until = min(view.at, month.over)
    return _ranked(world, _gathered(tx, Reader(world, view), kpis, month, until), month, until)


@dataclass(frozen=True, slots=True)
class QualityBoard:
    """Of a month: units with their scores and ranks, and the counts of each subsystem."""

    units: tuple[Ranked, ...]
    subsystems: Mapping[str, Tally]

    @property
    def whole(self) -> Tally:
        return sum(self.subsystems.values(), Tally())


def quality_board(tx: Tx, world: World, view: View, month: Period) -> QualityBoard:
    """Everything of a month, read once."""
    until, reader = min(view.at, month.over), Reader(world, view)
    together: dict[str, _Unit] = {}
    subsystems: dict[str, Tally] = {}
    for name in world.profile.subsystems:
        units = _gathered(tx, reader, list(world.catalogue.subsystems[name].kpis), month, until)
        tallies = (_contribution(unit, "", one, month, until).tally for unit, one in units.items())
        subsystems[name] = sum(tallies, Tally())
        for unit, one in units.items():
            together.setdefault(unit, _Unit()).add(one)
    return QualityBoard(_ranked(world, together, month, until), subsystems)


@dataclass(frozen=True, slots=True)
class OwedFigure:
    """A figure that fell due. `came_at` None: it has not come. `fresh`: in time, or still within its grace."""

    owed: Owed
    came_at: datetime | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """What the scores of a unit were counted from. `looks`: instants, which are looked at and not owed one by one."""

    tally: Tally
    owed: tuple[OwedFigure, ...]
    findings: tuple[Finding, ...]
    looks: Tally

    def missed(self, score: Score) -> tuple[OwedFigure, ...]:
        """What was owed and lowers it."""
        if score is Score.INTEGRITY:
            return tuple(one for one in self.owed if one.came_at is None)
        return tuple(one for one in self.owed if not one.fresh) if score is Score.TIMELINESS else ()

    def faults(self, score: Score) -> tuple[Finding, ...]:
        """The findings that lower it."""
        wrong = WRONG if score is Score.ACCURACY else {None}
        checks = CHECKS.get(score, frozenset())
        return tuple(one for one in self.findings if one.check in checks and one.answer in wrong)


def behind(tx: Tx, world: World, view: View, month: Period, unit: str, subsystem: str = "") -> Behind:
    """Of one unit, within the view's scope."""
    names = (subsystem,) if subsystem else world.profile.subsystems
    kpis = [kpi for name in names for kpi in world.catalogue.subsystems[name].kpis]
    until = min(view.at, month.over)
    scope = replace(view.scope, units=frozenset({unit} if view.scope.sees(unit) else ()))
    found = _gathered(tx, Reader(world, replace(view, scope=scope)), kpis, month, until).get(unit, _Unit())
    arrivals = _arrivals(unit, found)
    owed = []
    for one in sorted(found.owed, key=lambda one: (one.due_at, one.kpi)):
        came = arrivals.get((one.kpi, unit, one.period))
        if one.due_at <= until:
            owed.append(OwedFigure(one, came, (until if came is None else came) <= one.grace_until))
    tally = _contribution(unit, "", found, month, until).tally
    return Behind(tally, tuple(owed), tuple(found.findings), found.looks)


def _ranked(world: World, units: Mapping[str, _Unit], month: Period, until: datetime) -> tuple[Ranked, ...]:
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
        # Days are the same for every unit, and cost most.
        due = list(owed_between(kpi, "", terms, month.start, month.end))
        for unit in filter(reader.view.scope.sees, reader.expected(kpi, month.end).units):
            owed = (Owed(one.kpi, unit, one.period, one.due_at, one.grace_until) for one in due)
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
    arrivals = _arrivals(unit, one)
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


def _arrivals(unit: str, one: _Unit) -> dict[tuple[str, str, Period], datetime]:
    """When the first revision of each figure came."""
    found: dict[tuple[str, str, Period], datetime] = {}
    for given in one.given:
        if given.cumulative is Cumulative.NONE:
            key = (given.kpi, unit, given.period)
            found[key] = min(given.first_at, found.get(key, given.first_at))
    return found


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
