"""What is known of one entity without asking the events at length: people's facts, units, risk, alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from dashboards.access.viewer import Viewer
from dashboards.entities.asked import of_entity
from dashboards.errors import Invalid, Refused
from dashboards.services import Services
from soc.access import UNASSIGNED, Right, Scope
from soc.alert import OPEN, Alert, Status
from soc.entity import EntityKind, key_of
from soc.errors import NotFound
from soc.event import Event
from soc.query import Query
from soc.query.dates import span
from soc.query.values import moment
from soc.risk import RiskSum
from soc.state.entity_facts import EntityFact, FactName, fault_of, in_force, notes_at
from soc.state.queue import AlertFilter, Order
from soc.unit import Unit

EVER = datetime(1970, 1, 2, tzinfo=UTC)
AHEAD = timedelta(days=1)
ALERTS_SHOWN = 20
VALUE_CHARACTERS = 1_000
EDITORS = (Right.TRIAGE, Right.MANAGE_UNITS)


@dataclass(frozen=True, slots=True)
class Entity:
    """The head of the page. `last`: the newest event that names it, None when it was never seen since `oldest`.

    `unit`: whose it is today; `seen_unit`: whose it was in its newest event.
    """

    kind: EntityKind
    value: str
    key: str
    facts: dict[FactName, EntityFact]
    notes: tuple[EntityFact, ...]
    history: tuple[EntityFact, ...]
    unit: Unit | None
    seen_unit: str
    last: datetime | None
    oldest: datetime | None
    may_edit: bool
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class EntityAlerts:
    """The newest alerts that name it, `open` and `total` exactly counted up to a bound; and its risk."""

    alerts: tuple[Alert, ...]
    open: int
    total: int
    risk: RiskSum


@dataclass(frozen=True, slots=True)
class Edit:
    """A new fact as it came in; `until`: the day on which a note ends."""

    name: FactName
    text: str
    until: str = ""


def known_kind(viewer: Viewer, kind: str, value: str) -> EntityKind:
    """Raises NotFound for a word that is no kind, a value that no entity can have, or a unit that is none; also for
    an account, when people are not named to the viewer."""
    try:
        found = EntityKind(kind)
        if found is EntityKind.IP:
            ip_address(value)
    except ValueError:
        raise NotFound from None
    if not value.strip() or len(value) > VALUE_CHARACTERS:
        raise NotFound
    if found is EntityKind.USER and viewer.scope(Right.READ_ALERT_HEADS).hides_names:
        raise NotFound
    return found


def read(services: Services, viewer: Viewer, kind: str, value: str) -> Entity:
    """Also of a value that nobody has ever seen; of a unit only within the scope. Raises NotFound."""
    found = known_kind(viewer, kind, value)
    scope = viewer.scope(Right.READ_EVENTS)
    if found is EntityKind.UNIT and (services.units.get(value) is None or not scope.sees(value)):
        raise NotFound
    now = services.clock.now()
    with services.state.read() as tx:
        history = tx.entities.facts(found, value, scope)
        names = tx.people.names({fact.by for fact in history})
    newest = newest_event(services, found, value, scope)
    seen_unit = str(newest.get("unit.id", "")) if newest else ""
    unit = unit_today(services, viewer, found, value, seen_unit)
    return Entity(
        kind=found,
        value=value,
        key=key_of(found, value),
        facts=in_force(history, now),
        notes=notes_at(history, now),
        history=history,
        unit=unit,
        seen_unit=seen_unit,
        last=moment(newest["@timestamp"]) if newest else None,
        oldest=services.events.health().oldest if services.events is not None and newest is None else None,
        may_edit=_may_edit(viewer, _unit_id(unit)),
        names=names,
    )


def alerts_of(services: Services, viewer: Viewer, kind: EntityKind, value: str) -> EntityAlerts:
    """Open ones and past ones, newest first."""
    scope = viewer.scope(Right.READ_ALERT_HEADS)
    now = services.clock.now()
    every = _filter(kind, value)
    with services.state.read() as tx:
        page = tx.queue.page(every, scope, order=Order.NEWEST, limit=ALERTS_SHOWN)
        open_ones = tx.queue.count(_filter(kind, value, OPEN), scope)
        total = tx.queue.count(every, scope)
        risk = tx.risk.of(kind, value, scope, now)
    return EntityAlerts(page.alerts, open_ones, total, risk)


def edit(services: Services, viewer: Viewer, kind: str, value: str, wish: Edit) -> Entity:
    """A new dated fact; the old one stays readable. Raises Refused, Invalid, NotFound."""
    if not any(viewer.may(right) for right in EDITORS):
        raise Refused("your roles do not include editing entities")
    entity = read(services, viewer, kind, value)
    unit = _unit_id(entity.unit)
    if not _may_edit(viewer, unit):
        raise Refused("this entity is not in a unit that you work on")
    now = services.clock.now()
    until = _until(wish, now)
    if fault := fault_of(wish.name, wish.text):
        raise Invalid({wish.name: fault})
    old = entity.facts.get(wish.name)
    with services.state.write() as tx:
        tx.entities.add(entity.kind, value, wish.name, wish.text, by=viewer.account, unit=unit, at=now, until=until)
        tx.audit.append(
            viewer.actor,
            f"entity.{wish.name}",
            f"{entity.kind}:{entity.key[:200]}",
            at=now,
            unit=unit,
            before={"text": old.text if old else ""},
            after={"text": wish.text.strip(), "until": until.isoformat() if until else None},
        )
    return read(services, viewer, kind, value)


def newest_event(services: Services, kind: EntityKind, value: str, scope: Scope) -> Event | None:
    """The last event that names it."""
    if services.events is None:
        return None
    query = Query(of_entity(kind, value), EVER, services.clock.now() + AHEAD, scope)
    page = services.events.search(query, limit=1)
    return page.events[0] if page.events else None


def unit_today(services: Services, viewer: Viewer, kind: EntityKind, value: str, seen: str) -> Unit | None:
    """An address belongs where its network does today; anything else where it was seen last, or to its successor."""
    if kind is EntityKind.UNIT:
        return services.units.get(value)
    if kind is EntityKind.IP and (owner := services.units.of_address(value, viewer.day)):
        return services.units.get(owner)
    unit = services.units.get(seen)
    for _ in range(10):
        if unit is None or unit.holds_on(viewer.day) or unit.successor is None:
            break
        unit = services.units.get(unit.successor)
    return unit


def _filter(kind: EntityKind, value: str, statuses: tuple[Status, ...] = ()) -> AlertFilter:
    if kind is EntityKind.UNIT:
        return AlertFilter(statuses=statuses, units=(value,))
    return AlertFilter(statuses=statuses, entities=((kind, value),))


def _unit_id(unit: Unit | None) -> str:
    return unit.id if unit else UNASSIGNED


def _may_edit(viewer: Viewer, unit: str) -> bool:
    return any(viewer.scope(right).sees(unit) for right in EDITORS)


def _until(wish: Edit, now: datetime) -> datetime | None:
    """The end of the day that was named. Raises Invalid."""
    if not wish.until.strip() or wish.name is not FactName.NOTE:
        return None
    found = span(wish.until.strip(), now)
    if found is None or found[1] <= now:
        raise Invalid({"until": "write a day to come, like 22/12/2026"})
    return found[1]
