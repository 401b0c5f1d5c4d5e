"""Meetings for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.meeting import service
from dashboards.shell.render import services_of
from soc.access import Right
from soc.meeting import Decision, Meeting, MeetingState

router = APIRouter(prefix="/meetings", tags=["meetings"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_TILES))]
Preparer = Annotated[Viewer, Depends(Seen(Right.PREPARE_MEETINGS))]
Moment = Annotated[str, Field(max_length=30, description="2026-11-24T08:00, the province's own time")]


class MeetingIn(BaseModel):
    """A meeting to prepare. `unit`: `*` is the province. `tiles`: `service:kpi` of headlines, in their order."""

    model_config = ConfigDict(extra="forbid")

    unit: str = Field(max_length=80)
    title: str = Field(max_length=400)
    at: Moment
    as_of: Moment
    agenda: str = Field("", max_length=4_000)
    tiles: list[Annotated[str, Field(max_length=200)]] = Field(max_length=60)


class FreezeIn(BaseModel):
    """Another moment for the same figures."""

    model_config = ConfigDict(extra="forbid")

    as_of: Moment


class DecisionIn(BaseModel):
    """A decision; it becomes a task. `position`: the figure it is about."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=2_000)
    lead: str = Field(max_length=80)
    due: Moment
    position: int | None = Field(None, ge=1, le=100)


class DecisionOut(BaseModel):
    number: int
    text: str
    lead: str
    due: datetime
    task: str
    position: int | None
    decided_by: str
    at: datetime


class MeetingOut(BaseModel):
    """One meeting. `as_of`: the moment of its figures."""

    id: str
    name: str
    unit: str
    title: str
    at: datetime
    as_of: datetime
    agenda: str
    state: MeetingState
    revision: int


class WholeMeetingOut(MeetingOut):
    """With its frozen tiles, as `/ioc/v1/tiles` tells them, and what was decided here and the last time."""

    tiles: list[dict[str, Any]]
    decisions: list[DecisionOut]
    last_decisions: list[DecisionOut]


@router.get("", operation_id="list_meetings")
def list_meetings(request: Request, viewer: Reader) -> list[MeetingOut]:
    """The latest first."""
    return [MeetingOut(**_fields(one)) for one in service.meetings(services_of(request), viewer)]


@router.post("", operation_id="prepare_meeting", status_code=201)
def prepare_meeting(request: Request, viewer: Preparer, given: MeetingIn) -> MeetingOut:
    """Freezes the figures at `as_of`."""
    typed = {name: str(getattr(given, name)) for name in ("unit", "title", "at", "as_of", "agenda")}
    return MeetingOut(**_fields(service.prepare(services_of(request), viewer, typed, given.tiles)))


@router.get("/{meeting_id}", operation_id="get_meeting")
def get_meeting(request: Request, viewer: Reader, meeting_id: str) -> WholeMeetingOut:
    """One meeting with everything it shows."""
    view = service.read(services_of(request), viewer, meeting_id)
    return WholeMeetingOut(
        **_fields(view.meeting),
        tiles=[dict(one.tile.content) for one in view.slides],
        decisions=[_decision(one.decision) for one in view.decisions],
        last_decisions=[_decision(one.decision) for one in view.last_decisions],
    )


@router.post("/{meeting_id}/freeze", operation_id="freeze_meeting")
def freeze_meeting(request: Request, viewer: Reader, meeting_id: str, given: FreezeIn) -> MeetingOut:
    """Freezes the same figures at another moment."""
    return MeetingOut(**_fields(service.freeze_anew(services_of(request), viewer, meeting_id, {"as_of": given.as_of})))


@router.post("/{meeting_id}/end", operation_id="end_meeting")
def end_meeting(request: Request, viewer: Reader, meeting_id: str) -> MeetingOut:
    """Nothing is frozen or decided after that."""
    return MeetingOut(**_fields(service.end(services_of(request), viewer, meeting_id)))


@router.post("/{meeting_id}/decisions", operation_id="decide_in_meeting", status_code=201)
def decide_in_meeting(request: Request, viewer: Reader, meeting_id: str, given: DecisionIn) -> DecisionOut:
    """A decision, which becomes a task."""
    typed = {"text": given.text, "lead": given.lead, "due": given.due, "position": str(given.position or "")}
    return _decision(service.decide(services_of(request), viewer, meeting_id, typed))


def _fields(one: Meeting) -> dict[str, Any]:
    names = ("id", "name", "unit", "title", "at", "as_of", "agenda", "state", "revision")
    return {name: getattr(one, name) for name in names}


def _decision(one: Decision) -> DecisionOut:
    return DecisionOut(**{name: getattr(one, name) for name in DecisionOut.model_fields})
