"""The oracle: a query as a plain function over events. Slow and obvious; the other engines must agree with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import re2

from soc.event import EventView
from soc.fold import fold
from soc.query import Query
from soc.query.ast import (
    Address,
    And,
    Bound,
    Equals,
    Exists,
    Network,
    Node,
    Not,
    Or,
    Range,
    Regex,
    Scalar,
    Text,
    Wildcard,
    pattern_parts,
)
from soc.query.fields import TEXT_FIELDS
from soc.query.values import (
    MAPPED_HIGH,
    MAPPED_LOW,
    address_key,
    key_of,
    moment,
    network_keys,
    plain_address,
    scalars,
    text_of,
)

Test = Callable[[EventView], bool]
Seen = Callable[[Any], Any]
"""A scalar -> the value that a bound is compared with, or None when it is of another kind."""


def compiled(query: Query) -> Test:
    """Time, scope and tree as one function."""
    node = matcher(query.node) if query.node is not None else _everything

    def test(event: EventView) -> bool:
        at = moment(event.get("@timestamp"))
        unit = event.get("unit.id")
        return (
            at is not None
            and query.since <= at < query.until
            and (query.scope.units is None or (isinstance(unit, str) and query.scope.sees(unit)))
            and node(event)
        )

    return test


def matcher(node: Node) -> Test:
    """The tree alone."""
    match node:
        case And(parts):
            tests = [matcher(part) for part in parts]
            return lambda event: all(test(event) for test in tests)
        case Or(parts):
            tests = [matcher(part) for part in parts]
            return lambda event: any(test(event) for test in tests)
        case Not(part):
            inner = matcher(part)
            return lambda event: not inner(event)
        case Text(text):
            needle = fold(text)
            return lambda event: any(needle in fold(text_of(v)) for name in TEXT_FIELDS for v in scalars(event, name))
    return partial(_any_value, node.field, _leaf(node))


def _any_value(field: str, test: Callable[[Any], bool], event: EventView) -> bool:
    return any(test(value) for value in scalars(event, field))


def _leaf(node: Equals | Wildcard | Range | Network | Regex | Exists) -> Callable[[Any], bool]:
    match node:
        case Exists():
            return _everything
        case Equals(value=value):
            return _equal_to(value)
        case Wildcard(pattern=pattern):
            whole = re2.compile(_wildcard_regex(pattern))
            return lambda value: whole.fullmatch(fold(text_of(value))) is not None
        case Regex(pattern=pattern):
            part = re2.compile(f"(?is){pattern}")
            return lambda value: part.search(unicodedata.normalize("NFC", text_of(value))) is not None
        case Network(network=network):
            return partial(_in_network, *network_keys(network), network.version == 4)
        case Range(low=low, high=high):
            return _within(low, high, low_included=node.low_included, high_included=node.high_included)


def _equal_to(wanted: Scalar) -> Callable[[Any], bool]:
    if isinstance(wanted, str):
        folded = fold(wanted)
        return lambda value: fold(text_of(value)) == folded
    if isinstance(wanted, bool):
        return lambda value: value is wanted
    return _within(wanted, wanted)


def _everything(_value: Any) -> bool:
    return True


def _within(
    low: Bound | None, high: Bound | None, *, low_included: bool = True, high_included: bool = True
) -> Callable[[Any], bool]:
    seen = _seen_as(low if low is not None else high)
    floor, ceiling = _comparable(low), _comparable(high)

    def test(value: Any) -> bool:
        found = seen(value)
        if found is None:
            return False
        above = floor is None or found > floor or (low_included and found == floor)
        return above and (ceiling is None or found < ceiling or (high_included and found == ceiling))

    return test


def _seen_as(bound: Bound | None) -> Seen:
    if isinstance(bound, datetime):
        return moment
    if isinstance(bound, int | float):
        return lambda value: value if isinstance(value, int | float) and not isinstance(value, bool) else None
    return lambda value: address_key(value) if isinstance(value, str) else None


def _comparable(bound: Bound | None) -> Any:
    if bound is None or isinstance(bound, int | float | datetime):
        return bound
    address: Address = plain_address(bound)
    return key_of(address)


def _in_network(first: bytes, last: bytes, is_v4: bool, value: Any) -> bool:  # noqa: FBT001 - bound by partial
    key = address_key(value) if isinstance(value, str) else None
    if key is None or not first <= key <= last:
        return False
    return is_v4 or not MAPPED_LOW <= key <= MAPPED_HIGH


def _wildcard_regex(pattern: str) -> str:
    wild = {"*": ".*", "?": "."}
    parts = (wild.get(part) or re2.escape(fold(part[-1])) for part in pattern_parts(_folded(pattern)))
    return "(?s)" + "".join(parts)


def _folded(pattern: str) -> str:
    """NFC may join a letter with the mark after it, so the pattern is folded as a whole."""
    return fold(pattern)
