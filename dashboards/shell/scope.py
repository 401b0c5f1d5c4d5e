"""The unit that a person has chosen to look at: the query parameter `unit`, kept from page to page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

from dashboards.access.viewer import Viewer
from soc.access import Right, Scope
from soc.fold import fold_marks
from soc.unit import Unit

PARAMETER = "unit"
LEFT = frozenset({PARAMETER, "after", "open", "done"})
"""What does not outlive a change of the unit."""
MOST = 20


@dataclass(frozen=True, slots=True)
class UnitScope:
    """`unit` is empty for all units; `keeps`: the other words of the address, so that choosing keeps the filter."""

    unit: str
    units: tuple[Unit, ...]
    keeps: tuple[tuple[str, str], ...]

    def kept(self, href: str) -> str:
        """A link of ours that goes on looking at the same unit."""
        if not self.unit:
            return href
        return f"{href}{'&' if '?' in href else '?'}{urlencode({PARAMETER: self.unit})}"


def scope_of(request: Request, viewer: Viewer | None) -> UnitScope:
    """An unknown unit, and one that the viewer may not see, is no choice at all."""
    if viewer is None:
        return UnitScope("", (), ())
    units = tuple(units_of(viewer, _everywhere(viewer)))
    asked = request.query_params.get(PARAMETER, "")
    unit = asked if any(one.id == asked for one in units) else ""
    given = request.query_params.multi_items() if request.method == "GET" else []
    keeps = tuple((name, value[:500]) for name, value in given if name not in LEFT and value)[:MOST]
    return UnitScope(unit, units, keeps)


def units_of(viewer: Viewer, scope: Scope) -> list[Unit]:
    """Today's units within the scope, by name."""
    found = (unit for unit in viewer.units.units.values() if scope.sees(unit.id) and unit.holds_on(viewer.day))
    return sorted(found, key=lambda unit: fold_marks(unit.label))


def _everywhere(viewer: Viewer) -> Scope:
    """The widest of the viewer's scopes."""
    held = [viewer.scope(right) for right in Right]
    if any(scope.units is None for scope in held):
        return Scope(None)
    return Scope(frozenset().union(*(scope.units or frozenset() for scope in held)))
