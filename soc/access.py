"""Who may do what, where: roles, rights, grants, and the scope that every store and state method takes.

Table of security.md 5. A grant is a role bound to a unit subtree and dates; no grant, no access; rights add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class RoleOfPerson(StrEnum):
    """The seven roles of workspace.md."""

    LEADER = "leader"
    UNIT_CONTACT = "unit_contact"
    ANALYST = "analyst"
    SHIFT_LEAD = "shift_lead"
    IT_CENTRE = "it_centre"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What a role may do; one row of the table each."""

    READ_TILES = "read_tiles"
    READ_ALERT_HEADS = "read_alert_heads"
    READ_EVENTS = "read_events"
    TRIAGE = "triage"
    PROPOSE_RULES = "propose_rules"
    APPROVE_RULES = "approve_rules"
    READ_SOURCES = "read_sources"
    MANAGE_SOURCES = "manage_sources"
    MANAGE_UNITS = "manage_units"
    MANAGE_ACCESS = "manage_access"
    READ_AUDIT = "read_audit"
    ENTER_FIGURES = "enter_figures"
    READ_REGISTERS = "read_registers"
    MANAGE_REGISTERS = "manage_registers"
    APPROVE_REGISTERS = "approve_registers"
    READ_REPORTS = "read_reports"
    WRITE_REPORTS = "write_reports"
    ISSUE_REPORTS = "issue_reports"
    ASSIGN_TASKS = "assign_tasks"
    ANSWER_TASKS = "answer_tasks"
    ANSWER_WARNINGS = "answer_warnings"
    PREPARE_MEETINGS = "prepare_meetings"
    DECIDE_MEETINGS = "decide_meetings"


_R = RoleOfPerson

RIGHTS: dict[Right, frozenset[RoleOfPerson]] = {
    Right.READ_TILES: frozenset(_R) - {_R.ADMIN},
    Right.READ_ALERT_HEADS: frozenset({_R.UNIT_CONTACT, _R.ANALYST, _R.SHIFT_LEAD, _R.IT_CENTRE}),
    Right.READ_EVENTS: frozenset({_R.UNIT_CONTACT, _R.ANALYST, _R.SHIFT_LEAD, _R.IT_CENTRE}),
    Right.TRIAGE: frozenset({_R.ANALYST, _R.SHIFT_LEAD}),
    Right.PROPOSE_RULES: frozenset({_R.ANALYST, _R.SHIFT_LEAD}),
    Right.APPROVE_RULES: frozenset({_R.SHIFT_LEAD}),
    Right.READ_SOURCES: frozenset({_R.UNIT_CONTACT, _R.ANALYST, _R.SHIFT_LEAD, _R.IT_CENTRE, _R.ADMIN}),
    Right.MANAGE_SOURCES: frozenset({_R.IT_CENTRE, _R.ADMIN}),
    Right.MANAGE_UNITS: frozenset({_R.IT_CENTRE, _R.ADMIN}),
    Right.MANAGE_ACCESS: frozenset({_R.ADMIN}),
    Right.READ_AUDIT: frozenset({_R.AUDITOR, _R.ADMIN}),
    Right.ENTER_FIGURES: frozenset({_R.UNIT_CONTACT, _R.IT_CENTRE}),
    Right.READ_REGISTERS: frozenset({_R.UNIT_CONTACT, _R.ANALYST, _R.SHIFT_LEAD, _R.IT_CENTRE}),
    Right.MANAGE_REGISTERS: frozenset({_R.IT_CENTRE}),
    Right.APPROVE_REGISTERS: frozenset({_R.SHIFT_LEAD, _R.IT_CENTRE}),
    Right.READ_REPORTS: frozenset({_R.LEADER, _R.SHIFT_LEAD, _R.IT_CENTRE, _R.AUDITOR}),
    Right.WRITE_REPORTS: frozenset({_R.IT_CENTRE}),
    Right.ISSUE_REPORTS: frozenset({_R.LEADER, _R.IT_CENTRE}),
    Right.ASSIGN_TASKS: frozenset({_R.LEADER, _R.IT_CENTRE}),
    Right.ANSWER_TASKS: frozenset({_R.UNIT_CONTACT}),
    Right.ANSWER_WARNINGS: frozenset({_R.LEADER, _R.UNIT_CONTACT, _R.IT_CENTRE}),
    Right.PREPARE_MEETINGS: frozenset({_R.IT_CENTRE}),
    Right.DECIDE_MEETINGS: frozenset({_R.LEADER}),
}

ROOT = "*"  # the whole province
UNASSIGNED = "unassigned"  # events whose unit is not known yet; only a grant over ROOT sees them


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over `unit` and everything below it, from `since` to `until`, both days included."""

    role: RoleOfPerson
    unit: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Eyes:
    """What is hidden from a person who looks (security.md 12): people's names and addresses outside the units `named`
    (None: nowhere), secrets everywhere but in the units `bare`, where an unmasking holds."""

    named: frozenset[str] | None
    bare: frozenset[str] = frozenset()

    def see_names(self, unit: str) -> bool:
        return self.named is None or unit in self.named or unit in self.bare


@dataclass(frozen=True, slots=True)
class Scope:
    """The units a caller may see. `units is None` means all of them, the unassigned included.

    There is no default anywhere: a method that takes a scope cannot be called without saying whose eyes read.
    `eyes`: stores hand out what these may see; None are the pipeline's own, from which nothing is hidden.
    """

    units: frozenset[str] | None
    eyes: Eyes | None = None

    def sees(self, unit: str) -> bool:
        return self.units is None or unit in self.units

    @property
    def hides_names(self) -> bool:
        """Whether people of some unit in it are not named to the reader."""
        if self.eyes is None or self.eyes.named is None:
            return False
        return self.units is None or not all(self.eyes.see_names(unit) for unit in self.units)

    @property
    def empty(self) -> bool:
        return self.units is not None and not self.units


SYSTEM = Scope(None)  # the pipeline's own eyes; never made from a session


def roles_with(right: Right, grants: Iterable[Grant], day: date) -> tuple[Grant, ...]:
    """The grants that give `right` on that day."""
    return tuple(grant for grant in grants if grant.holds_on(day) and grant.role in RIGHTS[right])
