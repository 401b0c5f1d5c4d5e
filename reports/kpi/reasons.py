"""A person says why a subsystem is not in use: one of a closed list, with a name and a day (ioc-hub.md 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reports.kpi.world import World
from soc.access import ROOT, Scope
from soc.alert import Actor
from soc.calendar import ZONE
from soc.errors import NotFound, StateError
from soc.state.readiness import Said
from soc.state.store import Tx
from soc.state.tables.readiness import SaidReason

UNSAID = "SOC-1972"
LONGEST = 500
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody wants to say. `reason` WITHDRAWN: what was said holds no longer."""

    subsystem: str
    reason: SaidReason
    person: str
    on: date
    next_step: str = ""
    deadline: date | None = None


def say(tx: Tx, world: World, saying: Saying, scope: Scope, actor: Actor, now: datetime) -> Said:
    """Keeps it, audited. Raises NotFound for a subsystem that the profile has not, or whose unit lies outside the
    scope; StateError with everything that is wrong with it."""
    if saying.subsystem not in world.profile.subsystems:
        raise NotFound
    today = now.astimezone(ZONE).date()
    unit = answering(world, saying.subsystem, today)
    if faults := list(_faults(saying, today)):
        raise StateError("; ".join(faults), code=UNSAID)
    words = (saying.person.strip(), saying.on, actor.id, now, saying.next_step.strip(), saying.deadline)
    said = Said(saying.subsystem, unit, saying.reason, *words)
    if not tx.readiness.say(said, scope):
        raise NotFound
    after = {"reason": str(said.reason), "person": said.person, "on": str(said.said_on), "next_step": said.next_step}
    tx.audit.append(actor, "kpi.readiness", saying.subsystem, at=now, unit=unit, after=after)
    return said


def answering(world: World, subsystem: str, day: date) -> str:
    """The unit that answers for it; of a duty that nobody has, the whole province."""
    function = world.catalogue.subsystems[subsystem].function
    return world.organisation.holder(function, day) or ROOT


def _faults(saying: Saying, today: date) -> list[str]:
    found = []
    if not 1 < len(saying.person.strip()) <= LONGEST_NAME:
        found.append("name the person who says it")
    if saying.on > today:
        found.append(f"the day {saying.on} has not come yet")
    if saying.deadline is not None and saying.deadline < saying.on:
        found.append(f"the deadline {saying.deadline} lies before the day {saying.on}")
    if len(saying.next_step) > LONGEST:
        found.append(f"the next step has more than {LONGEST} letters")
    return found
