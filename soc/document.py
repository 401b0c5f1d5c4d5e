"""A YAML file as text values that know their line: nothing is resolved, so `0100032001` and `no` stay what they are.

All faults of a file are collected; whoever reads it raises them together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from difflib import get_close_matches

import yaml

from soc.errors import Fault, FaultsError

NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,6})?")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
DURATION = re.compile(r"P(?:(?P<days>[0-9]{1,4})D)?(?:T(?:(?P<hours>[0-9]{1,4})H)?(?:(?P<minutes>[0-9]{1,5})M)?)?")
DEEPEST = 20
NULL = "tag:yaml.org,2002:null"


@dataclass(slots=True)
class Faults:
    """Collects what is wrong with one file. `word`, `form`, `broken`: codes of a word that is not known, of a wrong
    form, and of what is no YAML at all."""

    path: str
    word: str
    form: str
    error: type[FaultsError] = FaultsError
    broken: str = ""
    found: list[Fault] = field(default_factory=list)

    def add(self, line: int, code: str, message: str) -> None:
        self.found.append(Fault(self.path, line, code, message))

    def unknown(self, line: int, what: str, word: str, choices: Iterable[str], *, code: str = "") -> None:
        """A word outside a closed list, with the one that was probably meant."""
        names = sorted(str(choice) for choice in choices)
        close = get_close_matches(word, names, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(names[:40]) or '-'}"
        self.add(line, code or self.word, f"unknown {what} {word!r} - {hint}")

    def raise_any(self) -> None:
        if self.found:
            raise self.error(self.found)


@dataclass(frozen=True, slots=True)
class Node:
    """One value and its line; reading it as what it is not is a fault, and gives an empty value."""

    value: str | list[Node] | dict[str, Node]
    line: int
    faults: Faults
    null: bool = False

    def text(self) -> str:
        if isinstance(self.value, str):
            return self.value
        self.wrong("one word or text")
        return ""

    def texts(self) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        if isinstance(self.value, list):
            return tuple(node.text() for node in self.value)
        return (self.text(),)

    def items(self) -> dict[str, Node]:
        if isinstance(self.value, dict):
            return self.value
        self.wrong("a map (key: value)")
        return {}

    def nodes(self) -> list[Node]:
        if isinstance(self.value, list):
            return self.value
        self.wrong("a list")
        return []

    def number(self) -> int:
        text = self.text()
        if text.isascii() and text.isdigit() and len(text) <= 9:
            return int(text)
        self.wrong("a whole number")
        return 0

    def decimal(self) -> Decimal:
        text = self.text()
        if NUMBER.fullmatch(text):
            return Decimal(text)
        self.wrong("a number such as 98 or 0.5")
        return Decimal(0)

    def truth(self) -> bool:
        text = self.text()
        if text not in ("true", "false"):
            self.wrong("true or false")
        return text == "true"

    def day(self) -> date:
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            self.wrong("a day such as 2026-07-01")
            return date.min

    def clock(self) -> time:
        text = self.text()
        if CLOCK.fullmatch(text):
            return time.fromisoformat(text)
        self.wrong('an hour such as "17:00"')
        return time()

    def duration(self) -> timedelta:
        found = DURATION.fullmatch(self.text())
        if found and any(found.groups()):
            return timedelta(**{name: int(amount) for name, amount in found.groupdict().items() if amount})
        self.wrong("a duration such as PT15M, PT4H or P1D")
        return timedelta()

    def one_of(self, what: str, choices: Iterable[str]) -> str:
        text = self.text()
        if text and text not in (names := list(choices)):
            self.faults.unknown(self.line, what, text, names)
        return text

    def only(self, what: str, words: frozenset[str], needed: Iterable[str] = ()) -> dict[str, Node]:
        """The map, with a fault for every word that the format does not know, and for what is needed and not there."""
        entry = self.items()
        for word, node in entry.items():
            if word not in words:
                self.faults.unknown(node.line, f"word in {what}", word, words)
        missing = [word for word in needed if word not in entry]
        if missing and isinstance(self.value, dict):
            self.faults.add(self.line, self.faults.form, f"{what} has no {' and no '.join(missing)} - add it")
        return entry

    def wrong(self, wanted: str) -> None:
        self.faults.add(self.line, self.faults.form, f"must be {wanted}")


def read(text: str, faults: Faults, *, what: str) -> Node:
    """The tree of one file; raises the error of `faults` when it is no YAML map, saying `what` a right one is."""
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not YAML"
        message = f"not YAML: {problem} - mend the indentation or quotes here"
        faults.add(mark.line + 1 if mark else 0, faults.broken or faults.form, message)
        faults.raise_any()
    if not isinstance(root, yaml.MappingNode):
        faults.add(1, faults.form, what)
        faults.raise_any()
    return _node(root, faults, set(), 0)


def of(document: object, faults: Faults) -> Node:
    """The tree of plain values, without lines."""
    if isinstance(document, Mapping):
        return Node({str(key): of(value, faults) for key, value in document.items()}, 0, faults)
    if isinstance(document, list | tuple):
        return Node([of(value, faults) for value in document], 0, faults)
    if isinstance(document, bool):
        return Node("true" if document else "false", 0, faults)
    return Node("" if document is None else str(document), 0, faults, null=document is None)


def _node(node: yaml.Node | None, faults: Faults, seen: set[int], depth: int) -> Node:
    line = node.start_mark.line + 1 if node is not None else 0
    if isinstance(node, yaml.ScalarNode):
        return Node(str(node.value), line, faults, null=node.tag == NULL)
    if id(node) in seen or depth > DEEPEST:
        # An alias could stand for a billion values.
        faults.add(line, faults.form, "aliases and deep nesting are not used here - write it out")
        return Node("", line, faults)
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(entry, faults, seen, depth + 1) for entry in node.value], line, faults)
    return Node(_map(node, faults, seen, depth), line, faults)


def _map(node: yaml.Node | None, faults: Faults, seen: set[int], depth: int) -> dict[str, Node]:
    entries: dict[str, Node] = {}
    for key, value in getattr(node, "value", []):
        name = str(key.value)
        if name in entries:
            faults.add(key.start_mark.line + 1, faults.form, f"{name!r} stands twice - the first would be lost")
        entries[name] = _node(value, faults, seen, depth + 1)
    return entries
