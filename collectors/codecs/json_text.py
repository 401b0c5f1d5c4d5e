"""One JSON object, opened into flat dotted keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import orjson

from collectors.codecs.decoded import MOST_KEYS, Decoded
from soc.errors import ParseError

DEEPEST = 20


def decode(text: str, *, embedded: Sequence[str] = ()) -> Decoded:
    """Flat keys; JSON text inside the keys `embedded` is opened too. Past depth 20 or 500 keys the rest is overflow."""
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ParseError(f"no JSON: {error}") from error
    if not isinstance(document, dict):
        raise ParseError(f"the JSON text is no object but {type(document).__name__}")
    flags = ("duplicate_key",) if _has_duplicates(text, document) else ()
    for name in embedded:
        _open(document, name)
    flat = _Flat()
    flat.add(document, "", 1)
    overflow = orjson.dumps(flat.rest).decode() if flat.rest else ""
    return Decoded(flat.keys, (*flags, "too_many_keys") if overflow else flags, overflow)


class _Flat:
    """Collects keys up to the limits; `rest` is what did not fit."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {}
        self.rest: dict[str, Any] = {}

    def add(self, node: dict[str, Any], prefix: str, depth: int) -> None:
        for key, value in node.items():
            name = f"{prefix}{key}"
            if isinstance(value, dict) and value and depth < DEEPEST:
                self.add(value, f"{name}.", depth + 1)
            elif len(self.keys) >= MOST_KEYS or isinstance(value, dict):
                self.rest[name] = value
            else:
                self.keys[name] = _flat_list(value, depth) if isinstance(value, list) else value


def _flat_list(values: list[Any], depth: int) -> list[Any]:
    """Scalars stay; objects become flat maps; lists inside lists become text."""
    return [_flat_entry(value, depth) if isinstance(value, (dict, list)) else value for value in values]


def _flat_entry(value: Any, depth: int) -> Any:
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    flat = _Flat()
    flat.add(value, "", depth + 1)
    return flat.keys


def _open(document: dict[str, Any], name: str) -> None:
    text = document.get(name)
    if isinstance(text, str) and text.lstrip()[:1] == "{":
        try:
            document[name] = orjson.loads(text)
        except orjson.JSONDecodeError:
            return  # it only looked like JSON: it stays text


def _has_duplicates(text: str, document: dict[str, Any]) -> bool:
    """orjson keeps the last of equal keys without a word: more `":` than keys is worth a slower look."""
    if text.count('":') <= _count(document, DEEPEST) and '" :' not in text:
        return False
    found: list[bool] = []

    def pairs(entries: list[tuple[str, Any]]) -> None:
        found.append(len({key for key, _ in entries}) != len(entries))

    try:
        json.loads(text, object_pairs_hook=pairs)
    except (RecursionError, ValueError):
        return False  # deeper, or with longer numbers, than the slow reader goes
    return any(found)


def _count(value: Any, depth: int) -> int:
    if depth < 0 or not isinstance(value, (dict, list)):
        return 0
    if isinstance(value, dict):
        return len(value) + sum(_count(entry, depth - 1) for entry in value.values())
    return sum(_count(entry, depth - 1) for entry in value)
