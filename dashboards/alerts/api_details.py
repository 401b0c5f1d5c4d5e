"""What surrounds an alert, for programs: context, process tree, other places, what was not seen, and ticks."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dashboards.access.program import SeenOrKey
from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import service
from dashboards.alerts.context import NARROW, Context, Mark, around
from dashboards.alerts.elsewhere import elsewhere
from dashboards.alerts.rhythm import Gap
from dashboards.alerts.tree import Missing, Twig, tree_of
from dashboards.alerts.unseen import unseen
from dashboards.shell.render import services_of
from soc.access import Right
from soc.state.keys import ALERTS_READ

router = APIRouter(prefix="/alerts", tags=["alerts"])
Worker = Annotated[Viewer, Depends(Seen(Right.READ_EVENTS))]
Reader = Annotated[Viewer, Depends(SeenOrKey(Right.READ_EVENTS, ALERTS_READ))]


class GapOut(BaseModel):
    """A source that said nothing although it usually does."""

    source: str
    name: str
    since: datetime
    until: datetime


class EventOut(BaseModel):
    """One event of a lane; `mark`: whether it matched the rule or belongs to another alert."""

    at: datetime
    mark: Mark
    event: dict[str, Any]


class LaneOut(BaseModel):
    """One machine, account or address; `total` counts also what is not listed."""

    kind: str
    value: str
    total: int
    events: list[EventOut]


class ContextOut(BaseModel):
    """What happened around the alert. `asked` false: there is no event store on this machine."""

    at: datetime
    since: datetime
    until: datetime
    asked: bool
    lanes: list[LaneOut]
    gaps: list[GapOut]
    related: list[str]


class ProcessOut(BaseModel):
    """One line of the tree. `missing`: log (its start was not seen), source (nobody records it), more (`hidden`)."""

    level: int
    matched: bool
    missing: Missing | None
    hidden: int
    pid: int | None
    entity_id: str
    name: str
    command_line: str
    user: str
    started: datetime | None


class TreeOut(BaseModel):
    """From the root down; empty when no event of the alert names a process."""

    host: str
    asked: bool
    processes: list[ProcessOut]


class PlaceOut(BaseModel):
    """One value. `units`: unit and events in 30 days, nothing when events cannot be asked."""

    kind: str
    value: str
    units: list[tuple[str, int]] | None
    hosts: int
    other_alerts: int


class UnseenOut(BaseModel):
    """What could not be checked."""

    gaps: list[GapOut]
    weak_filter: list[str]
    no_store: bool
    unknown_unit: bool


class TickIn(BaseModel):
    """A step of the rule's guide, counted from 0."""

    model_config = ConfigDict(extra="forbid")
    step: int = Field(ge=0, lt=50)
    done: bool = True
    text: str = Field("", max_length=1_000)


class Ticked(BaseModel):
    """The alert after a tick."""

    id: str
    revision: int


@router.get("/{alert_id}/context", operation_id="get_alert_context")
def get_context(
    request: Request,
    viewer: Reader,
    alert_id: str,
    minutes: Annotated[int, Query(ge=1, le=120)] = NARROW,
    at: AwareDatetime | None = None,
) -> ContextOut:
    """15 minutes before and after the alert, or two hours when more than 15 are asked for."""
    services = services_of(request)
    alert = service.find(services, viewer, alert_id)
    return _context(around(services, viewer, alert, minutes=minutes, at=at))


@router.get("/{alert_id}/tree", operation_id="get_alert_tree")
def get_tree(
    request: Request, viewer: Reader, alert_id: str, event: Annotated[str, Query(max_length=64)] = ""
) -> TreeOut:
    """The process of `event`, or of the first sample that names one."""
    services = services_of(request)
    alert = service.find(services, viewer, alert_id)
    found = tree_of(services, viewer, service.events_of(services, viewer, alert), event_id=event)
    return TreeOut(host=found.host, asked=found.asked, processes=[_process(twig) for twig in found.twigs])


@router.get("/{alert_id}/elsewhere", operation_id="get_alert_elsewhere")
def get_elsewhere(request: Request, viewer: Reader, alert_id: str) -> list[PlaceOut]:
    """Where else the alert's values were seen in 30 days, within the caller's units."""
    services = services_of(request)
    found = elsewhere(services, viewer, service.find(services, viewer, alert_id))
    return [
        PlaceOut(
            kind=place.thing.kind,
            value=place.thing.value,
            units=None if place.units is None else list(place.units),
            hosts=place.hosts,
            other_alerts=place.alerts,
        )
        for place in found
    ]


@router.get("/{alert_id}/unseen", operation_id="get_alert_unseen")
def get_unseen(request: Request, viewer: Reader, alert_id: str) -> UnseenOut:
    """What could not be checked in the minutes around the alert."""
    services = services_of(request)
    found = unseen(services, viewer, service.find(services, viewer, alert_id))
    return UnseenOut(
        gaps=[_gap(gap) for gap in found.gaps],
        weak_filter=list(found.weak),
        no_store=found.no_store,
        unknown_unit=found.unknown_unit,
    )


@router.post("/{alert_id}/ticks", operation_id="tick_alert", status_code=201)
def tick_alert(request: Request, viewer: Worker, alert_id: str, tick: TickIn) -> Ticked:
    """A step of the guide is done, or is not after all; written into the history."""
    act = partial(service.tick, services_of(request), viewer, alert_id, tick.step, tick.text)
    changed = act(request.state.request_id, done=tick.done)
    return Ticked(id=changed.id, revision=changed.revision)


def _context(found: Context) -> ContextOut:
    lanes = [
        LaneOut(
            kind=lane.thing.kind,
            value=lane.thing.value,
            total=lane.total,
            events=[EventOut(at=row.at, mark=row.mark, event=row.event) for row in lane.rows],
        )
        for lane in found.lanes
    ]
    return ContextOut(
        at=found.at,
        since=found.since,
        until=found.until,
        asked=found.asked,
        lanes=lanes,
        gaps=[_gap(gap) for gap in found.gaps],
        related=[one.id for one in found.related],
    )


def _gap(gap: Gap) -> GapOut:
    return GapOut(source=gap.source, name=gap.name, since=gap.since, until=gap.until)


def _process(twig: Twig) -> ProcessOut:
    process = twig.process
    return ProcessOut(
        level=twig.level,
        matched=twig.matched,
        missing=twig.missing,
        hidden=twig.hidden,
        pid=process.pid,
        entity_id=process.entity_id,
        name=process.name,
        command_line=process.command,
        user=process.user,
        started=process.started,
    )
