"""What a unit could do, by the points that it would gain. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from reports.posture.inputs import TechniqueInput, UnitInputs
from reports.posture.method import Component, Method, Reporting
from reports.posture.reasons import well_heard, without_groups
from reports.posture.score import Score, score
from soc.alert import Level


class Act(StrEnum):
    """Work that can be given to somebody."""

    RESTORE_SOURCES = "restore_sources"
    CLEAR_OVERDUE = "clear_overdue"
    CLEAR_CRITICAL = "clear_critical"
    CLEAR_ALL = "clear_all"
    CONTAIN = "contain"
    REPORT = "report"
    SCAN = "scan"
    FIX = "fix"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class Action:
    """`items`: ids of what it is done to. `before_caps`: what the mean would gain."""

    act: Act
    items: tuple[str, ...]
    points: Fraction
    before_caps: Fraction


Done = tuple[tuple[str, ...], UnitInputs]


def actions_of(inputs: UnitInputs, found: Score, method: Method) -> tuple[Action, ...]:
    """The most points first. One that gains nothing, not even below a cap, is left out, and one that is done to the
    very same things as one before it."""
    made: list[Action] = []
    for act, do in DOING.items():
        items, changed = do(inputs, method)
        if not items or items in [action.items for action in made]:
            continue
        other = score(changed, method)
        action = Action(act, items, other.capped - found.capped, other.raw - found.raw)
        if action.points > 0 or action.before_caps > 0:
            made.append(action)
    return tuple(sorted(made, key=lambda one: (-one.points, -one.before_caps, one.act)))


def _restore(inputs: UnitInputs, method: Method) -> Done:
    silent = tuple(one.id for one in inputs.sources if one.month.alive < one.month.due or one.day.alive < one.day.due)
    return silent, replace(inputs, sources=tuple(well_heard(one) for one in inputs.sources))


def _overdue(inputs: UnitInputs, method: Method) -> Done:
    return _cleared(inputs, tuple(one.id for one in inputs.groups if one.overdue))


def _critical(inputs: UnitInputs, method: Method) -> Done:
    return _cleared(inputs, tuple(one.id for one in inputs.groups if one.level is Level.CRITICAL))


def _every(inputs: UnitInputs, method: Method) -> Done:
    return _cleared(inputs, tuple(one.id for one in inputs.groups))


def _cleared(inputs: UnitInputs, names: tuple[str, ...]) -> Done:
    """Closing takes a group away; that it was late stays for thirty days."""
    open_ones = without_groups(inputs, frozenset(names)).groups
    return names, replace(inputs, groups=open_ones)


def _contain(inputs: UnitInputs, method: Method) -> Done:
    names = tuple(one.id for one in inputs.incidents if not one.contained)
    return names, replace(inputs, incidents=tuple(replace(one, contained=True) for one in inputs.incidents))


def _report(inputs: UnitInputs, method: Method) -> Done:
    def told(reporting: Reporting) -> Reporting:
        return Reporting.IN_TIME if reporting is Reporting.RUNNING else reporting

    names = tuple(one.id for one in inputs.incidents if one.reporting is Reporting.RUNNING)
    reported = tuple(replace(one, reporting=told(one.reporting)) for one in inputs.incidents)
    return names, replace(inputs, incidents=reported)


def _scan(inputs: UnitInputs, method: Method) -> Done:
    fresh = method.row["scans"]["fresh_days"]
    names = tuple(one.id for one in inputs.systems if one.scan_days is None or one.scan_days > fresh)
    return names, replace(inputs, systems=tuple(replace(one, scan_days=0) for one in inputs.systems))


def _fix(inputs: UnitInputs, method: Method) -> Done:
    names = tuple(one.id for one in inputs.systems if one.overdue)
    return names, replace(inputs, systems=tuple(replace(one, overdue=0.0) for one in inputs.systems))


def _cover(inputs: UnitInputs, method: Method) -> Done:
    wanted = method.techniques(inputs.unit_class) if Component.DETECTION in method.components(inputs.unit_class) else ()
    covered = {one.id for one in inputs.techniques if one.covered}
    every = tuple(TechniqueInput(name, enabled=True, alive=True, tested=True) for name in wanted)
    return tuple(name for name in wanted if name not in covered), replace(inputs, techniques=every)


DOING: Mapping[Act, Callable[[UnitInputs, Method], Done]] = {
    Act.RESTORE_SOURCES: _restore,
    Act.CLEAR_OVERDUE: _overdue,
    Act.CLEAR_CRITICAL: _critical,
    Act.CLEAR_ALL: _every,
    Act.CONTAIN: _contain,
    Act.REPORT: _report,
    Act.SCAN: _scan,
    Act.FIX: _fix,
    Act.COVER: _cover,
}
