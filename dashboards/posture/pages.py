"""The scores of all units, and the panel of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.posture import service
from dashboards.posture.words import KINDS, MARKS, place_of
from dashboards.shell.charts import fall, spark
from dashboards.shell.render import page, services_of
from dashboards.shell.unit_names import unit_name
from reports.posture.method import Component
from soc.access import Right

LOWEST = 5
"""Units that are named beside the province; the list below has all."""

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_TILES))]


@router.get("/posture")
def posture(request: Request, viewer: Reader) -> Response:
    board = service.board(services_of(request), viewer)
    return page(
        request,
        "posture/posture.html",
        section="posture",
        board=board,
        KINDS=KINDS,
        MARKS=MARKS,
        SIGHT=Component.VISIBILITY,
        LOWEST=LOWEST,
        unit_name=unit_name(request),
        api_href="/api/v1/posture",
    )


@router.get("/posture/{unit_id}")
def posture_of_unit(request: Request, viewer: Reader, unit_id: str) -> Response:
    found = service.detail(services_of(request), viewer, unit_id)
    panel = found.panel
    places = [place_of(one["item"], one["id"], unit_id, viewer) for one in panel["reasons"]]
    ends = [100.0]
    for bar in panel["lost"]:
        ends.append(ends[-1] - float(bar["points"]))
    return page(
        request,
        "posture/unit.html",
        section="posture",
        found=found,
        panel=panel,
        reasons=list(zip(panel["reasons"], places, strict=True)),
        falls=list(zip(panel["lost"], ends, ends[1:], strict=False)),
        fall=fall,
        spark=spark,
        MARKS=MARKS,
        api_href=f"/api/v1/posture/{unit_id}",
    )
