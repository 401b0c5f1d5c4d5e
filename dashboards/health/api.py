"""Health for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from dashboards.access.policy_reports import reports_of
from dashboards.access.program import SeenOrKey
from dashboards.access.viewer import Viewer
from dashboards.health import service
from dashboards.shell.render import services_of
from soc.access import Right
from soc.state.keys import ALERTS_READ

router = APIRouter(prefix="/health", tags=["health"])
Reader = Annotated[Viewer, Depends(SeenOrKey(Right.READ_SOURCES, ALERTS_READ))]


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
    """The figures of the health page. `policy_reports`: pages that broke their own policy since the start."""

    since: datetime
    sources: list[BalanceOut]
    loops: list[LoopOut]
    policy_reports: int


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
        policy_reports=reports_of(request).count,
    )
