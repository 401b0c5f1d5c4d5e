"""A mapping file, checked whole, to a parser: every fault at once, with its line (collectors.md 2.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from collectors.mapping.body import compile_body
from collectors.mapping.cases import Meaning, Rules, compile_cases, compile_meaning, first_of
from collectors.mapping.clock import compile_time
from collectors.mapping.detect import compile_detect
from collectors.mapping.document import WRONG_FORM, WRONG_WORD, Faults, Node, read
from collectors.mapping.fields import compile_fields, target
from collectors.mapping.mapping import ENVELOPES, MappingParser, Plan
from soc.event import Event
from soc.fields.table import table

FORMAT = "1"
REQUIRED = ("mapping", "name", "version", "root", "codec")
WORDS = frozenset(
    {*REQUIRED, "observer", "module", "dataset", "envelope", "detect", "time", "id", "fields", "cases", "ids", "else"}
    | {"samples", "extends", "$schema"}
)
ID_WORDS = frozenset({"pattern", "category", "type", "action", "fields", "kind", "outcome"})
ELSE_WORDS = ID_WORDS - {"pattern"} | {"extract"}
DATASETS_KEPT = 1_000

Base = Callable[[str], str]
"""Name of another mapping -> its text, for `extends`; KeyError when there is none."""


def compile_mapping(text: str, path: str, *, measure: bool = True, base: Base | None = None) -> MappingParser:
    """The parser of one file; raises MappingError with everything that is wrong with it.
    `measure` False leaves out the timing of patterns: for files that our own tests have timed."""
    root = read(text, path)
    entry = root.only("a mapping", WORDS)
    faults = root.faults
    if "extends" in entry:
        entry = _extended(entry, faults, base)
    for word in REQUIRED:
        if word not in entry:
            faults.add(1, WRONG_FORM, f"`{word}:` is missing")
    faults.raise_any()
    if entry["mapping"].text() != FORMAT:
        faults.add(entry["mapping"].line, WRONG_FORM, f"format {entry['mapping'].text()!r} - this program reads 1")
    rules = Rules(entry["id"].text() if "id" in entry else "", measure)
    plan = _plan(entry, root, rules)
    faults.raise_any()
    return MappingParser(plan)


def _plan(entry: Mapping[str, Node], root: Node, rules: Rules) -> Plan:
    cases = compile_cases(entry["cases"].nodes(), rules, (), Meaning()) if "cases" in entry else []
    otherwise = None
    if "else" in entry:
        otherwise = compile_meaning(entry["else"].only("else", ELSE_WORDS), entry["else"], rules, (), Meaning())
    by_id = _by_id(entry, rules)
    last = first_of(cases, otherwise)
    detect = entry["detect"].nodes() if "detect" in entry else []
    return Plan(
        name=_name(entry["name"]),
        version=entry["version"].number(),
        root=_root(entry["root"]),
        envelope=entry["envelope"].one_of("envelope", ENVELOPES) if "envelope" in entry else "syslog?",
        always=_always(entry),
        decode=compile_body(entry["codec"], rules),
        time=compile_time(entry["time"].nodes() if "time" in entry else []),
        dataset=_dataset(entry),
        steps=compile_fields(entry["fields"].items()) if "fields" in entry else (),
        meaning=by_id(last) if by_id is not None else last,
        score=compile_detect(detect, entry["detect"].line if "detect" in entry else 0),
        detects=bool(detect),
        branches=tuple(_branches(root)),
        samples=entry["samples"].text() if "samples" in entry else "",
    )


def _name(node: Node) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,40}", node.text()):
        node.faults.add(node.line, WRONG_FORM, f"name {node.text()!r} - use small letters, digits and _")
    return node.text()


def _root(node: Node) -> str:
    first = node.text().partition(".")[0]
    if first not in table().vendor_roots:
        node.faults.unknown(node.line, "vendor root", first, sorted(table().vendor_roots))
    return node.text()


def _always(entry: Mapping[str, Node]) -> Event:
    event: Event = {"event.kind": "event", "event.module": _module(entry), "event.dataset": ""}
    event |= {"event.category": [], "event.type": ["info"]}
    for word, node in entry["observer"].items().items() if "observer" in entry else ():
        if target(f"observer.{word}", node) is not None:
            event[f"observer.{word}"] = node.text()
    return event


def _module(entry: Mapping[str, Node]) -> str:
    return entry["module"].text() if "module" in entry else entry["root"].text().partition(".")[0]


def _dataset(entry: Mapping[str, Node]) -> Callable[[dict[str, Any]], str]:
    """`fortinet.{type}`: the value of a key, when it is a plain word; else `fortinet.other`."""
    form = entry["dataset"].text() if "dataset" in entry else f"{_module(entry)}.log"
    keys = re.findall(r"\{(\w+)\}", form)
    if len(keys) > 1 and "dataset" in entry:
        entry["dataset"].faults.add(entry["dataset"].line, WRONG_FORM, "`dataset` takes one key in braces")
    if not keys:
        return lambda found: form
    key, known = keys[0], dict[str, str]()
    other = re.sub(r"\{\w+\}", "other", form)

    def dataset(found: dict[str, Any]) -> str:
        value = found.get(key)
        if not isinstance(value, str):
            return other
        name = known.get(value)
        if name is None:
            word = value.lower().replace("-", "_")
            name = form.replace(f"{{{key}}}", word) if re.fullmatch(r"[a-z0-9_]{1,40}", word) else other
            if len(known) < DATASETS_KEPT:
                known[value] = name
        return name

    return dataset


def _by_id(entry: Mapping[str, Node], rules: Rules) -> Callable[[Any], Any] | None:
    """`ids`: one look-up by message id; an unknown id goes on to `cases` and `else`."""
    if "ids" not in entry:
        return None
    node = entry["ids"]
    if not rules.id_key:
        node.faults.add(node.line, WRONG_FORM, "`ids` needs the key that holds the id - add `id: KEY`")
    acts = {}
    for names, one in node.items().items():
        words = dict(one.only("an id", ID_WORDS))
        if "pattern" in words:
            part = {"key": Node("message", one.line, one.faults), "pattern": words.pop("pattern")}
            words["extract"] = Node([Node(part, one.line, one.faults)], one.line, one.faults)
        acts.update(dict.fromkeys(names.split("|"), compile_meaning(words, one, rules, (), Meaning())))

    def joined(otherwise: Any) -> Any:
        def act(work: Any) -> None:
            value = work.keys.get(rules.id_key)
            (acts.get(value, otherwise) if isinstance(value, str) else otherwise)(work)

        return act

    return joined


def _branches(node: Node) -> list[int]:
    """The lines of all cases, nested ones too: each needs a sample."""
    lines: list[int] = []
    if isinstance(node.value, list):
        for one in node.value:
            lines += _branches(one)
    elif isinstance(node.value, dict):
        for word, one in node.value.items():
            if word == "cases" and isinstance(one.value, list):
                lines += [case.line for case in one.value]
            lines += _branches(one)
    return lines


def _extended(entry: Mapping[str, Node], faults: Faults, base: Base | None) -> dict[str, Node]:
    """The base's words where this file has none; fields are joined, own cases come first."""
    node = entry["extends"]
    try:
        text = base(node.text()) if base is not None else ""
    except KeyError:
        text = ""
    if not text:
        faults.add(node.line, WRONG_WORD, f"no mapping {node.text()!r} to extend")
        return dict(entry)
    below = read(text, faults.path).items()
    joined = {word: one for word, one in below.items() if word != "extends"} | dict(entry)
    if "fields" in below and "fields" in entry:
        joined["fields"] = Node({**below["fields"].items(), **entry["fields"].items()}, entry["fields"].line, faults)
    if "cases" in below and "cases" in entry:
        joined["cases"] = Node([*entry["cases"].nodes(), *below["cases"].nodes()], entry["cases"].line, faults)
    return joined
