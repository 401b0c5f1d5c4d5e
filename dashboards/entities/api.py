"""Entities for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.entities import finding, seen, service
from dashboards.entities.service import Edit, Entity
from dashboards.shell.render import services_of
from soc.access import Right
from soc.entity import EntityKind
from soc.state.entity_facts import EntityFact, FactName
from soc.state.rows import number_text

router = APIRouter(tags=["entities"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_EVENTS))]
Finder = Annotated[Viewer, Depends(Seen(Right.READ_ALERT_HEADS))]


class FactOut(BaseModel):
    """One dated statement of a person."""

    name: FactName
    text: str
    at: datetime
    by: str
    until: datetime | None


class RiskPartOut(BaseModel):
    """One line under the score."""

    alert: str
    number: str
    title: str
    points: float


class EntityOut(BaseModel):
    """`last_seen` null: never seen since `oldest_event`."""

    kind: EntityKind
    value: str
    unit: str | None
    seen_unit: str
    last_seen: datetime | None
    oldest_event: datetime | None
    facts: list[FactOut]
    history: list[FactOut]
    risk: float
    risk_parts: list[RiskPartOut]
    alerts_open: int
    alerts_total: int
    alerts: list[str]


class DayOut(BaseModel):
    """`n` null: nothing of any kind was stored on that day."""

    at: datetime
    n: int | None


class SourceSightOut(BaseModel):
    """`events` null: the source does not see the entity."""

    id: str
    name: str
    unit: str
    events: int | None


class ValueOut(BaseModel):
    """A value and how often it came."""

    value: str
    n: int


class PeersOut(BaseModel):
    """What stands opposite in events where the entity is `own`."""

    own: str
    field: str
    values: list[ValueOut]


class SightOut(BaseModel):
    """What the events say."""

    first: datetime | None
    last: datetime | None
    days: list[DayOut]
    names: dict[str, list[str]]
    units: list[ValueOut]
    sources: list[SourceSightOut]
    peers: list[PeersOut]


class RiskyOut(BaseModel):
    """An entity of waiting alerts."""

    kind: EntityKind
    value: str
    risk: float
    alerts: int


class FoundOut(BaseModel):
    """What the text of the search box fits."""

    alert: str | None
    alerts: list[str]
    alerts_total: int
    entities: list[RiskyOut]
    units: list[str]
    rules: list[str]


class FactIn(BaseModel):
    """A new fact; an empty text takes the earlier one back. `until`: the day on which a note ends."""

    model_config = ConfigDict(extra="forbid")

    name: FactName
    text: str = Field(max_length=4_000)
    until: str = Field(default="", max_length=40)


@router.get("/search", operation_id="search_all")
def search_all(request: Request, viewer: Finder, q: Annotated[str, Query(max_length=500)]) -> FoundOut:
    """Alerts, entities, units and rules for one line of text."""
    found = finding.find(services_of(request), viewer, q)
    return FoundOut(
        alert=found.alert.id if found.alert else None,
        alerts=[alert.id for alert in found.alerts],
        alerts_total=found.alerts_total,
        entities=[RiskyOut(kind=one.kind, value=one.value, risk=0.0, alerts=one.alerts) for one in found.entities],
        units=[unit for unit, _ in found.units],
        rules=[rule for rule, _, _ in found.rules],
    )


@router.get("/entities", operation_id="list_risky_entities")
def list_risky_entities(request: Request, viewer: Finder) -> list[RiskyOut]:
    """The riskiest entities of the alerts that wait."""
    found = finding.worst(services_of(request), viewer)
    return [RiskyOut(kind=one.kind, value=one.value, risk=one.score, alerts=one.alerts) for one in found]


@router.get("/entities/{kind}/{value:path}/seen", operation_id="read_entity_sight")
def read_entity_sight(request: Request, viewer: Reader, kind: str, value: str) -> SightOut:
    """When, by which sources, under which names, with whom: from the events of thirty days."""
    services, found = services_of(request), service.known_kind(viewer, kind, value)
    made = seen.sight(services, viewer, found, value)
    return SightOut(
        first=made.first,
        last=made.last,
        days=[DayOut(at=at, n=n) for at, n in made.days],
        names={name: list(texts) for name, texts in made.names},
        units=[ValueOut(value=unit, n=n) for unit, n in made.units],
        sources=[SourceSightOut(id=one.id, name=one.name, unit=one.unit, events=one.events) for one in made.sources],
        peers=[
            PeersOut(own=one.own, field=one.field, values=[ValueOut(value=text, n=n) for text, n in one.rows])
            for one in seen.peers(services, viewer, found, value)
        ],
    )


@router.get("/entities/{kind}/{value:path}", operation_id="read_entity")
def read_entity(request: Request, viewer: Reader, kind: str, value: str) -> EntityOut:
    """Facts, unit, risk with its sum, alerts."""
    services = services_of(request)
    return _out(request, viewer, service.read(services, viewer, kind, value))


@router.post("/entities/{kind}/{value:path}/facts", operation_id="add_entity_fact")
def add_entity_fact(request: Request, viewer: Reader, kind: str, value: str, fact: FactIn) -> EntityOut:
    """One more dated fact; old ones stay."""
    wish = Edit(fact.name, fact.text, fact.until)
    return _out(request, viewer, service.edit(services_of(request), viewer, kind, value, wish))


def _out(request: Request, viewer: Viewer, entity: Entity) -> EntityOut:
    work = service.alerts_of(services_of(request), viewer, entity.kind, entity.value)
    parts = [
        RiskPartOut(
            alert=part.source.alert_id,
            number=number_text(part.source.number),
            title=part.source.title,
            points=part.points,
        )
        for part in work.risk.parts
    ]
    return EntityOut(
        kind=entity.kind,
        value=entity.value,
        unit=entity.unit.id if entity.unit else None,
        seen_unit=entity.seen_unit,
        last_seen=entity.last,
        oldest_event=entity.oldest,
        facts=[_fact(one) for one in (*entity.facts.values(), *entity.notes)],
        history=[_fact(one) for one in entity.history],
        risk=work.risk.total,
        risk_parts=parts,
        alerts_open=work.open,
        alerts_total=work.total,
        alerts=[alert.id for alert in work.alerts],
    )


def _fact(one: EntityFact) -> FactOut:
    return FactOut(name=one.name, text=one.text, at=one.at, by=one.by, until=one.until)
