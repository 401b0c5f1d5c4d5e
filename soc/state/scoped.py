"""A scope as a condition of a statement: the one place where the two meet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, true

from soc.access import Scope


def within(scope: Scope, unit: ColumnElement[Any]) -> ColumnElement[bool]:
    """The rows that the scope sees. An empty scope sees none."""
    if scope.units is None:
        return true()
    return unit.in_(sorted(scope.units))
