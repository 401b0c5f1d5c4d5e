"""`detect:` of a mapping file: how sure the first 512 bytes make us that a line is this product's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from collectors.mapping.cases import Rules, pattern_of
from collectors.mapping.document import WRONG_FORM, Node

Score = Callable[[str], int]

WORDS = frozenset({"literals", "any", "instead", "pattern", "key", "prefix", "weight"})


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
    anywhere. One of `instead` is enough, whatever else is asked."""
    every = entry["literals"].texts() if "literals" in entry else ()
    some = entry["any"].texts() if "any" in entry else ()
    alone = entry["instead"].texts() if "instead" in entry else ()
    key = pattern_of(entry["pattern"], Rules(measure=False)) if "pattern" in entry else _key_pattern(entry)
    if not (every or some or key):
        node.faults.add(node.line, WRONG_FORM, "an entry of `detect` needs `literals`, `any`, or `key` and `prefix`")

    def asked(head: str) -> bool:
        for literal in every:
            if literal not in head:
                return False
        if some and not any(literal in head for literal in some):
            return False
        return key is None or key.search(head) is not None

    if not alone:
        return asked
    return lambda head: asked(head) or any(literal in head for literal in alone)


def _key_pattern(entry: Mapping[str, Node]) -> re.Pattern[str] | None:
    if "key" not in entry:
        return None
    prefixes = "|".join(map(re.escape, entry["prefix"].texts())) if "prefix" in entry else ""
    return re.compile(rf'(?:\A|[\s,|>]){re.escape(entry["key"].text())}="?(?:{prefixes})')
