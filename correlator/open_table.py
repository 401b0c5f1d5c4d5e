"""No routing: every rule sees every event under its own field names (`rules match`, `detect --as sigma`)."""

from __future__ import annotations

from collections.abc import Mapping

from soc.event import EventView
from soc.logsource import Accessor, FieldPlan, LogSource, Route
from soc.logsources.access import named

EVERYTHING = "any"


class OpenTable:
    """A table with one route. Names resolve to the flat key as written, then through nested objects."""

    routes: Mapping[str, Route] = {EVERYTHING: Route(EVERYTHING, {}, ())}

    def route_of(self, _: EventView) -> str:
        return EVERYTHING

    def routes_for(self, _: LogSource) -> tuple[str, ...]:
        return (EVERYTHING,)

    def plan(self, _: str, name: str, rule: LogSource | None = None) -> FieldPlan:
        return FieldPlan((name,))

    def accessor(self, _: str, name: str, rule: LogSource | None = None) -> Accessor:
        return named(name)
