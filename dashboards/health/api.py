"""Health for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.health import service
from dashboards.shell.render import services_of
from soc.access import Right

router = APIRouter(prefix="/health", tags=["health"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]


class BalanceOut(BaseModel):
    """received = stored + quarantined + dropped + in_flight."""

    source: str
    received: int
    stored: int
    quarantined: int
    dropped: int
    in_flight: int
    reasons: dict[str, int]


class LoopOut(BaseModel):
    """What a loop last said of itself."""

    role: str
    at: datetime
    position: dict[str, int]
    behind: int


class HealthOut(BaseModel):
    """The figures of the health page."""

    since: datetime
    sources: list[BalanceOut]
    loops: list[LoopOut]


@router.get("", operation_id="get_health")
def get_health(request: Request, viewer: Reader) -> HealthOut:
    """The conservation law per source, and the loops."""
    view = service.read(services_of(request), viewer)
    names = ("source", "received", "stored", "quarantined", "dropped", "in_flight")
    return HealthOut(
        since=view.since,
        sources=[
            BalanceOut(**{name: getattr(line, name) for name in names}, reasons=dict(line.reasons))
            for line in view.balances
        ],
        loops=[
            LoopOut(role=beat.role, at=beat.at, position=dict(beat.position), behind=beat.behind) for beat in view.beats
        ],
    )
