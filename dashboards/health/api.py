"""Health for programs: the figures of the page, and the same as text for Prometheus."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from dashboards.access.policy_reports import reports_of
from dashboards.access.program import SeenOrKey
from dashboards.access.viewer import Viewer
from dashboards.health import service
from dashboards.health.balance import Balance
from dashboards.shell.render import services_of
from soc.access import Right
from soc.state.keys import ALERTS_READ

router = APIRouter(prefix="/health", tags=["health"])
Reader = Annotated[Viewer, Depends(SeenOrKey(Right.READ_SOURCES, ALERTS_READ))]


class BalanceOut(BaseModel):
    """received = stored + quarantined + dropped + missing, over 24 hours. `states`: the last twelve hours, oldest
    first: ok, late (some dropped), failed (missing), unknown (no data)."""

    source: str
    name: str
    received: int
    stored: int
    quarantined: int
    dropped: int
    missing: int
    reasons: dict[str, int]
    states: list[str]


class LoopOut(BaseModel):
    """What a loop last said of itself. `lag`: seconds, p95 of five minutes; `memory`: bytes."""

    role: str
    at: datetime
    position: dict[str, int]
    behind: int
    lag: float | None
    memory: int
    failure: str | None


class HealthOut(BaseModel):
    """The figures of the health page. `policy_reports`: pages that broke their own policy since the start;
    `blind`: rules that cannot see in some unit, None where it is not known; `disk_days`: until the disk is full."""

    since: datetime
    evaluated: datetime | None
    sources: list[BalanceOut]
    loops: list[LoopOut]
    silent: list[str]
    blind: list[str] | None
    disk_free: int | None
    disk_days: float | None
    policy_reports: int


@router.get("", operation_id="get_health")
def get_health(request: Request, viewer: Reader) -> HealthOut:
    """The conservation law per source, and the loops."""
    services = services_of(request)
    view = service.read(services, viewer)
    return HealthOut(
        since=view.since,
        evaluated=view.evaluated,
        sources=[_balance(line) for line in view.balances],
        loops=[
            LoopOut(
                role=beat.role,
                at=beat.at,
                position=dict(beat.position),
                behind=beat.behind,
                lag=beat.figures.get("lag_p95"),
                memory=beat.rss_kib * 1024,
                failure=beat.failure,
            )
            for beat in services.beats()
        ],
        silent=[one.source.id for one in view.silent],
        blind=sorted({rule for rule, *_ in view.blind}) if view.known else None,
        disk_free=view.disk.free if view.disk else None,
        disk_days=view.disk.days if view.disk else None,
        policy_reports=reports_of(request).count,
    )


def _balance(line: Balance) -> BalanceOut:
    total = line.total
    names = ("received", "stored", "quarantined", "dropped", "missing")
    return BalanceOut(
        source=line.source,
        name=line.name,
        reasons=dict(total.reasons),
        states=list(line.states),
        **{name: getattr(total, name) for name in names},
    )
