"""Reads what the scores of all units are made of, as it was at one moment and as it is known now.

Alerts are replayed from their own history; incidents, scans and weaknesses are judged by their dates. What was told
later than it happened therefore changes a day that is over, which `keep` then restates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from reports.clocks import Punctuality, punctuality
from reports.posture.coverage import NOTHING, Coverage
from reports.posture.inputs import GroupInput, Half, IncidentInput, Missed, SystemInput, UnitInputs
from reports.posture.method import Method, Reporting
from reports.posture.province import rate_of
from reports.posture.sight import sources_of
from soc.access import UNASSIGNED, Scope
from soc.alert import SUPERSEDED, Status
from soc.calendar import ZONE
from soc.incident import HAPPENED, Incident
from soc.limits import LimitRules
from soc.register import System
from soc.state.alert_past import AlertThen
from soc.state.store import Tx
from soc.unit import UnitTree

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
LONGEST_LIMIT = timedelta(days=21)
"""What was closed so long before the thirty days can have a limit in them."""

NO_HALVES = (Half(), Half())


def gather(
    tx: Tx,
    scope: Scope,
    units: UnitTree,
    at: datetime,
    method: Method,
    limits: LimitRules,
    *,
    coverage: Coverage = NOTHING,
) -> tuple[UnitInputs, ...]:
    """Inputs of all units of the scope, by id. The rate is that of these units."""
    day = (at - INSTANT).astimezone(ZONE).date()
    systems = [one for one in tx.systems.all(scope, at=at) if not one.retired]
    levels = {one.id: method.level(one.level) for one in systems}
    sources = sources_of(tx, scope, levels, at, day, method)
    alerts = list(_alerts(tx, scope, at, method))
    groups = _groups(tx, scope, alerts, at, method, limits)
    halves = _halves(alerts, at, method)
    incidents = _incidents(tx, scope, {one.id: one.unit for one in systems}, at)
    kept = _systems(tx, scope, systems, day, method)
    takes_part = members(units, scope, day, {*sources, *groups, *incidents, *kept})
    rate = rate_of((halves.get(unit, NO_HALVES) for unit in takes_part), method)
    made = []
    for unit in takes_part:
        unit_class = method.class_of(units.units[unit].kind)
        made.append(
            UnitInputs(
                unit=unit,
                unit_class=unit_class,
                rate=rate,
                sources=sources.get(unit, ()),
                groups=groups.get(unit, ()),
                acknowledge=halves.get(unit, NO_HALVES)[0],
                resolve=halves.get(unit, NO_HALVES)[1],
                incidents=incidents.get(unit, ()),
                systems=kept.get(unit, ()),
                techniques=coverage.of(unit, method.techniques(unit_class)),
            )
        )
    return tuple(made)


def members(units: UnitTree, scope: Scope, day: date, with_data: Iterable[str]) -> tuple[str, ...]:
    """The units of that day at the end of the tree, and those above that have something of their own."""
    today = {unit.id: unit for unit in units.units.values() if unit.holds_on(day) and scope.sees(unit.id)}
    parents = {unit.parent for unit in units.units.values() if unit.holds_on(day)}
    own = {network.unit for network in units.networks if network.holds_on(day)} | set(with_data)
    return tuple(sorted(unit for unit in today if unit not in parents or unit in own))


def _alerts(tx: Tx, scope: Scope, at: datetime, method: Method) -> Iterable[AlertThen]:
    since = at - timedelta(days=method.row["response"]["days"]) - LONGEST_LIMIT
    dropped = tx.posture.only_dropped(scope)
    for one in tx.alert_past.alive(scope, since, at, as_of=at):
        if one.unit != UNASSIGNED and SUPERSEDED not in one.flags and one.id not in dropped:
            yield one


def _groups(
    tx: Tx, scope: Scope, alerts: Iterable[AlertThen], at: datetime, method: Method, limits: LimitRules
) -> dict[str, tuple[GroupInput, ...]]:
    """Unit -> its open groups, by id. Age never pauses."""
    open_ones = sorted((one for one in alerts if one.open), key=lambda one: one.id)
    levels = tx.posture.asset_levels([one.id for one in open_ones], scope)
    found: dict[str, list[GroupInput]] = {}
    for one in open_ones:
        made = GroupInput(one.id, one.number, one.level, method.level(levels.get(one.id)), _past(one, at, limits))
        found.setdefault(one.unit, []).append(made)
    return {unit: tuple(some) for unit, some in found.items()}


def _past(one: AlertThen, at: datetime, limits: LimitRules) -> float:
    """Age beyond the limit, in limits. No clock runs faster than the wall's, so that young ones need no calendar."""
    limit = limits.of(one.level, one.unit).resolve
    if not limit or at - one.raised_at <= limit:
        return 0.0
    return max(0.0, (limits.elapsed(one.level, one.raised_at, at) - limit) / limit)


def _halves(alerts: Iterable[AlertThen], at: datetime, method: Method) -> dict[str, tuple[Half, Half]]:
    by_unit: dict[str, list[AlertThen]] = {}
    for one in alerts:
        by_unit.setdefault(one.unit, []).append(one)
    begin = at - timedelta(days=method.row["response"]["days"])
    return {
        unit: (
            _half(((one, one.ack_due, one.taken_at or one.closed_at) for one in some), begin, at, method),
            _half(((one, one.resolve_due, one.closed_at) for one in some if not _waits(one)), begin, at, method),
        )
        for unit, some in by_unit.items()
    }


Deadline = tuple[AlertThen, datetime | None, datetime | None]


def _half(deadlines: Iterable[Deadline], begin: datetime, at: datetime, method: Method) -> Half:
    """What was due in the thirty days, and whatever is open past its limit, however old."""
    due = kept = 0.0
    missed = []
    for one, limit, done in deadlines:
        weight = method.response_weights[one.level]
        if limit is None or limit > at or not weight or (limit <= begin and done is not None):
            continue
        due += weight
        if done is not None and done <= limit:
            kept += weight
        else:
            missed.append(Missed(one.id, one.number, weight))
    return Half(due, kept, tuple(sorted(missed, key=lambda one: one.id)))


def _waits(one: AlertThen) -> bool:
    """While the unit is asked, the limit to resolve stands still; it is asked for a bounded time."""
    return one.status is Status.WAITING_UNIT


def _incidents(tx: Tx, scope: Scope, unit_of: Mapping[str, str], at: datetime) -> dict[str, tuple[IncidentInput, ...]]:
    """Unit -> its incidents: those it reported and those that touch a system of it."""
    found: dict[str, list[IncidentInput]] = {}
    for one in sorted(tx.incidents.all(scope), key=lambda one: one.id):
        if one.state not in HAPPENED or one.confirmed_at is None or one.confirmed_at > at:
            continue
        made = incident_at(one, at)
        for unit in sorted({one.unit, *(unit_of[name] for name in one.systems if name in unit_of)}):
            found.setdefault(unit, []).append(made)
    return {unit: tuple(some) for unit, some in found.items()}


def incident_at(one: Incident, at: datetime) -> IncidentInput:
    """How it stood then: reports that were sent later prove nothing yet."""
    then = replace(
        one,
        reports=tuple(report for report in one.reports if report.sent_at <= at),
        waiver=one.waiver if one.waiver and one.waiver.at <= at else None,
    )
    contained = one.contained_at if one.contained_at and one.contained_at <= at else None
    return IncidentInput(
        id=one.id,
        number=one.number,
        severity=one.severity,
        contained=contained is not None,
        days=(at - contained) / DAY if contained else 0.0,
        reporting=Reporting.LATE if one.hidden else REPORTING[punctuality(then, at)],
    )


REPORTING = {
    Punctuality.NONE: Reporting.RUNNING,
    Punctuality.RUNNING: Reporting.RUNNING,
    Punctuality.IN_TIME: Reporting.IN_TIME,
    Punctuality.WAIVED: Reporting.IN_TIME,
    Punctuality.LATE: Reporting.LATE,
}
"""An incident that owes no report by law counts as one whose limit runs: nobody was told of it."""


def _systems(
    tx: Tx, scope: Scope, systems: Iterable[System], day: date, method: Method
) -> dict[str, tuple[SystemInput, ...]]:
    """Unit -> its systems, by id. Fixed weaknesses go on being known for a year: mending one must not look worse."""
    scans = tx.weaknesses.last_scans(scope, until=day)
    oldest = day - timedelta(days=method.row["fixed_counts_days"])
    known: dict[str, float] = {}
    overdue: dict[str, float] = {}
    for one in tx.weaknesses.all(scope):
        if one.found_on > day or (one.fixed_on is not None and one.fixed_on <= oldest):
            continue
        weight = method.response_weights[one.level]
        known[one.system] = known.get(one.system, 0.0) + weight
        overdue[one.system] = overdue.get(one.system, 0.0) + weight * one.overdue_on(day)
    found: dict[str, list[SystemInput]] = {}
    for system in sorted(systems, key=lambda one: one.id):
        scanned = scans.get(system.id)
        days = (day - scanned).days if scanned else None
        weights = known.get(system.id, 0.0), overdue.get(system.id, 0.0)
        made = SystemInput(system.id, method.level(system.level), days, *weights)
        found.setdefault(system.unit, []).append(made)
    return {unit: tuple(some) for unit, some in found.items()}
