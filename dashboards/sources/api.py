"""Sources for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.shell.render import services_of
from dashboards.sources import service
from soc.access import Right
from soc.state.tables.sources import SourceState

router = APIRouter(prefix="/sources", tags=["sources"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]


class SourceOut(BaseModel):
    """One source; `standing` is ok, late, lost or unknown."""

    id: str
    name: str
    state: SourceState
    product: str
    unit: str
    first_seen: datetime | None
    last_seen: datetime | None
    standing: str


class ApproveIn(BaseModel):
    """The unit whose sender it is."""

    model_config = ConfigDict(extra="forbid")

    unit: str = Field(min_length=1, max_length=80)


@router.get("", operation_id="list_sources")
def list_sources(request: Request, viewer: Reader) -> list[SourceOut]:
    """Known sources and pending senders."""
    known, pending = service.lines(services_of(request), viewer)
    return [_out(line) for line in (*known, *pending)]


@router.post("/{source_id}/approve", operation_id="approve_source")
def approve_source(request: Request, viewer: Reader, source_id: str, approval: ApproveIn) -> SourceOut:
    """Gives a pending sender its unit."""
    return _out(service.approve(services_of(request), viewer, source_id, approval.unit))


def _out(line: service.SourceLine) -> SourceOut:
    names = ("id", "name", "state", "product", "unit", "first_seen", "last_seen")
    return SourceOut(**{name: getattr(line, name) for name in names}, standing=line.mark)
