"""A YAML file as text values that know their line: nothing is resolved, so `0100032001` and `no` stay what they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

import yaml

from soc.errors import Fault, MappingError

WRONG_WORD = "SOC-1220"
WRONG_FORM = "SOC-1221"
UNKNOWN_FIELD = "SOC-1222"
WRONG_TYPE = "SOC-1223"
ILLEGAL_PAIR = "SOC-1224"
UNREACHABLE = "SOC-1225"
BAD_PATTERN = "SOC-1226"
NO_SAMPLES = "SOC-1227"


@dataclass(slots=True)
class Faults:
    """Collects what is wrong with one file."""

    path: str
    found: list[Fault] = field(default_factory=list)

    def add(self, line: int, code: str, message: str) -> None:
        self.found.append(Fault(self.path, line, code, message))

    def unknown(self, line: int, what: str, word: str, choices: Iterator[str] | list[str]) -> None:
        """A word outside a closed list, with the one that was probably meant."""
        names = sorted(choices)
        close = get_close_matches(word, names, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(names)}"
        self.add(line, WRONG_WORD, f"unknown {what} {word!r} - {hint}")

    def raise_any(self) -> None:
        if self.found:
            raise MappingError(self.found)


@dataclass(frozen=True, slots=True)
class Node:
    """One value and its line; reading it as what it is not is a fault, and gives an empty value."""

    value: str | list[Node] | dict[str, Node]
    line: int
    faults: Faults

    def text(self) -> str:
        if isinstance(self.value, str):
            return self.value
        self._wrong("one word or text")
        return ""

    def texts(self) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        if isinstance(self.value, list):
            return tuple(node.text() for node in self.value)
        return (self.text(),)

    def items(self) -> dict[str, Node]:
        if isinstance(self.value, dict):
            return self.value
        self._wrong("a map (key: value)")
        return {}

    def nodes(self) -> list[Node]:
        if isinstance(self.value, list):
            return self.value
        self._wrong("a list")
        return []

    def number(self) -> int:
        text = self.text()
        if text.isascii() and text.isdigit() and len(text) <= 9:
            return int(text)
        self._wrong("a whole number")
        return 0

    def truth(self) -> bool:
        text = self.text()
        if text not in ("true", "false"):
            self._wrong("true or false")
        return text == "true"

    def one_of(self, what: str, choices: list[str]) -> str:
        text = self.text()
        if text and text not in choices:
            self.faults.unknown(self.line, what, text, choices)
        return text

    def only(self, what: str, words: frozenset[str]) -> dict[str, Node]:
        """The map, with a fault for every word that the format does not know."""
        for word, node in self.items().items():
            if word not in words:
                self.faults.unknown(node.line, f"word in {what}", word, sorted(words))
        return self.items()

    def _wrong(self, wanted: str) -> None:
        self.faults.add(self.line, WRONG_FORM, f"must be {wanted}")


def read(text: str, path: str) -> Node:
    """The tree of one file; raises MappingError when it is no YAML map."""
    faults = Faults(path)
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not YAML"
        faults.add(mark.line + 1 if mark else 0, WRONG_FORM, f"{problem} - mend the indentation or quotes here")
        faults.raise_any()
    if not isinstance(root, yaml.MappingNode):
        faults.add(1, WRONG_FORM, "a mapping file is a map - start with `mapping: 1`")
        faults.raise_any()
    return _node(root, faults, set(), 0)


def _node(node: yaml.Node | None, faults: Faults, seen: set[int], depth: int) -> Node:
    line = node.start_mark.line + 1 if node is not None else 0
    if isinstance(node, yaml.ScalarNode):
        return Node(str(node.value), line, faults)
    if id(node) in seen or depth > 20:
        # An alias could stand for a billion values.
        faults.add(line, WRONG_FORM, "aliases and deep nesting are not used here - write it out")
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
            faults.add(key.start_mark.line + 1, WRONG_FORM, f"{name!r} stands twice - the first would be lost")
        entries[name] = _node(value, faults, seen, depth + 1)
    return entries
