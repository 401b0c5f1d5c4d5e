"""The text form of values, in rules and in events alike: JSON's type never decides a match (sigma-engine.md 1.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from correlator.language.pattern import nfc
from soc.fold import fold
from soc.logsource import ABSENT

MAX_EXACT = 2**53
PLAIN = (1e-7, 1e21)
MAX_NUMBER_TEXT = 400
MAX_LEAVES = 10_000
MAX_LEAF_DEPTH = 64
_NUMBER_CHARS = frozenset("0123456789+-.eE")


def text_of(value: Any) -> str:
    """How a value is compared as text, in composed form."""
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < MAX_EXACT:
        return str(int(value))
    if isinstance(value, float):
        text = repr(value)
        # In digits like the same number written as text or as an integer; far out, with the exponent.
        return format(Decimal(text), "f") if "e" in text and PLAIN[0] <= abs(value) < PLAIN[1] else text
    if isinstance(value, int):
        return repr(value)
    try:
        return nfc(orjson.dumps(value, default=str).decode())
    except TypeError:  # an integer past 64 bits somewhere inside
        return nfc(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))


def number_of(value: Any) -> Decimal | None:
    """The exact number that a value is or spells in plain decimal; None for everything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        number = Decimal(repr(value))
        return number if number.is_finite() else None
    if not isinstance(value, str) or len(value) > MAX_NUMBER_TEXT or not _NUMBER_CHARS.issuperset(value):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


class Values:
    """What one field of one event holds. `exists`: the key is there; `raw`: its elements without nulls;
    `texts`: their text forms, spelled as in the event; `folded`: the same as they are compared."""

    __slots__ = ("exists", "folded", "raw", "texts")

    def __init__(self, value: Any) -> None:
        self.exists = value is not ABSENT
        if type(value) is str and value.isascii():  # nearly every value there is
            self.raw: tuple[Any, ...] = (value,)
            self.texts: tuple[str, ...] = self.raw
            self.folded: tuple[str, ...] = (value.lower(),)
            return
        if isinstance(value, list):
            self.raw = tuple(leaf for leaf in _flat(value) if leaf is not None)
        else:
            self.raw = () if value is ABSENT or value is None else (value,)
        self.texts = tuple([text_of(each) for each in self.raw])
        self.folded = tuple([fold(text) for text in self.texts])


NOTHING = Values(ABSENT)


def _flat(values: list[Any], depth: int = 0) -> Iterator[Any]:
    for value in values[:MAX_LEAVES]:
        if isinstance(value, list) and depth < MAX_LEAF_DEPTH:
            yield from _flat(value, depth + 1)
        else:
            yield value


def leaves(value: Any, depth: int = 0) -> Iterator[Any]:
    """Every value inside a value that is no container; what lies too deep is left out."""
    if depth > MAX_LEAF_DEPTH:
        return
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value[:MAX_LEAVES]:
            yield from leaves(inner, depth + 1)
    elif value is not None:
        yield value
