"""The board of leaders."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.shell.charts import spark
from dashboards.shell.render import page, services_of
from dashboards.tiles import service
from dashboards.tiles.words import ARROWS, FRESHNESS, STANDINGS
from reports.tiles import Freshness
from soc.access import Right

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_TILES))]


@router.get("/tiles")
def tiles(request: Request, viewer: Reader) -> Response:
    board = service.board(services_of(request), viewer)
    return page(
        request,
        "tiles/tiles.html",
        section="tiles",
        tiles=board,
        counts=[(state, sum(tile.freshness is state for tile in board)) for state in Freshness],
        STANDINGS=STANDINGS,
        FRESHNESS=FRESHNESS,
        ARROWS=ARROWS,
        spark=spark,
        whole=viewer.scope(Right.READ_TILES).units is None,
        api_href="/api/v1/tiles",
    )
