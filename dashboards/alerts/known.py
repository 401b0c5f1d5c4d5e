"""What the state knows beside an alert: the risk of its entities, how alike alerts were judged, whom to call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.access.viewer import Viewer
from dashboards.alerts.asked import Thing, things_of
from dashboards.services import Services
from dashboards.shell import links
from soc.access import Right
from soc.alert import Alert
from soc.entity import ASKED
from soc.order import OrderSum, sum_of
from soc.risk import RiskSum
from soc.state.entity_facts import EntityFact, FactName, in_force, notes_at
from soc.state.past import PastJudgement
from soc.state.tables.sources import SourceState

CONTACTS = 3
NOTES = 5
JUDGED = 5


@dataclass(frozen=True, slots=True)
class Risky:
    """The entity with the highest score, and what the score is made of."""

    thing: Thing
    sum: RiskSum
    href: str


@dataclass(frozen=True, slots=True)
class PastSeen:
    """Judgements, and accounts as people know them."""

    found: PastJudgement
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """`contacts`: source and whom its unit named for it. `notes`: on its entities, newest first. `level`: of the
    information system, as it was then; None when nobody has said it. `judged`: the last ones like it, newest first."""

    order: OrderSum
    risk: Risky | None
    past: PastSeen
    contacts: tuple[tuple[str, str], ...]
    notes: tuple[tuple[Thing, EntityFact], ...]
    level: int | None
    judged: tuple[Alert, ...]


def known(services: Services, viewer: Viewer, alert: Alert) -> Known:
    """All of it in one reading of the state."""
    scope, now = viewer.scope(Right.READ_EVENTS), services.clock.now()
    with services.state.read() as tx:
        things = things_of(alert, tuple(ASKED))
        sums = [(thing, tx.risk.of(thing.kind, thing.value, scope, now)) for thing in things]
        facts = {thing: tx.entities.facts(thing.kind, thing.value, scope) for thing in things}
        found = tx.past.judgement(alert, scope, now)
        notes = [(thing, note) for thing, some in facts.items() for note in notes_at(some, now)][:NOTES]
        alike = dict.fromkeys(alert_id for line in found.lines for alert_id in line.alerts)
        judged = tuple(tx.alerts.get(alert_id, scope) for alert_id in list(alike)[:JUDGED])
        writers = {one.owner for one in judged if one.owner} | {note.by for _, note in notes}
        names = tx.people.names({account for line in found.lines for account, _ in line.by} | writers)
        sources = tx.sources.all(scope, states=(SourceState.ACTIVE,))
    worst = max(sums, key=lambda pair: pair[1].total, default=None)
    contacts = {one.contact: one.name for one in sources if one.unit == alert.unit and one.contact}
    levels = [in_force(some, alert.first_event).get(FactName.LEVEL) for some in facts.values()]
    return Known(
        order=sum_of(alert),
        risk=Risky(worst[0], worst[1], links.entity(worst[0].kind, worst[0].value))
        if worst and worst[1].parts
        else None,
        past=PastSeen(found, names),
        contacts=tuple((name, contact) for contact, name in list(contacts.items())[:CONTACTS]),
        notes=tuple(notes),
        judged=judged,
        level=max((int(fact.text) for fact in levels if fact is not None), default=None),
    )
