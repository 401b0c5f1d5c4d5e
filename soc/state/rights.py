"""From grants to scopes: the one place where a scope is made for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from soc.access import Grant, Right, Scope, roles_with
from soc.unit import UnitTree


def rights_of(grants: Iterable[Grant], day: date, units: UnitTree) -> Mapping[Right, Scope]:
    """Each right that the grants give on that day, and where. A right that is not there is not held at all."""
    held = tuple(grants)
    found = {right: roles_with(right, held, day) for right in Right}
    return {right: units.scope_over(grant.unit for grant in some) for right, some in found.items() if some}
