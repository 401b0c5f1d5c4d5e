"""What the alert page decides and stores; knows no HTTP. Pages and API call the same functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards.access.viewer import Viewer
from dashboards.errors import Refused
from dashboards.services import Services
from soc.access import Right, RoleOfPerson
from soc.alert import SECOND_PERSON, Action, Actor, Alert, AlertEvent, Verdict
from soc.state import moves, remarks
from soc.state.moves import Question
from soc.state.rights import rights_of
from soc.state.store import Tx
from soc.state.tables.people import PersonState

HITS = 200


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert with all that its page shows. `legal`: the moves of this person, none without the right.
    `colleagues`: who may work on it; `readers`: who may see it, and so be called in a remark.

    `may_approve`: this person can be the second one who agrees that a critical alert was false.
    """

    alert: Alert
    history: tuple[AlertEvent, ...]
    legal: tuple[Action, ...]
    may_approve: bool
    names: dict[str, str]
    colleagues: tuple[tuple[str, str], ...]
    readers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """A move as it came in; the state decides whether it is legal and complete."""

    action: Action
    revision: int
    verdict: Verdict | None = None
    reason: str | None = None
    note: str = ""
    owner: str | None = None
    question: Question | None = None


def read(services: Services, viewer: Viewer, alert_id: str) -> AlertView:
    """Raises NotFound, also outside the scope."""
    scope = viewer.scope(Right.READ_EVENTS)
    triage = viewer.scope(Right.TRIAGE)
    with services.state.read() as tx:
        alert = tx.alerts.get(alert_id, scope)
        history = tx.alerts.history(alert_id, scope)
        accounts = {event.actor for event in history} | {alert.owner or ""} | _assigned(history)
        names = tx.people.names(accounts)
        colleagues = _who_may(tx, viewer, alert.unit, Right.TRIAGE)
        readers = _who_may(tx, viewer, alert.unit, Right.READ_EVENTS)
    legal = moves.legal_for(alert, Actor(viewer.account)) if triage.sees(alert.unit) else ()
    return AlertView(alert, history, legal, _may_approve(viewer, alert, history), names, colleagues, readers)


def find(services: Services, viewer: Viewer, alert_id: str) -> Alert:
    """The alert alone. Raises NotFound, also outside the scope."""
    with services.state.read() as tx:
        return tx.alerts.get(alert_id, viewer.scope(Right.READ_EVENTS))


def act(services: Services, viewer: Viewer, alert_id: str, wish: Wish, request_id: str) -> Alert:
    """Raises NotFound, StaleRevision, IllegalMove, or StateError SOC-1607 for what the move still needs."""
    if not viewer.may(Right.TRIAGE):
        raise Refused("your roles do not include triage")
    with services.state.write() as tx:
        return moves.act(
            tx,
            alert_id,
            wish.action,
            by=viewer.actor,
            scope=viewer.scope(Right.TRIAGE),
            revision=wish.revision,
            at=services.clock.now(),
            request_id=request_id,
            verdict=wish.verdict,
            reason=wish.reason,
            note=wish.note,
            owner=wish.owner,
            question=wish.question,
        )


def approve_close(services: Services, viewer: Viewer, alert_id: str, revision: int, request_id: str) -> Alert:
    """Raises Refused for anybody but a shift lead, IllegalMove when nothing waits, StateError for the closer."""
    if RoleOfPerson.SHIFT_LEAD not in viewer.roles:
        raise Refused("only a shift lead can be the second person")
    with services.state.write() as tx:
        return remarks.approve_close(
            tx,
            alert_id,
            by=viewer.actor,
            scope=viewer.scope(Right.APPROVE_RULES),
            revision=revision,
            at=services.clock.now(),
            request_id=request_id,
        )


def tick(
    services: Services, viewer: Viewer, alert_id: str, step: int, text: str, request_id: str, *, done: bool
) -> Alert:
    """A step of the guide is done, or is not after all."""
    if not viewer.may(Right.TRIAGE):
        raise Refused("your roles do not include triage")
    with services.state.write() as tx:
        return remarks.tick(
            tx,
            alert_id,
            step,
            text,
            done=done,
            by=viewer.actor,
            scope=viewer.scope(Right.TRIAGE),
            at=services.clock.now(),
            request_id=request_id,
        )


def events_of(services: Services, viewer: Viewer, alert: Alert) -> tuple[dict[str, Any], ...]:
    """The samples, each completed from the event store where it still has the event (raw line included)."""
    samples = tuple(alert.samples)
    missing = [str(sample["event.id"]) for sample in samples if "event.original" not in sample and "event.id" in sample]
    if services.events is None or not missing:
        return samples
    stored = {str(event["event.id"]): event for event in services.events.get(missing, viewer.scope(Right.READ_EVENTS))}
    return tuple(stored.get(str(sample.get("event.id")), sample) for sample in samples)


def event_ids(services: Services, viewer: Viewer, alert: Alert) -> tuple[str, ...]:
    """Of the events behind the alert's latest hits, each once."""
    with services.state.read() as tx:
        hits = tx.hits.of_alert(alert.id, viewer.scope(Right.READ_EVENTS), limit=HITS)
    return tuple(dict.fromkeys(name for hit in hits for name in hit.event_ids))


def colleagues(services: Services, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Account and name of everybody who could work on alerts of all the viewer's units."""
    mine = viewer.scope(Right.TRIAGE)
    found = []
    with services.state.read() as tx:
        for person in tx.people.all():
            rights = rights_of(tx.people.grants(person.account), viewer.day, viewer.units)
            theirs = rights.get(Right.TRIAGE)
            covers = theirs is not None and (theirs.units is None or (mine.units or {"*"}) <= theirs.units)
            if person.state is PersonState.ACTIVE and covers:
                found.append((person.account, person.name))
    return tuple(sorted(found, key=lambda pair: pair[1]))


def _may_approve(viewer: Viewer, alert: Alert, history: tuple[AlertEvent, ...]) -> bool:
    closers = [event.actor for event in history if event.kind == Action.CLOSE]
    # Approving is the shift lead's alone, and so is this right: its scope is where he leads.
    leads_here = viewer.scope(Right.APPROVE_RULES).sees(alert.unit)
    return SECOND_PERSON in alert.flags and leads_here and closers[-1:] != [viewer.account]


def _who_may(tx: Tx, viewer: Viewer, unit: str, right: Right) -> tuple[tuple[str, str], ...]:
    """Account and name of everybody who has the right in that unit today."""
    found = []
    for person in tx.people.all():
        rights = rights_of(tx.people.grants(person.account), viewer.day, viewer.units)
        if person.state is PersonState.ACTIVE and right in rights and rights[right].sees(unit):
            found.append((person.account, person.name))
    return tuple(sorted(found, key=lambda pair: pair[1]))


def _assigned(history: tuple[AlertEvent, ...]) -> set[str]:
    return {str(event.after["owner"]) for event in history if event.after.get("owner")}
