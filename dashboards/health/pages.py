"""The health page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dashboards.access.policy_reports import reports_of
from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.health import service
from dashboards.shell.render import page, services_of
from soc.access import Right

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]


@router.get("/health")
def health(request: Request, viewer: Reader) -> Response:
    view = service.read(services_of(request), viewer)
    return page(
        request,
        "health/health.html",
        section="health",
        since=view.since,
        balances=view.balances,
        sums=service.totals(view.balances),
        beats=view.beats,
        store=view.store,
        policy_reports=reports_of(request).count,
    )
