"""`cases:` of a mapping file: what a line means. The first case that fits decides; cases may nest.

A case that holds `match` fits when its pattern does, too; the pattern's groups become keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectors.mapping.document import (
    BAD_PATTERN,
    ILLEGAL_PAIR,
    UNREACHABLE,
    WRONG_FORM,
    WRONG_TYPE,
    Node,
)
from collectors.mapping.fields import Steps, compile_fields, target
from collectors.mapping.patterns import compiled
from collectors.mapping.when import Condition, compile_when
from collectors.mapping.work import Act, Work
from soc.fields.table import Kind, table

MEANING = frozenset({"kind", "category", "type", "action", "outcome", "set", "fields", "extract", "dataset"})
WORDS = MEANING | {"when", "match", "by", "values", "cases"}

_KINDS = {"kind": "event.kind", "action": "event.action", "dataset": "event.dataset"}
_LISTS = {"category": "event.category", "type": "event.type"}


@dataclass(frozen=True, slots=True)
class Rules:
    """What all cases of one file share. `id_key`: where the message id stands; `measure`: time the patterns."""

    id_key: str = ""
    measure: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """`fits` and, if it does, `act`; `line` is its name in traces."""

    line: int
    fits: Callable[[Work], bool]
    act: Act


def compile_cases(nodes: Sequence[Node], rules: Rules, above: Sequence[Condition], inherited: Meaning) -> list[Case]:
    """The cases in order; `above` are the conditions that hold around them, `inherited` what was set there."""
    cases: list[Case] = []
    earlier: list[Condition] = []
    for node in nodes:
        entry = node.only("a case", WORDS)
        condition = compile_when(entry.get("when"), rules.id_key)
        if any(condition.excludes(outer) for outer in above) or any(one.covers(condition) for one in earlier):
            node.faults.add(node.line, UNREACHABLE, "this case can never be reached - an earlier or outer one decides")
        pattern = _match(entry.get("match"), rules)
        if pattern is None:
            earlier.append(condition)
        act = compile_meaning(entry, node, rules, [*above, condition], inherited)
        cases.append(Case(node.line, _fits(condition, pattern), act))
    return cases


@dataclass(frozen=True, slots=True)
class Meaning:
    """Category and type set so far, to check pairs."""

    category: tuple[str, ...] = ()


def compile_meaning(
    entry: Mapping[str, Node], node: Node, rules: Rules, above: Sequence[Condition], inherited: Meaning
) -> Act:
    """What a case, an `else` or one of `values` does, in order: constants, choice by a key, extracts, fields, cases."""
    category = entry["category"].texts() if "category" in entry else inherited.category
    _check_pair(entry, category)
    acts: list[Act] = [_constants(entry)] if _sets_anything(entry) else []
    if "outcome" in entry and isinstance(entry["outcome"].value, dict):
        acts.append(_outcome(entry["outcome"]))
    if "by" in entry:
        acts.append(_choice(entry, node, rules, above, Meaning(category)))
    acts += [_extract(part, rules) for part in (entry["extract"].nodes() if "extract" in entry else ())]
    if "fields" in entry:
        acts.append(_fields(compile_fields(entry["fields"].items())))
    if "cases" in entry:
        acts.append(first_of(compile_cases(entry["cases"].nodes(), rules, above, Meaning(category))))
    return _sequence(acts)


def first_of(cases: list[Case], otherwise: Act | None = None) -> Act:
    """The first case that fits acts."""

    def act(work: Work) -> None:
        for case in cases:
            if case.fits(work):
                if work.trace is not None:
                    work.trace.add(case.line)
                case.act(work)
                return
        if otherwise is not None:
            otherwise(work)

    return act


def run_fields(steps: Steps, work: Work) -> None:
    """Every key that the line has, in the file's order."""
    keys = work.keys
    for key, step in steps:
        value = keys.get(key)
        if value is not None:
            step(value, work)


def _fields(steps: Steps) -> Act:
    return lambda work: run_fields(steps, work)


def _sequence(acts: list[Act]) -> Act:
    if len(acts) == 1:
        return acts[0]

    def act(work: Work) -> None:
        for one in acts:
            one(work)

    return act


def _fits(condition: Condition, pattern: tuple[str, re.Pattern[str]] | None) -> Callable[[Work], bool]:
    test = condition.test
    if pattern is None:
        return lambda work: test(work.keys)
    key, ready = pattern

    def fits(work: Work) -> bool:
        if not test(work.keys):
            return False
        value = work.keys.get(key)
        found = ready.search(value) if type(value) is str else None
        if found is None:
            return False
        for name, part in found.groupdict().items():
            if part is not None:
                work.keys[name] = work.event[f"{work.root}.{name}"] = part
        return True

    return fits


def _match(node: Node | None, rules: Rules) -> tuple[str, re.Pattern[str]] | None:
    if node is None:
        return None
    entry = node.only("match", frozenset({"key", "pattern"}))
    if "key" not in entry or "pattern" not in entry:
        node.faults.add(node.line, WRONG_FORM, "`match` needs `key` and `pattern`")
        return None
    pattern = pattern_of(entry["pattern"], rules)
    return None if pattern is None else (entry["key"].text(), pattern)


def pattern_of(node: Node, rules: Rules) -> re.Pattern[str] | None:
    """The compiled pattern, or a fault."""
    try:
        return compiled(node.text(), measure=rules.measure)
    except ValueError as error:
        node.faults.add(node.line, BAD_PATTERN, f"pattern {node.text()[:60]!r}: {error}")
        return None


def _sets_anything(entry: Mapping[str, Node]) -> bool:
    plain_outcome = "outcome" in entry and isinstance(entry["outcome"].value, str)
    return plain_outcome or "set" in entry or bool({*_KINDS, *_LISTS} & entry.keys())


def _constants(entry: Mapping[str, Node]) -> Act:
    texts: dict[str, str] = {name: entry[word].text() for word, name in _KINDS.items() if word in entry}
    lists = {name: entry[word].texts() for word, name in _LISTS.items() if word in entry}
    if "outcome" in entry and isinstance(entry["outcome"].value, str):
        texts["event.outcome"] = _checked(entry["outcome"], "event.outcome")
    if "kind" in entry:
        _checked(entry["kind"], "event.kind")
    for name, node in entry["set"].items().items() if "set" in entry else ():
        spec = target(name, node)
        if spec is not None and spec.kind is not Kind.TEXT:
            node.faults.add(node.line, WRONG_TYPE, f"`set` writes text, and {name} holds {spec.kind}")
        if spec is not None and spec.array:
            lists[name] = node.texts()
        else:
            texts[name] = node.text()

    def act(work: Work) -> None:
        work.event.update(texts)
        for name, values in lists.items():
            work.event[name] = list(values)

    return act


def _checked(node: Node, name: str) -> str:
    spec = table().fields[name]
    return node.one_of(name, sorted(spec.allowed))


def _outcome(node: Node) -> Act:
    """`by: KEY`, then value -> outcome, several values joined by `|`; `else` is for all others."""
    entry = node.items()
    key = entry["by"].text() if "by" in entry else ""
    if not key:
        node.faults.add(node.line, WRONG_FORM, "`outcome` by values needs `by: KEY`")
    table: dict[str, str] = {}
    for names, value in entry.items():
        if names != "by":
            table.update(dict.fromkeys(names.split("|"), _checked(value, "event.outcome")))
    others = table.pop("else", "")

    def act(work: Work) -> None:
        value: Any = work.keys.get(key)
        outcome = table.get(value, others) if isinstance(value, str) else others
        if outcome:
            work.event["event.outcome"] = outcome

    return act


def _choice(entry: Mapping[str, Node], node: Node, rules: Rules, above: Sequence[Condition], inherited: Meaning) -> Act:
    """`by: KEY` with `values:`; several values are joined by `|`, `else` is for all others."""
    key = entry["by"].text()
    table: dict[str, Act] = {}
    otherwise: Act | None = None
    for names, value in entry["values"].items().items() if "values" in entry else ():
        act = compile_meaning(value.only("a value", MEANING), value, rules, above, inherited)
        for name in names.split("|"):
            if name == "else":
                otherwise = act
            else:
                table[name] = act
    if not table:
        node.faults.add(node.line, WRONG_FORM, "`by` needs `values:` with a meaning for each")

    def choose(work: Work) -> None:
        value: Any = work.keys.get(key)
        act = table.get(value, otherwise) if isinstance(value, str) else otherwise
        if act is not None:
            act(work)

    return choose


def _extract(node: Node, rules: Rules) -> Act:
    """A pattern over one key; its groups go to fields and become keys. A miss is no fault: it only adds."""
    entry = node.only("extract", frozenset({"key", "pattern", "to", "fields"}))
    pattern = pattern_of(entry["pattern"], rules) if "pattern" in entry else None
    fields = dict(entry["fields"].items()) if "fields" in entry else {}
    for group, to in entry["to"].items().items() if "to" in entry else ():
        spec = target(to.text(), to)
        words = {"to": to}
        if spec is not None and spec.kind is not Kind.TEXT:
            words["as"] = Node(_NATURAL[spec.kind], to.line, to.faults)
        fields[group] = Node(words, to.line, to.faults)
    if pattern is None or "key" not in entry:
        if "key" not in entry or "pattern" not in entry:
            node.faults.add(node.line, WRONG_FORM, "`extract` needs `key`, `pattern` and `to`")
        return _sequence([])
    for group in fields.keys() - pattern.groupindex.keys():
        node.faults.add(node.line, WRONG_FORM, f"the pattern has no group {group!r} - write (?P<{group}>...)")
    key, steps, search = entry["key"].text(), compile_fields(fields), pattern.search

    def act(work: Work) -> None:
        value = work.keys.get(key)
        found = search(value) if type(value) is str else None
        if found is not None:
            work.keys.update((name, part) for name, part in found.groupdict().items() if part is not None)
            run_fields(steps, work)

    return act


_NATURAL = {
    Kind.ADDRESS: "ip",
    Kind.INTEGER: "int",
    Kind.NUMBER: "float",
    Kind.BOOLEAN: "bool",
    Kind.TIME: "time",
    Kind.OBJECT: "text",
}


def _check_pair(entry: Mapping[str, Node], category: tuple[str, ...]) -> None:
    """Every type must be legal for one of the categories by the ECS table."""
    legal = table().types
    for word in category if "category" in entry else ():
        if word not in legal:
            entry["category"].faults.unknown(entry["category"].line, "category", word, list(legal))
    known_types = table().fields["event.type"].allowed
    for kind in entry["type"].texts() if "type" in entry else ():
        node = entry["type"]
        if kind not in known_types:
            node.faults.unknown(node.line, "type", kind, list(known_types))
        elif category and not any(kind in legal.get(word, ()) for word in category):
            node.faults.add(node.line, ILLEGAL_PAIR, f"type {kind} is not legal with category {', '.join(category)}")
