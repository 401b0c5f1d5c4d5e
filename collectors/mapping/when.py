"""`when:` of a mapping file: which lines a case is for, as a closure, and as a set that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.mapping.document import WRONG_FORM, Node

Keys = Mapping[str, Any]
Test = Callable[[Keys], bool]

WORDS = ("key_in", "key_exists", "key_prefix", "key_contains", "id", "all", "any", "not")


@dataclass(frozen=True, slots=True)
class Condition:
    """`exact`: key -> the values it may have, all of which must hold; `whole`: nothing else is asked."""

    test: Test
    exact: Mapping[str, frozenset[str]]
    whole: bool = True

    def covers(self, other: Condition) -> bool:
        """Whether every line that fits `other` for sure fits this, too."""
        return self.whole and all(
            key in other.exact and other.exact[key] <= values for key, values in self.exact.items()
        )

    def excludes(self, other: Condition) -> bool:
        """Whether no line can fit both."""
        return any(key in self.exact and not self.exact[key] & values for key, values in other.exact.items())


ALWAYS = Condition(lambda keys: True, {})


def compile_when(node: Node | None, id_key: str) -> Condition:
    """All entries must hold; the words of `WORDS` are tests, every other word is a key of the source."""
    if node is None:
        return ALWAYS
    tests: list[Test] = []
    exact: dict[str, frozenset[str]] = {}
    whole = True
    for word, entry in node.items().items():
        if word == "key_in" or word == "id" or word not in WORDS:
            for key, values in _wanted(word, entry, id_key):
                exact[key] = exact.get(key, values) & values
                tests.append(_is_in(key, values))
        else:
            whole = False
            tests.append(_test(word, entry, id_key))
    return Condition(_all(tests), exact, whole)


def _wanted(word: str, entry: Node, id_key: str) -> Iterable[tuple[str, frozenset[str]]]:
    if word == "key_in":
        return [(key, frozenset(node.texts())) for key, node in entry.items().items()]
    if word == "id" and not id_key:
        entry.faults.add(entry.line, WRONG_FORM, "`id` needs the key that holds it - add `id: KEY` at the top")
    return [(id_key if word == "id" else word, frozenset(entry.texts()))]


def _test(word: str, entry: Node, id_key: str) -> Test:
    if word == "key_exists":
        return _all([_exists(key) for key in entry.texts()])
    if word == "key_prefix":
        return _all([_starts(key, node.texts()) for key, node in entry.items().items()])
    if word == "key_contains":
        return _all([_contains(key, node.texts()) for key, node in entry.items().items()])
    if word == "not":
        inner = compile_when(entry, id_key).test
        return lambda keys: not inner(keys)
    tests = [compile_when(part, id_key).test for part in entry.nodes()]
    return _all(tests) if word == "all" else _any(tests)


def _is_in(key: str, values: frozenset[str]) -> Test:
    if len(values) == 1:
        (only,) = values
        return lambda keys: keys.get(key) == only
    return lambda keys: type(value := keys.get(key)) is str and value in values


def _exists(key: str) -> Test:
    return lambda keys: keys.get(key) not in (None, "")


def _starts(key: str, prefixes: tuple[str, ...]) -> Test:
    return lambda keys: type(value := keys.get(key)) is str and value.startswith(prefixes)


def _contains(key: str, parts: tuple[str, ...]) -> Test:
    return lambda keys: type(value := keys.get(key)) is str and any(part in value for part in parts)


def _all(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda keys: all(test(keys) for test in tests)


def _any(tests: list[Test]) -> Test:
    return lambda keys: any(test(keys) for test in tests)
