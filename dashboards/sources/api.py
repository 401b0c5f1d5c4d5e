"""Sources for programs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from dashboards.access.session import Seen, require_factor
from dashboards.access.viewer import Viewer
from dashboards.shell.render import services_of
from dashboards.sources import changes, detail, onboarding, service
from soc.access import Right
from soc.state.tables.sources import SourceClass
from soc.watch import Standing

router = APIRouter(prefix="/sources", tags=["sources"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]


class SourceOut(BaseModel):
    """One source. `gap`: seconds it may be quiet; `days_to_learn`: until its own rhythm is known; `skew`: seconds its
    clock is behind; `rules`: how many depend on it."""

    id: str
    name: str
    standing: Standing
    product: str
    guess: str
    unit: str
    contact: str
    owner: str
    level: int | None
    first_seen: datetime | None
    last_seen: datetime | None
    gap: float
    days_to_learn: int
    events: int
    errors: int
    skew: float | None
    rules: int | None
    days: list[float | None]
    usual: list[float | None]


class LineOut(BaseModel):
    """One event as it came in."""

    at: datetime
    original: str
    why: str
    event: dict[str, Any]


class SourceDetailOut(BaseModel):
    """One source with its latest lines (None where events cannot be asked) and the rules that depend on it."""

    source: SourceOut
    good: list[LineOut] | None
    bad: list[LineOut] | None
    rules: list[str] | None


class DescribeIn(BaseModel):
    """What is said of a source; what is left out stays. `level` 0: not known."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, min_length=1, max_length=120)
    unit: str | None = Field(None, min_length=1, max_length=80)
    contact: str | None = Field(None, max_length=120)
    owner: str | None = Field(None, max_length=120)
    level: int | None = Field(None, ge=0, le=5)
    kind: SourceClass | None = None
    product: str | None = Field(None, max_length=80)


class ApproveIn(DescribeIn):
    """The unit whose sender it is."""

    unit: str = Field(min_length=1, max_length=80)


class Act(StrEnum):
    """What may be done with a source."""

    PAUSE = "pause"
    RESUME = "resume"
    RETIRE = "retire"


class ActIn(BaseModel):
    """Pause, resume or retire."""

    model_config = ConfigDict(extra="forbid")

    act: Act


class DeviceOut(BaseModel):
    """A kind of device and the configuration to paste there."""

    id: str
    name: str
    group: str
    transport: str
    snippet: str


class ProgressOut(BaseModel):
    """What a sender sent since a time: received, understood."""

    source: str
    received: int
    understood: int
    first: LineOut | None


class NewKeyIn(BaseModel):
    """A source that posts over HTTP."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    unit: str = Field(min_length=1, max_length=80)


class NewKeyOut(BaseModel):
    """The key is shown once."""

    source: str
    key: str


@router.get("", operation_id="list_sources")
def list_sources(request: Request, viewer: Reader) -> list[SourceOut]:
    """Known sources and senders in quarantine."""
    known, pending = service.lines(services_of(request), viewer)
    return [_out(line) for line in (*known, *pending)]


@router.get("/devices", operation_id="list_devices")
def list_devices(request: Request, viewer: Reader) -> list[DeviceOut]:
    """Devices that can be connected, each with what to paste there."""
    services = services_of(request)
    place = onboarding.address_of(services)
    return [
        DeviceOut(
            id=one.id, name=one.name, group=one.group, transport=one.transport, snippet=onboarding.snippet(one, place)
        )
        for one in onboarding.DEVICES.values()
    ]


@router.post("/keys", operation_id="make_source_key", status_code=201)
def make_key(request: Request, viewer: Reader, wanted: NewKeyIn) -> NewKeyOut:
    """A source that posts over HTTP, with its key; asks for a fresh second factor."""
    require_factor(request)
    made = onboarding.make_key(services_of(request), viewer, wanted.name, wanted.unit)
    return NewKeyOut(source=made.source, key=made.key)


@router.get("/{source_id}", operation_id="get_source")
def get_source(request: Request, viewer: Reader, source_id: str) -> SourceDetailOut:
    """One source."""
    view = detail.read(services_of(request), viewer, source_id)
    rules = None if view.rules is None else [card.id for card in view.rules]
    return SourceDetailOut(source=_out(view.line), good=_lines(view.good), bad=_lines(view.bad), rules=rules)


@router.get("/{source_id}/progress", operation_id="get_source_progress")
def get_progress(request: Request, viewer: Reader, source_id: str) -> ProgressOut:
    """How much of what a sender sent today was understood."""
    found = onboarding.progress(services_of(request), viewer, source_id)
    first = _lines((found.first,))[0] if found.first else None  # type: ignore[index]
    return ProgressOut(source=source_id, received=found.received, understood=found.understood, first=first)


@router.patch("/{source_id}", operation_id="describe_source")
def describe_source(request: Request, viewer: Reader, source_id: str, said: DescribeIn) -> SourceOut:
    """Name, unit, contact, owner, level, from now on."""
    services = services_of(request)
    changes.describe(services, viewer, source_id, changes.Description(**said.model_dump()))
    return _out(detail.read(services, viewer, source_id).line)


@router.post("/{source_id}/approve", operation_id="approve_source")
def approve_source(request: Request, viewer: Reader, source_id: str, approval: ApproveIn) -> SourceOut:
    """Gives a sender in quarantine its unit."""
    services = services_of(request)
    changes.adopt(services, viewer, source_id, changes.Description(**approval.model_dump()))
    return _out(detail.read(services, viewer, source_id).line)


@router.post("/{source_id}/state", operation_id="move_source")
def move_source(request: Request, viewer: Reader, source_id: str, wanted: ActIn) -> SourceOut:
    """Pauses, resumes or retires a source."""
    services = services_of(request)
    changes.move(services, viewer, source_id, wanted.act)
    return _out(detail.read(services, viewer, source_id).line)


def _out(line: service.SourceLine) -> SourceOut:
    names = ("id", "name", "standing", "product", "guess", "unit", "contact", "first_seen", "last_seen", "events")
    return SourceOut(
        **{name: getattr(line, name) for name in names},
        owner=line.care.owner,
        level=line.care.level,
        gap=line.gap.total_seconds(),
        days_to_learn=line.days_to_learn,
        errors=line.errors,
        skew=line.skew.skew.total_seconds() if line.skew else None,
        rules=line.rules,
        days=list(line.days),
        usual=list(line.usual),
    )


def _lines(found: tuple[detail.Line, ...] | None) -> list[LineOut] | None:
    if found is None:
        return None
    return [LineOut(at=one.at, original=one.original, why=one.why, event=dict(one.event)) for one in found]
