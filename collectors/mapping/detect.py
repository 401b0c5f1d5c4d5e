"""`detect:` of a mapping file: how sure the first 512 bytes make us that a line is this product's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from collectors.mapping.cases import Rules, pattern_of
from collectors.mapping.document import WRONG_FORM, Node

Score = Callable[[str], int]

WORDS = frozenset({"literals", "any", "either", "pattern", "key", "prefix", "weight"})


def compile_detect(nodes: list[Node], line: int) -> Score:
    """The sum of the weights of all entries that hold; at most 100."""
    parts = [(_test(node.only("detect", WORDS), node), _weight(node)) for node in nodes]
    if nodes and sum(weight for _, weight in parts) > 100:
        nodes[0].faults.add(line, WRONG_FORM, "the weights of `detect` sum to more than 100")

    def score(head: str) -> int:
        return sum(weight for test, weight in parts if test(head))

    return score


def _weight(node: Node) -> int:
    entry = node.items()
    if "weight" not in entry:
        node.faults.add(node.line, WRONG_FORM, "an entry of `detect` needs `weight: 1 to 100`")
        return 0
    return entry["weight"].number()


def _test(entry: Mapping[str, Node], node: Node) -> Callable[[str], bool]:
    """`literals`: all of them; `any`: one of them; `key` with `prefix`: `key=prefix`, quoted or not; `pattern`:
    anywhere; `either`: one of these entries holds."""
    every = entry["literals"].texts() if "literals" in entry else ()
    some = entry["any"].texts() if "any" in entry else ()
    either = [_test(part.only("detect", WORDS), part) for part in entry["either"].nodes()] if "either" in entry else []
    sign = f"{entry['key'].text()}=" if "key" in entry else ""
    key = pattern_of(entry["pattern"], Rules(measure=False)) if "pattern" in entry else _key_pattern(entry)
    if not (every or some or key or either):
        node.faults.add(node.line, WRONG_FORM, "an entry of `detect` needs `literals`, `any`, or `key` and `prefix`")
    if either:
        return _first_that_holds(either)

    def test(head: str) -> bool:
        for literal in every:
            if literal not in head:
                return False
        for literal in some:
            if literal in head:
                break
        else:
            if some:
                return False
        # The literal first: a search that finds nothing costs ten times as much.
        return key is None or (sign in head and key.search(head) is not None)

    return test


def _first_that_holds(tests: list[Callable[[str], bool]]) -> Callable[[str], bool]:
    def test(head: str) -> bool:
        for one in tests:  # noqa: SIM110 - `any` makes a generator for every line of every product
            if one(head):
                return True
        return False

    return test


def _key_pattern(entry: Mapping[str, Node]) -> re.Pattern[str] | None:
    if "key" not in entry:
        return None
    prefixes = "|".join(map(re.escape, entry["prefix"].texts())) if "prefix" in entry else ""
    return re.compile(rf'(?:\A|[\s,|>]){re.escape(entry["key"].text())}="?(?:{prefixes})')
