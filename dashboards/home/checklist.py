"""The first seven things to do (friendliness.md 3): each ticks itself from a fact, none by a click.

What this version cannot do yet says so and holds nobody up; the list is finished when all the others are done.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from importlib.resources import files

from dashboards.home import year
from dashboards.services import Services
from dashboards.shell.formats import ZONE
from dashboards.shell.i18n import N_
from soc.access import ROOT, SYSTEM, UNASSIGNED, RoleOfPerson
from soc.state.store import Tx


class StepState(StrEnum):
    """DONE is a fact; LATER: this version has no such part."""

    DONE = "done"
    OPEN = "open"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: `fact` says what was looked at; `href` is where it is done."""

    id: str
    title: str
    fact: str
    state: StepState
    href: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """All seven, in order."""

    steps: tuple[Step, ...]

    @property
    def finished(self) -> bool:
        return all(step.state is not StepState.OPEN for step in self.steps)

    @property
    def done(self) -> int:
        return sum(step.state is StepState.DONE for step in self.steps)

    @property
    def open(self) -> int:
        return sum(step.state is StepState.OPEN for step in self.steps)

    @property
    def later(self) -> int:
        return sum(step.state is StepState.LATER for step in self.steps)


def read(services: Services) -> Checklist:
    """Facts of the whole system: nobody's data is told, only that something is there."""
    now = services.clock.now()
    day = now.astimezone(ZONE).date()
    with services.state.read() as tx:
        heard = any(tx.sources.seen(SYSTEM))
        placed = any(one.unit != UNASSIGNED for one in tx.sources.all(SYSTEM))
        own = services.settings.demo or tx.facts.get("units.sha256") not in (None, _demo_units())
        administrators = _administrators(tx, services)
        approved = year.is_approved(tx, day.year)
    return Checklist(
        (
            Step("source", N_("First source sends"), N_("a record of any sender has come in"), _is(heard), "/sources"),
            Step(
                "unit",
                N_("First unit has a source"),
                N_("own units are loaded, one has a source"),
                _is(placed and own),
                "/sources",
            ),
            Step("roster", N_("Roster of the shifts"), N_("who is on, and when"), StepState.LATER),
            Step("mail", N_("Mail can be sent"), N_("a test message has arrived"), StepState.LATER),
            Step("backup", N_("Backup has been tried"), N_("a copy was read back"), StepState.LATER),
            Step(
                "second",
                N_("Second administrator"),
                N_("two accounts hold the role over the whole province"),
                _is(administrators > 1),
                "/admin/people",
            ),
            Step(
                "calendar",
                N_("Calendar of the year"),
                N_("holidays and swap days of this year are approved"),
                _is(approved),
                "/start/calendar",
            ),
        )
    )


def _is(fact: bool) -> StepState:  # noqa: FBT001  # the fact is the whole argument
    return StepState.DONE if fact else StepState.OPEN


def _administrators(tx: Tx, services: Services) -> int:
    day = services.clock.now().astimezone(ZONE).date()
    return sum(
        any(
            one.role is RoleOfPerson.ADMIN and one.unit == ROOT and one.holds_on(day)
            for one in tx.people.grants(person.account)
        )
        for person in tx.people.all()
    )


def _demo_units() -> str:
    return sha256((files("soc") / "data" / "units-demo.yml").read_bytes()).hexdigest()
