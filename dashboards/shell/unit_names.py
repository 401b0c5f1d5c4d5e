"""Units as people read and choose them."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from dashboards.access.viewer import Viewer
from dashboards.shell.i18n import N_
from dashboards.shell.render import services_of, translate
from dashboards.shell.scope import units_of
from soc.access import UNASSIGNED, Right
from soc.unit import Unit


def unit_name(request: Request) -> Callable[[str], str]:
    """Unit id -> the name to show; an id that is not in the tree stays as it is."""
    units = services_of(request).units
    nobody = translate(request, N_("no unit yet"))

    def name(unit_id: str) -> str:
        unit = units.get(unit_id)
        return unit.label if unit else nobody if unit_id == UNASSIGNED else unit_id

    return name


def unit_choices(viewer: Viewer, right: Right) -> list[Unit]:
    """Today's units over which the right holds, by name."""
    return units_of(viewer, viewer.scope(right))
