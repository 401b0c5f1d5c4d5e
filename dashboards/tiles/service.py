"""Tiles of the viewer's units: read in one snapshot, made by `reports`, nothing computed here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dashboards.access.viewer import Viewer
from dashboards.services import Services
from reports import soc_figures, soc_tiles
from reports.catalogue import catalogue
from reports.soc_units import UnitRow, unit_rows
from reports.tiles import Tile
from soc.access import UNASSIGNED, Right
from soc.errors import NotFound
from soc.role import RoleName
from soc.unit import UnitTree


@dataclass(frozen=True, slots=True)
class Board:
    """The tiles, and a row for each unit, both of one snapshot."""

    tiles: tuple[Tile, ...]
    units: tuple[UnitRow, ...]


def board(services: Services, viewer: Viewer) -> Board:
    """In the order of the board. Figures are sums over the viewer's units; nothing names another unit."""
    now, scope = services.clock.now(), viewer.scope(Right.READ_TILES)
    with services.state.read() as tx:
        figures = soc_figures.read(tx, scope, services.units, day=viewer.day, now=now, looked=looked_at(services))
        trends = soc_figures.trends(tx, scope, now)
        heavy, contacts = tx.unit_sums.heavy(scope), tx.team.contacts(scope, viewer.day)
    tiles = soc_tiles.tiles(catalogue(), figures, trends, names(services.units), now)
    return Board(tiles, unit_rows(figures, heavy, contacts))


def one(services: Services, viewer: Viewer, kpi: str) -> Tile:
    """Raises NotFound."""
    for tile in board(services, viewer).tiles:
        if tile.kpi == kpi:
            return tile
    raise NotFound


def looked_at(services: Services) -> datetime | None:
    """Until when alerts are known: the last word of the detecting loop."""
    return max((beat.at for beat in services.beats() if beat.role == RoleName.DETECT), default=None)


def names(units: UnitTree) -> Callable[[str], str]:
    def name(unit_id: str) -> str:
        unit = units.get(unit_id)
        return unit.label if unit else "chưa rõ đơn vị" if unit_id == UNASSIGNED else unit_id

    return name
