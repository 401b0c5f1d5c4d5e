"""Which rules could have matched what was read: ready, no such source, or a field missing (sigma-engine.md 2.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from correlator.compile import Table
from correlator.fold_constants import Constants, folded
from correlator.language.form import FALSE, KEYWORDS, Atom, Op
from correlator.language.rule import Rule, fields_of
from correlator.language.values import NOTHING, Values
from correlator.oracle import atom_test


class Reach(StrEnum):
    """What a rule can do on the routes and fields that were seen."""

    READY = "ready"
    NO_SOURCE = "no such source"
    NO_FIELD = "field missing"


@dataclass(frozen=True, slots=True)
class Reached:
    """`missing`: fields of the rule that nothing seen ever had."""

    rule: Rule
    reach: Reach
    missing: tuple[str, ...] = ()


def reached(rules: Iterable[Rule], table: Table, seen: Mapping[str, Collection[str]]) -> tuple[Reached, ...]:
    """`seen`: route -> names of the fields that its events had."""
    return tuple(_of_rule(rule, table, seen) for rule in rules)


def _of_rule(rule: Rule, table: Table, seen: Mapping[str, Collection[str]]) -> Reached:
    routes = [route for route in table.routes_for(rule.logsource) if route in seen]
    if not routes:
        return Reached(rule, Reach.NO_SOURCE)
    absent: set[str] | None = None
    for route in routes:
        unseen = _Unseen(rule, table, route, seen[route])
        if folded(rule.form, unseen) != FALSE:
            return Reached(rule, Reach.READY)
        missing = {name for name in fields_of(rule.form) if unseen.misses(name)}
        absent = missing if absent is None else absent & missing
    return Reached(rule, Reach.NO_FIELD, tuple(sorted(absent or ())))


class _Unseen(Constants):
    """Atoms over fields that no event of the route had: they are as good as absent."""

    def __init__(self, rule: Rule, table: Table, route: str, fields: Collection[str]) -> None:
        super().__init__({}, lambda name: table.plan(route, name, rule.logsource))
        self._fields = fields
        self._misses: dict[str, bool] = {}

    def verdict(self, atom: Atom) -> bool | None:
        if atom.field == KEYWORDS or not self.misses(atom.field):
            return None
        return atom_test(atom, lambda name: name)({atom.field: NOTHING, **_other(atom)})

    def misses(self, name: str) -> bool:
        known = self._misses.get(name)
        if known is None:
            known = self._misses[name] = self._looked_up(name)
        return known

    def _looked_up(self, name: str) -> bool:
        plan = self._plan(name)
        if plan.numbered:
            roots = tuple(f"{each.rsplit('.', 1)[0]}.param" for each in plan.names)
            return not any(field.startswith(roots) or field in plan.names for field in self._fields)
        # A name may lie inside an object that the event holds under a shorter key.
        return not any(part in self._fields for each in plan.names for part in _prefixes(each))


def _other(atom: Atom) -> dict[str, Values]:
    """A comparison of two fields needs the second one too; absent is false for it in any case."""
    return {str(atom.payload[0]): NOTHING} if atom.op is Op.FIELDREF and isinstance(atom.payload, tuple) else {}


def _prefixes(name: str) -> Iterable[str]:
    parts = name.split(".")
    return (".".join(parts[:cut]) for cut in range(len(parts), 0, -1))
