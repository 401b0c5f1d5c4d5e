"""One table of log sources: what the normaliser emits, what a rule's field name means, who may match what.

Sigma taxonomy and SigmaHQ `tests/logsource.json`; entries live in soc/logsources/<product>.yml (one per route),
`soc/logsources/load.py` reads them, `soc/logsources/access.py` makes the accessors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from soc.event import EventView


class Absent:
    """The value of a field that an event does not have. Null and '' are values; this is not."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()

Accessor = Callable[[EventView], Any]
"""Event -> its value, a list of values, None for null, or ABSENT."""

UNROUTED = "other"
"""The route of an event that no entry fits; no rule with a log source applies to it."""


@dataclass(frozen=True, slots=True)
class LogSource:
    """Sigma's three keys. An event's source covers a rule's when every key that the rule states is equal."""

    product: str | None = None
    category: str | None = None
    service: str | None = None

    def covers(self, wanted: LogSource) -> bool:
        return (
            (wanted.product is None or wanted.product == self.product)
            and (wanted.category is None or wanted.category == self.category)
            and (wanted.service is None or wanted.service == self.service)
        )

    def __str__(self) -> str:
        keys = (("product", self.product), ("category", self.category), ("service", self.service))
        return ",".join(f"{key}={value}" for key, value in keys if value) or "any"


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """Where a rule's field lies. `names` are flat event names, tried in order (the first that is there counts),
    or all of them as one list when `joined`; `translate` names a function of soc/logsources/translate.py that is
    given the values of all names. `numbered`: param1, param2, ... of these roots follow as further values."""

    names: tuple[str, ...]
    joined: bool = False
    translate: str | None = None
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """One entry: which events, what they are to Sigma, and how names resolve.

    `tests`: event field -> values; each field must equal one of its values, folded (constants for the compiler).
    `root`: prefixes under which the source's own fields live, tried in order. `fields`: names that mean something
    else than root + name; they hold for rules that state a category, or for every rule when `own_names` is false.
    `each`: the field with the list of records that are tested one by one. `collected`: something emits it today.
    """

    name: str
    tests: Mapping[str, tuple[str, ...]]
    logsources: tuple[LogSource, ...]
    root: tuple[str, ...] = ()
    fields: Mapping[str, FieldPlan] = field(default_factory=dict)
    header: Mapping[str, str] = field(default_factory=dict)
    blanks: Mapping[str, str] = field(default_factory=dict)
    each: str | None = None
    collected: bool = True
    own_names: bool = False
    entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotCollected:
    """A log source of SigmaHQ that nothing of ours emits yet, and why or how it will come."""

    logsource: LogSource
    en: str
    vi: str


class LogSourceTable:
    """All routes. Made once, read by normaliser, rule compiler, hunts and the 'can match' check."""

    def __init__(self, routes: tuple[Route, ...], not_collected: tuple[NotCollected, ...] = ()) -> None:
        self.routes: Mapping[str, Route] = {route.name: route for route in routes}
        self.reasons: Mapping[LogSource, NotCollected] = {entry.logsource: entry for entry in not_collected}
        self._index = _Index(routes)
        self._covered: dict[LogSource, tuple[str, ...]] = {}

    @property
    def not_collected(self) -> tuple[LogSource, ...]:
        return tuple(self.reasons)

    def route_of(self, event: EventView) -> str:
        """The route's name, UNROUTED when no entry fits. A dict lookup or two; never a walk over all routes."""
        return self._index.find(event)

    def routes_for(self, wanted: LogSource) -> tuple[str, ...]:
        """Names of the routes whose events a rule with this log source sees; () when there are none."""
        known = self._covered.get(wanted)
        if known is None:
            fits = (route.name for route in self.routes.values() if any(own.covers(wanted) for own in route.logsources))
            known = self._covered[wanted] = tuple(fits)
        return known

    def why_not(self, wanted: LogSource) -> NotCollected | None:
        """The `not collected yet` line for a rule's log source, if it has one."""
        exact = self.reasons.get(wanted)
        if exact is not None:
            return exact
        return next((entry for entry in self.reasons.values() if entry.logsource.covers(wanted)), None)

    def plan(self, route_name: str, name: str, rule: LogSource | None = None) -> FieldPlan:
        """Which event fields a rule's field name reads on that route (for compilers of queries and 'can match')."""
        from soc.logsources.access import plan_of

        route = self.routes.get(route_name)
        return plan_of(route, name, rule) if route else FieldPlan((name,))

    def accessor(self, route_name: str, name: str, rule: LogSource | None = None) -> Accessor:
        """The value of a rule's field on events of that route; `rule` is the rule's own log source.

        A rule that states only a service knows the source's own names, one that states a category the category's.
        """
        from soc.logsources.access import accessor_of

        return accessor_of(self.plan(route_name, name, rule))

    def with_source(self, source: LogSource, root: str = "") -> tuple[LogSourceTable, str]:
        """This table and one route more, for events whose log source somebody states by hand (`--logsource`)."""
        parts = (source.product, source.category, source.service)
        name = ".".join(["stated", *(part for part in parts if part)])
        stated = Route(name, {}, (source,), root=(root,) if root else ())
        routes = (*(route for route in self.routes.values() if route.name != name), stated)
        return LogSourceTable(routes, tuple(self.reasons.values())), name


class _Index:
    """Candidates by what nearly always decides: channel and event id, channel, dataset, module."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._by_id: dict[tuple[str, str], list[_Candidate]] = {}
        self._by_channel: dict[str, list[_Candidate]] = {}
        self._by_dataset: dict[str, list[_Candidate]] = {}
        self._by_module: dict[str, list[_Candidate]] = {}
        self._folded: dict[str, str] = {}
        # The entry that asks for most comes first; ties keep the order of the files.
        for route in sorted((route for route in routes if route.tests), key=lambda route: -len(route.tests)):
            self._add(route)

    def find(self, event: EventView) -> str:
        channel = event.get("winlog.channel")
        if isinstance(channel, str):
            folded = self._fold(channel)
            by_id = self._by_id.get((folded, str(event.get("winlog.event_id"))))
            found = (by_id and _first(by_id, event)) or _first(self._by_channel.get(folded, ()), event)
            if found:
                return found
        found = _first(self._by_dataset.get(str(event.get("event.dataset")), ()), event)
        return found or _first(self._by_module.get(str(event.get("event.module")), ()), event) or UNROUTED

    def _add(self, route: Route) -> None:
        rest = dict(route.tests)
        places: list[list[_Candidate]]
        if "winlog.channel" in rest:
            channels = [channel.lower() for channel in rest.pop("winlog.channel")]
            numbers = rest.pop("winlog.event_id", None)
            if numbers is None:
                places = [self._by_channel.setdefault(channel, []) for channel in channels]
            else:
                keys = [(channel, number) for channel in channels for number in numbers]
                places = [self._by_id.setdefault(key, []) for key in keys]
        elif "event.dataset" in rest:
            places = [self._by_dataset.setdefault(name, []) for name in rest.pop("event.dataset")]
        else:
            places = [self._by_module.setdefault(name, []) for name in rest.pop("event.module", ())]
        tests = tuple((name, frozenset(value.lower() for value in values)) for name, values in rest.items())
        for place in places:
            place.append((route.name, tests))

    def _fold(self, channel: str) -> str:
        folded = self._folded.get(channel)
        if folded is None:
            if len(self._folded) > 4_096:
                self._folded.clear()
            folded = self._folded[channel] = channel.lower()
        return folded


_Candidate = tuple[str, tuple[tuple[str, frozenset[str]], ...]]


def _first(candidates: Iterable[_Candidate], event: EventView) -> str | None:
    for name, tests in candidates:
        if not tests or all(_holds(event.get(field_name), wanted) for field_name, wanted in tests):
            return name
    return None


def _holds(value: object, wanted: frozenset[str]) -> bool:
    if isinstance(value, list):
        return any(_holds(one, wanted) for one in value)
    return value is not None and str(value).lower() in wanted


@cache
def load_table() -> LogSourceTable:
    """The table of the package, read once a process. Raises MappingError with every fault of every file."""
    from soc.logsources.load import load_package

    return load_package()
