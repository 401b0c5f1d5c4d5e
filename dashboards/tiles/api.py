"""Tiles for programs: the same model as on the page, and one tile as a picture."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.responses import Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.shell.render import language_of, services_of
from dashboards.tiles import picture, service
from reports.catalogue import catalogue
from reports.soc_units import UnitRow
from reports.tiles import Freshness, Standing, Tile
from reports.wording import Text
from soc.access import Right

router = APIRouter(prefix="/tiles", tags=["tiles"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_TILES))]


class TextOut(BaseModel):
    """Both languages."""

    vi: str
    en: str


class ChangeOut(BaseModel):
    """Against the day before; `better` is null where no direction is better."""

    arrow: str
    words: TextOut
    better: bool | None


class TileOut(BaseModel):
    """One tile. `value` null: there is no figure, and `sentence` says why; it is never zero instead."""

    subsystem: str
    kpi_id: str
    definition_version: str
    title: TextOut
    value: float | None
    shown: TextOut | None
    unit: TextOut
    standing: Standing
    change: ChangeOut | None
    sentence: TextOut
    as_of: datetime | None
    next_due: datetime | None
    freshness: Freshness
    responsible: TextOut
    source: TextOut
    formula: TextOut
    numerator: int | None
    denominator: int | None
    target: float | None
    target_proposed: bool
    trend: list[float | None]


class UnitRowOut(BaseModel):
    """One unit of the caller. `critical`, `high` null: nothing is heard of it, so nobody knows how many there are."""

    unit: str
    name: str
    critical: int | None
    high: int | None
    untaken: int | None
    oldest_untaken: datetime | None
    kept: int
    due: int
    sources_live: int
    sources_expected: int
    contacts: list[str]


@router.get("", operation_id="list_tiles")
def list_tiles(request: Request, viewer: Reader) -> list[TileOut]:
    """The eight security tiles over the caller's units, in the order of the board."""
    return [_out(tile) for tile in service.board(services_of(request), viewer).tiles]


@router.get("/units", operation_id="list_unit_figures")
def list_unit_figures(request: Request, viewer: Reader) -> list[UnitRowOut]:
    """One row for each of the caller's units, the worst first."""
    services = services_of(request)
    name = service.names(services.units)
    return [_row(row, name(row.unit)) for row in service.board(services, viewer).units]


@router.get(
    "/{kpi_id}.svg",
    operation_id="draw_tile",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}}}},
)
def draw_tile(request: Request, viewer: Reader, kpi_id: str) -> Response:
    """One tile as a picture that needs nothing else."""
    tile = service.one(services_of(request), viewer, kpi_id)
    drawn = picture.draw(tile, language_of(request), services_of(request).clock.now())
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.get("/{kpi_id}", operation_id="get_tile")
def get_tile(request: Request, viewer: Reader, kpi_id: str) -> TileOut:
    """One tile."""
    return _out(service.one(services_of(request), viewer, kpi_id))


def _row(row: UnitRow, name: str) -> UnitRowOut:
    heavy = row.heavy
    return UnitRowOut(
        unit=row.unit,
        name=name,
        critical=heavy.critical if heavy else None,
        high=heavy.high if heavy else None,
        untaken=heavy.untaken if heavy else None,
        oldest_untaken=heavy.oldest if heavy else None,
        kept=row.in_time.kept,
        due=row.in_time.due,
        sources_live=row.heard.live,
        sources_expected=row.heard.counted,
        contacts=list(row.contacts),
    )


def _out(tile: Tile) -> TileOut:
    definition = tile.definition
    return TileOut(
        subsystem=catalogue().subsystem,
        kpi_id=tile.kpi,
        definition_version=definition.version,
        title=_text(tile.title),
        value=tile.value,
        shown=None if tile.shown is None else _text(tile.shown),
        unit=_text(definition.unit),
        standing=tile.standing,
        change=None
        if tile.change is None
        else ChangeOut(arrow=tile.change.arrow, words=_text(tile.change.words), better=tile.change.better),
        sentence=_text(tile.sentence),
        as_of=tile.as_of,
        next_due=tile.next_due,
        freshness=tile.freshness,
        responsible=_text(tile.owner),
        source=_text(tile.source),
        formula=_text(definition.formula),
        numerator=tile.numerator,
        denominator=tile.denominator,
        target=definition.target,
        target_proposed=definition.proposed,
        trend=list(tile.points),
    )


def _text(text: Text) -> TextOut:
    return TextOut(vi=text.vi, en=text.en)
