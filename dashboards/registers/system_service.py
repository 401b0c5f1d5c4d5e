"""Systems as people see them, and the sources that each owes, with the second person who lets one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid, Refused
from dashboards.registers.fields import MISSING, TEXTS, Field, Kind, day_of
from dashboards.services import Services
from dashboards.shell.i18n import N_
from soc.access import Right
from soc.errors import NotFound
from soc.register import ExpectedSource, Scan, System, Weakness

REMOVAL = (
    Field("since", N_("Not expected from"), Kind.DAY, required=True),
    Field("reason", N_("Reason"), Kind.TEXT, required=True),
)
"""What is asked of somebody who wants a source to be expected no more."""
SAME_PERSON = N_("A second person approves it: whoever asked cannot.")


class SourceAct(StrEnum):
    """What may be done to a line of what a system owes."""

    REMOVE = "remove"
    APPROVE = "approve"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class SystemLine:
    """One system of the list. `owed`: sources that count today; `waiting`: removals that wait for a second person."""

    system: System
    owed: int
    waiting: int
    scanned: date | None
    open_weaknesses: int
    overdue: int


@dataclass(frozen=True, slots=True)
class SystemView:
    """One system with all that hangs on it. `names`: of the sources."""

    line: SystemLine
    versions: tuple[System, ...]
    expected: tuple[ExpectedSource, ...]
    scans: tuple[Scan, ...]
    weaknesses: tuple[Weakness, ...]
    names: Mapping[str, str]


def lines(services: Services, viewer: Viewer) -> list[SystemLine]:
    """Every system the viewer sees, those in use first."""
    scope = viewer.scope(Right.READ_REGISTERS)
    with services.state.read() as tx:
        systems = tx.systems.all(scope)
        expected, scans = tx.systems.expected(scope), tx.weaknesses.last_scans(scope, until=viewer.day)
        flaws = tx.weaknesses.all(scope, open_only=True)
    made = [_line(one, expected, scans.get(one.id), flaws, viewer.day) for one in systems]
    return sorted(made, key=lambda one: (one.system.retired, -(one.system.level or 0), one.system.id))


def read(services: Services, viewer: Viewer, system_id: str) -> SystemView:
    """Raises NotFound."""
    scope = viewer.scope(Right.READ_REGISTERS)
    with services.state.read() as tx:
        one = tx.systems.get(system_id, scope)
        expected = tx.systems.expected(scope, system_id=system_id)
        scans = tx.weaknesses.scans(scope, system_id=system_id)
        flaws = tx.weaknesses.all(scope, system_id=system_id)
        names = {source.id: source.name for source in tx.sources.all(scope)}
        versions = tx.systems.versions(system_id, scope)
    scanned = max((scan.scanned_on for scan in scans), default=None)
    open_flaws = tuple(flaw for flaw in flaws if flaw.fixed_on is None)
    line = _line(one, expected, scanned, open_flaws, viewer.day)
    return SystemView(line, versions, expected, scans, flaws, names)


def may_act(viewer: Viewer, act: SourceAct) -> bool:
    """A shift lead may agree that a source goes; only the IT centre asks for it."""
    return viewer.may(_right(act))


def act_on(
    services: Services, viewer: Viewer, system_id: str, expected_id: int, act: SourceAct, typed: Mapping[str, str]
) -> None:
    """Raises Refused, Invalid, NotFound, and StateError when nothing waits."""
    if not may_act(viewer, act):
        raise Refused(f"your roles do not include '{_right(act)}'")
    scope, now = viewer.scope(_right(act)), services.clock.now()
    with services.state.write() as tx:
        owed = tx.systems.owes(expected_id, scope)
        if owed.system != system_id:
            raise NotFound
        before = _removal(owed)
        if act is SourceAct.REMOVE:
            since, reason = _wish(typed)
            tx.systems.ask_removal(expected_id, scope, since=since, reason=reason, by=viewer.account, at=now)
        elif act is SourceAct.APPROVE:
            if owed.removal and owed.removal.asked_by == viewer.account:
                raise Invalid({"act": SAME_PERSON})
            tx.systems.approve_removal(expected_id, scope, by=viewer.account, at=now)
        else:
            tx.systems.refuse_removal(expected_id, scope)
        after = _removal(tx.systems.owes(expected_id, scope))
        tx.audit.append(
            viewer.actor, f"system.source_{act}", system_id, at=now, unit=owed.unit, before=before, after=after
        )


def _right(act: SourceAct) -> Right:
    return Right.MANAGE_REGISTERS if act is SourceAct.REMOVE else Right.APPROVE_REGISTERS


def _wish(typed: Mapping[str, str]) -> tuple[date, str]:
    """From when on, and why. Raises Invalid."""
    faults = {}
    reason = typed.get("reason", "").strip()[:500]
    if len(reason) < 5:
        faults["reason"] = MISSING
    try:
        since = day_of(typed.get("since", "").strip())
    except ValueError:
        faults["since"] = TEXTS[Kind.DAY]
    if faults:
        raise Invalid(faults)
    return since, reason


def _removal(owed: ExpectedSource) -> dict[str, object]:
    gone = owed.removal
    said = {"source": owed.source, "since": owed.since}
    if gone is None:
        return said
    return said | {
        "removed_since": gone.since,
        "reason": gone.reason,
        "asked_by": gone.asked_by,
        "approved_by": gone.approved_by,
    }


def _line(
    one: System, expected: tuple[ExpectedSource, ...], scanned: date | None, flaws: tuple[Weakness, ...], day: date
) -> SystemLine:
    owed = [each for each in expected if each.system == one.id and each.expected_on(day)]
    mine = [flaw for flaw in flaws if flaw.system == one.id]
    waiting = sum(each.removal is not None and each.removal.approved_at is None for each in owed)
    overdue = sum(flaw.overdue_on(day) for flaw in mine)
    return SystemLine(one, len(owed), waiting, scanned, len(mine), overdue)
