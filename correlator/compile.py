"""Rules + the table of log sources -> what each event matches (sigma-engine.md 2.1, 5 point 2).

One program a route, made when its first event comes: constants folded, rules that cannot match left out, the rest
indexed by event id. A program is closures of the oracle over the slots of its route.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter_ns
from typing import Any, Protocol

from correlator.cost import Cost
from correlator.event_file import timed
from correlator.fold_constants import Constants, folded, needed_values
from correlator.keyword_scope import keyword_reader
from correlator.language.form import FALSE, KEYWORDS, Atom, Form, Op, all_of, negated_fields
from correlator.language.rule import Rule
from correlator.language.sigma_filter import Filter
from correlator.language.values import Values
from correlator.oracle import Test, satisfied, test_of
from soc.event import EventView
from soc.logsource import Accessor, FieldPlan, LogSource, Route

UNIT = "unit.id"
UNIT_PATH = "unit.path"
EVENT_ID = "winlog.event_id"


class Table(Protocol):
    """What the engine needs of soc.logsource.LogSourceTable."""

    @property
    def routes(self) -> Mapping[str, Route]: ...

    def route_of(self, event: EventView) -> str: ...

    def routes_for(self, wanted: LogSource) -> tuple[str, ...]: ...

    def plan(self, route_name: str, name: str, rule: LogSource | None = None) -> FieldPlan: ...

    def accessor(self, route_name: str, name: str, rule: LogSource | None = None) -> Accessor: ...


@dataclass(frozen=True, slots=True)
class Match:
    """`fields`: what the verdict rests on, by the rule's names, spelled as in the event. `weak_filter`: fields of
    negated tests that held only because this source does not know them. `read`: any field as this rule names it."""

    rule: Rule
    fields: dict[str, Any]
    weak_filter: tuple[str, ...] = ()
    read: Callable[[str], Values] = field(default=lambda _: Values(None), compare=False, repr=False)


class RuleSet:
    """All rules that are evaluated, and the filters that take part of their matches away."""

    def __init__(self, rules: Sequence[Rule], table: Table, *, filters: Sequence[Filter] = ()) -> None:
        self.rules = tuple(rules)
        self.filters = tuple(filters)
        self.removed: Counter[str] = Counter()
        """Filter id -> matches it took away."""
        self.cost = Cost()
        self._table = table
        self._programs: dict[str, Program] = {}
        self._by_route = self._rules_by_route()

    def evaluate(self, event: EventView) -> list[Match]:
        """Every rule that matches, in the order in which rules were given."""
        route = self._route(event)
        program = self._programs.get(route)
        if program is None:
            program = self._programs[route] = self._compiled(route)
        if self.cost.wanted():
            program.measure(event, self.cost)
        return program.evaluate(event, self.removed) if program.size else []

    def covers(self, event: EventView) -> bool:
        """Whether any rule's log source fits the event at all."""
        return bool(self._by_route.get(self._route(event)))

    def _route(self, event: EventView) -> str:
        route = event.get("soc.route")
        return route if isinstance(route, str) and route in self._table.routes else self._table.route_of(event)

    def program(self, route: str) -> Program:
        """The program of one route, for figures and explanations."""
        if route not in self._programs:
            self._programs[route] = self._compiled(route)
        return self._programs[route]

    def _rules_by_route(self) -> dict[str, list[Rule]]:
        places: dict[str, list[Rule]] = {}
        for rule in self.rules:
            for route in self._table.routes_for(rule.logsource):
                places.setdefault(route, []).append(rule)
        return places

    def _compiled(self, route: str) -> Program:
        rules = self._by_route.get(route, [])
        program = Program(route, self._table)
        for rule in rules:
            program.add(rule, [each for each in self.filters if applies(each, rule)])
        return program


def applies(sigma_filter: Filter, rule: Rule) -> bool:
    """Whether the filter names the rule and its log source contains the rule's."""
    source = sigma_filter.logsource
    return source is not None and sigma_filter.names(rule.attributes.keys) and rule.logsource.covers(source)


@dataclass(frozen=True, slots=True)
class _Filtered:
    """A filter compiled for one rule; `units` restricts it to events of these units and those below."""

    id: str
    test: Test
    units: frozenset[str]
    source: Filter

    def removes(self, view: View) -> bool:
        if self.source.expires is not None and not self.source.holds_at(_time_of(view.event)):
            return False
        if self.units and self.units.isdisjoint((view.event.get(UNIT), *_listed(view.event.get(UNIT_PATH)))):
            return False
        return not self.test(view)


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    test: Test
    resolve: Callable[[str], int]
    filters: tuple[_Filtered, ...]
    suspects: tuple[str, ...]


class View(dict[Any, Values]):
    """One event by slots; a slot is read when somebody first asks for it."""

    __slots__ = ("_readers", "event")

    def __init__(self, event: EventView, readers: Sequence[Accessor]) -> None:
        self.event = event
        self._readers = readers

    def __missing__(self, slot: int) -> Values:
        values = self[slot] = Values(self._readers[slot](self.event))
        return values


class Program:
    """The rules of one route, ready to run."""

    def __init__(self, route: str, table: Table) -> None:
        self.route = table.routes.get(route)
        self.size = 0
        self._name = route
        self._table = table
        self._slots: dict[tuple[str, FieldPlan | None], int] = {}
        self._readers: list[Accessor] = []
        self._always: list[tuple[int, _Compiled]] = []
        self._by_id: dict[str, list[tuple[int, _Compiled]]] = {}
        self._records: list[tuple[int, _Compiled]] = []
        self._event_id = self._slot("EventID", None)
        self._chosen: dict[str, list[tuple[int, _Compiled]]] = {}

    def add(self, rule: Rule, filters: Sequence[Filter]) -> None:
        """Compiles the rule for this route, unless it cannot match here."""
        slots: dict[str, int] = {}

        def resolve(name: str) -> int:
            if name not in slots:
                slots[name] = self._slot(name, rule.logsource)
            return slots[name]

        constants = Constants(self.route.tests if self.route else {}, lambda name: self._plan(name, rule.logsource))
        form = folded(rule.form, constants)
        if form == FALSE:
            return
        compiled = _Compiled(
            rule,
            test_of(form, resolve),
            resolve,
            tuple(_filter(each, resolve) for each in filters),
            self._suspects(rule),
        )
        self._place((self.size, compiled), form, self._event_id_names(form, rule))
        self.size += 1

    def evaluate(self, event: EventView, removed: Counter[str]) -> list[Match]:
        """The matches of one event."""
        view = View(event, self._readers)
        matches = [
            match
            for _, each in self._candidates(view)
            if each.test(view) and (match := self._match(each, view, removed)) is not None
        ]
        if self._records:
            matches += self._record_matches(event, removed)
        return matches

    def measure(self, event: EventView, cost: Cost) -> None:
        """The same tests once more, against the clock."""
        view = View(event, self._readers)
        cost.events += 1
        for _, each in self._candidates(view):
            begun = perf_counter_ns()
            each.test(view)
            cost.nanoseconds[each.rule.id] += perf_counter_ns() - begun

    def _candidates(self, view: View) -> list[tuple[int, _Compiled]]:
        if not self._by_id:
            return self._always
        texts = [text for text in view[self._event_id].folded if text in self._by_id]
        if not texts:
            return self._always
        chosen = self._chosen.get(texts[0]) if len(texts) == 1 else None
        if chosen is None:
            some = (entry for text in texts for entry in self._by_id[text])
            chosen = sorted({entry[0]: entry for entry in (*self._always, *some)}.values(), key=lambda entry: entry[0])
            if len(texts) == 1:
                self._chosen[texts[0]] = chosen
        return chosen

    def _record_matches(self, event: EventView, removed: Counter[str]) -> Iterator[Match]:
        """Rules written for one record of a group: any record makes one match."""
        name = (self.route.each if self.route else None) or ""
        views = [View({**event, name: [record]}, self._readers) for record in _listed(event.get(name))]
        for _, each in self._records:
            for view in views:
                if each.test(view):
                    match = self._match(each, view, removed)
                    if match is not None:
                        yield match
                        break

    def _match(self, compiled: _Compiled, view: View, removed: Counter[str]) -> Match | None:
        for each in compiled.filters:
            if each.removes(view):
                removed[each.id] += 1
                return None
        rule, resolve = compiled.rule, compiled.resolve
        weak = tuple(name for name in compiled.suspects if not view[resolve(name)].exists)
        return Match(rule, matched_fields(rule.form, view, resolve), weak, lambda name: view[resolve(name)])

    def _place(self, entry: tuple[int, _Compiled], form: Form, names: frozenset[str]) -> None:
        if self._is_by_record(entry[1].rule):
            self._records.append(entry)
            return
        ids = needed_values(form, names) if names else None
        if ids is None:
            self._always.append(entry)
        else:
            for text in ids:
                self._by_id.setdefault(text, []).append(entry)
        self._chosen.clear()

    def _event_id_names(self, form: Form, rule: Rule) -> frozenset[str]:
        indexed = self._plan("EventID", None)
        if indexed.names[:1] != (EVENT_ID,):
            return frozenset()
        # Only what reads the very place that the index reads: `winlog.event_id` may lie elsewhere.
        return frozenset(name for name in rule.fields if self._plan(name, rule.logsource) == indexed)

    def _is_by_record(self, rule: Rule) -> bool:
        each = self.route.each if self.route else None
        return each is not None and any(
            name.startswith(f"{each}.") for field in rule.fields for name in self._plan(field, rule.logsource).names
        )

    def _suspects(self, rule: Rule) -> tuple[str, ...]:
        """Negated fields for which this route has no translation: absent here by construction."""
        if self.route is None or not self.route.fields or rule.logsource.category is None:
            return ()
        known = self.route.fields.keys() | self.route.header.keys()
        return tuple(dict.fromkeys(name for name in negated_fields(rule.form) if name not in known))

    def _plan(self, name: str, logsource: LogSource | None) -> FieldPlan:
        return self._table.plan(self._name, name, logsource)

    def _slot(self, name: str, logsource: LogSource | None) -> int:
        """Rules that read the same place share a slot, so a value is read and folded once an event."""
        plan = None if name == KEYWORDS else self._plan(name, logsource)
        key = (name if plan is None else "", plan)
        if key not in self._slots:
            self._slots[key] = len(self._readers)
            reader = keyword_reader(self.route) if plan is None else self._table.accessor(self._name, name, logsource)
            self._readers.append(reader)
        return self._slots[key]


def _filter(source: Filter, resolve: Callable[[str], int]) -> _Filtered:
    return _Filtered(source.id, test_of(source.detection.form, resolve), frozenset(source.units), source)


def matched_fields(form: Form, view: View, resolve: Callable[[str], int]) -> dict[str, Any]:
    """The fields of the satisfied tests with the event's own spelling; of a list, the elements that satisfy."""
    found: dict[str, list[Any]] = {}
    for atom in satisfied(form, view, resolve):
        values = view[resolve(atom.field)]
        name = atom.field or "keywords"
        kept = found.setdefault(name, [])
        kept += [value for value in _satisfying(atom, values) if value not in kept]
    return {name: values[0] if len(values) == 1 else values for name, values in found.items() if values}


def _satisfying(atom: Atom, values: Values) -> Sequence[Any]:
    if len(values.raw) < 2 or atom.op in (Op.FIELDREF, Op.NULL):
        return values.raw
    test = test_of(all_of([atom]), lambda _: 0)
    return [value for value in values.raw if test({0: Values(value)})]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _time_of(event: EventView) -> datetime:
    return timed(event)[1] or datetime.fromtimestamp(0, UTC)
