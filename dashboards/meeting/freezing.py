"""Tiles frozen at one moment: what is kept is the whole tile, as the hub tells it to programs (ioc-hub.md 14.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from dashboards.services import Services
from reports.kpi.board import Row, View, rows_of
from reports.kpi.detail import detail
from reports.kpi.tile_body import board_body
from reports.kpi.world import World
from soc.access import ROOT, Scope
from soc.errors import NotFound
from soc.meeting import FrozenTile
from soc.state.store import Tx


def key_of(row: Row) -> str:
    """What a form chooses a headline by."""
    return ":".join((row.service, row.headline.kpi, *(f"{name}={value}" for name, value in row.headline.dimensions)))


def rows_by_key(services: Services) -> dict[str, Row]:
    """The headlines of the profile, in their order; none where no figures are taken."""
    return {} if services.world is None else {key_of(row): row for row in rows_of(services.world)}


def world_of(services: Services) -> World:
    """Raises NotFound where no figures are taken."""
    if services.world is None:
        raise NotFound
    return services.world


def freeze(tx: Tx, world: World, scope: Scope, unit: str, as_of: datetime, rows: Iterable[Row]) -> list[FrozenTile]:
    """As they were known then, at the unit's level."""
    view = View(scope, as_of, level_of(unit), past=True)
    made = []
    for position, row in enumerate(rows, 1):
        body = board_body(detail(tx, world, view, row))
        made.append(FrozenTile(position, str(body["id"]), body | {"row": key_of(row)}))
    return made


def live(tx: Tx, world: World, scope: Scope, unit: str, now: datetime, row: Row) -> dict[str, Any]:
    """The same figure as it stands now."""
    return board_body(detail(tx, world, View(scope, now, level_of(unit)), row))


def level_of(unit: str) -> str:
    """The province's level has no unit."""
    return "" if unit == ROOT else unit
