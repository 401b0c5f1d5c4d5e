"""The board of leaders."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.shell.charts import spark
from dashboards.shell.render import page, services_of
from dashboards.shell.unit_names import unit_name
from dashboards.tiles import service
from dashboards.tiles.words import ARROWS, FRESHNESS, STANDINGS
from reports.catalogue import catalogue
from reports.soc_figures import IN_TIME
from reports.soc_units import UnitRow
from reports.tiles import Freshness, Standing, standing_of
from soc.access import Right

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_TILES))]


FIRST = 10
"""Rows of units before one asks for all."""


@router.get("/tiles")
def tiles(request: Request, viewer: Reader, units: str = "") -> Response:
    board = service.board(services_of(request), viewer)
    shown = board.units if units == "all" else board.units[:FIRST]
    return page(
        request,
        "tiles/tiles.html",
        section="tiles",
        tiles=board.tiles,
        counts=[(state, sum(tile.freshness is state for tile in board.tiles)) for state in Freshness],
        rows=[(row, _class_of(row)) for row in shown],
        units_total=len(board.units),
        troubled=sum(row.troubled for row in board.units),
        unit_name=unit_name(request),
        may_open=viewer.may(Right.READ_ALERT_HEADS),
        STANDINGS=STANDINGS,
        FRESHNESS=FRESHNESS,
        ARROWS=ARROWS,
        spark=spark,
        whole=viewer.scope(Right.READ_TILES).units is None,
        api_href="/api/v1/tiles",
    )


def _class_of(row: UnitRow) -> Standing:
    """How the unit's rate stands against the target of the tile."""
    definition = next(one for one in catalogue().tiles if one.id == IN_TIME)
    return standing_of(row.rate, definition)
