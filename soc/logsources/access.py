"""A rule's field name on one route -> the event fields it reads -> a closure that reads them.

Order (spec/sigma-engine.md 2.1): the route's `fields` -> the product's header -> root + name -> the name itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from soc.event import EventView
from soc.logsource import ABSENT, Accessor, FieldPlan, LogSource, Route
from soc.logsources.translate import TRANSLATIONS

DATA = "Data"  # the rule name for all unnamed data elements of a Windows event
MAX_NUMBERED = 256
_UNDOTTED = frozenset({"message", "@timestamp", "tags", "labels"})


def plan_of(route: Route, name: str, rule: LogSource | None) -> FieldPlan:
    """Which event fields `name` means on this route, for a rule with this log source."""
    mapped = route.fields.get(name)
    if mapped is not None and not (route.own_names and rule is not None and rule.category is None):
        return mapped
    head = route.header.get(name)
    if head is not None:
        return FieldPlan((head, *(f"{root}.{name}" for root in route.root)))
    spellings = (name, *((route.blanks[name],) if name in route.blanks else ()))
    own = tuple(f"{root}.{spelling}" for spelling in spellings for root in route.root)
    if name == DATA and route.header:
        return FieldPlan(own, joined=True, numbered=True)
    # Only what looks like an ECS name may be meant as itself; without a root every name is.
    itself = (name,) if not own or "." in name or name in _UNDOTTED else ()
    return FieldPlan((*own, *itself))


def accessor_of(plan: FieldPlan) -> Accessor:
    """The closure of a plan."""
    if plan.translate:
        return _translated(plan.names, plan.translate)
    if plan.numbered:
        return _numbered(plan.names)
    if plan.joined:
        return _joined(plan.names)
    if len(plan.names) == 1:
        return _single(plan.names[0])
    return _first_of(plan.names)


def named(name: str) -> Accessor:
    """The value under a rule's own name: the flat key as written, else dots address nested objects."""
    return _first_of((name,), flat=())


def _single(name: str) -> Accessor:
    if "." not in name:
        return lambda event: event.get(name, ABSENT)
    return _first_of((name,))


def _first_of(names: tuple[str, ...], *, flat: tuple[str, ...] = ("winlog.",)) -> Accessor:
    # Windows events are flat by construction; other sources may keep objects or lists of objects under a dotted key.
    nested = tuple(_cuts(name) for name in names if "." in name and not name.startswith(flat))

    def read(event: EventView) -> Any:
        for name in names:
            if name in event:
                return event[name]
        for cuts in nested:
            for head, rest in cuts:
                if head in event and (value := dig(event[head], rest)) is not ABSENT:
                    return value
        return ABSENT

    return read


def _cuts(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every way to read `a.b.c` as a key and a path under it: (a.b, c), (a, b.c)."""
    parts = name.split(".")
    return tuple((".".join(parts[:cut]), tuple(parts[cut:])) for cut in range(len(parts) - 1, 0, -1))


def dig(value: Any, path: tuple[str, ...]) -> Any:
    """The value at a path inside nested objects; a list of objects gives the list of its leaf values."""
    if not path:
        return value
    if isinstance(value, dict):
        for cut in range(len(path), 0, -1):
            key = ".".join(path[:cut])
            if key in value:
                return dig(value[key], path[cut:])
        return ABSENT
    if isinstance(value, list):
        found = [leaf for item in value if (leaf := dig(item, path)) is not ABSENT]
        return list(_flat(found)) if found else ABSENT
    return ABSENT


def _joined(names: tuple[str, ...]) -> Accessor:
    def read(event: EventView) -> Any:
        return _as_values([event[name] for name in names if name in event])

    return read


def _numbered(names: tuple[str, ...]) -> Accessor:
    roots = tuple(name.rsplit(".", 1)[0] for name in names)

    def read(event: EventView) -> Any:
        found = [event[name] for name in names if name in event]
        for root in roots:
            for number in range(1, MAX_NUMBERED):
                value = event.get(f"{root}.param{number}", ABSENT)
                if value is ABSENT:
                    break
                found.append(value)
        return _as_values(found)

    return read


def _translated(names: tuple[str, ...], translation: str) -> Accessor:
    translate = TRANSLATIONS[translation]

    def read(event: EventView) -> Any:
        return translate(tuple(event.get(name, ABSENT) for name in names))

    return read


def _as_values(found: list[Any]) -> Any:
    if not found:
        return ABSENT
    flat = list(_flat(found))
    return flat[0] if len(flat) == 1 else flat


def _flat(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value
