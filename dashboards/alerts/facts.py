"""What stands under an alert's title, and which events bear witness to a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dashboards.shell import links
from dashboards.shell.hostile import text_of
from soc.alert import Alert
from soc.entity import EntityKind, kind_of
from soc.query.ast import quoted
from soc.unit import UnitTree


@dataclass(frozen=True, slots=True)
class Named:
    """A value of the alert with the page of its entity, if it is one."""

    field: str
    value: str
    href: str


def unit_today(units: UnitTree, unit_id: str, day: date) -> str:
    """The unit that has taken over from one that is no more; the same one while it lives."""
    seen: set[str] = set()
    while unit_id not in seen:
        seen.add(unit_id)
        unit = units.get(unit_id)
        if unit is None or unit.holds_on(day) or unit.successor is None:
            return unit_id
        unit_id = unit.successor
    return unit_id


def named_of(alert: Alert, kinds: Sequence[EntityKind] | None = None) -> tuple[Named, ...]:
    """The alert's entities, each once."""
    found = {}
    for field, value in alert.entities:
        kind = kind_of(field)
        if kinds is None or kind in kinds:
            found[field, value] = Named(field, value, links.entity(kind, value) if kind else "")
    return tuple(found.values())


def evidence(alert: Alert, events: Sequence[Mapping[str, Any]], value: Any) -> tuple[int, str]:
    """How many of the kept samples carry a value, and the hunt for exactly these."""
    wanted = text_of(value)
    ids = [
        str(event["event.id"])
        for event in events
        if event.get("event.id") and any(wanted == text_of(one) for one in _scalars(event))
    ] or [str(event["event.id"]) for event in events if event.get("event.id")]
    query = " or ".join(f"event.id:{quoted(name)}" for name in ids[:20])
    return len(ids), links.hunt(query, alert.first_event, alert.last_event + timedelta(seconds=1)) if ids else ""


def _scalars(event: Mapping[str, Any]) -> list[Any]:
    return [one for value in event.values() for one in (value if isinstance(value, list) else [value])]
