"""A field and a word become a node, or a fault: a value that cannot fit the field's type is never "no hits"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from soc.errors import QueryFault
from soc.fields.table import Kind
from soc.query.ast import Bound, Equals, Exists, Network, Node, Or, Range, Regex, Wildcard
from soc.query.dates import span
from soc.query.fields import names_of, nearest, spec_of
from soc.query.scan import Word
from soc.query.values import plain_address

WILDCARDS = 8
REGEX_CHARACTERS = 256
NAMES_EXPLAINED = 3  # finding the nearest of 2,000 names takes 3 ms: enough for any honest query

_INTEGER = re.compile(r"-?\d{1,19}")
_NUMBER = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?")
_OCTETS = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,2})\.\*")
_ORDERED = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.TIME, Kind.ADDRESS})
_KIND_WORDS = {
    Kind.INTEGER: "443",
    Kind.NUMBER: "1.5",
    Kind.BOOLEAN: "true, false",
    Kind.TIME: "2026-11-22, 22/11/2026, now-1h",
    Kind.ADDRESS: "10.0.0.1, 10.0.0.0/8, 2001:db8::/32",
}


@dataclass(slots=True)
class Faults:
    """What is wrong with names and values so far; the reader goes on and reports them together."""

    now: datetime
    found: list[QueryFault] = field(default_factory=list)
    names: int = 0

    def add(self, word: Word, message_id: str, expected: Sequence[str] = (), found: str = "") -> None:
        self.found.append(QueryFault(word.start, max(word.length, 1), message_id, tuple(expected), found or word.text))

    def name(self, start: int, name: str) -> None:
        close: tuple[str, ...] = ()
        if self.names < NAMES_EXPLAINED:
            close = nearest(name)
        self.names += 1
        self.found.append(QueryFault(start, len(name), "unknown_field", close, name))


def equal(name: str, word: Word, faults: Faults) -> Node:
    """`field:value`."""
    return _each(name, lambda one, kind: _equal(one, kind, word, faults))


def compared(name: str, operator: str, word: Word, faults: Faults) -> Node:
    """`field>=value` and its kin; a day or minute means its edge."""

    def make(one: str, kind: Kind | None) -> Node:
        edges = _edges(one, kind, word, faults)
        if edges is None:
            return Exists(one)
        low, high = edges
        if operator in (">", ">="):
            return Range(one, high if operator == ">" else low, None, low_included=operator == ">=")
        return Range(one, None, low if operator == "<" else high, high_included=operator == "<=")

    return _each(name, make)


def between(name: str, low: Word, high: Word, faults: Faults) -> Node:
    """`field:[a to b]`, both included; `*` leaves a side open."""

    def make(one: str, kind: Kind | None) -> Node:
        sides = [None if _is_star(word) else _edges(one, kind, word, faults) for word in (low, high)]
        bottom = sides[0][0] if sides[0] else None
        top = sides[1][1] if sides[1] else None
        if bottom is None and top is None:
            return Exists(one)
        if bottom is not None and top is not None and _above(bottom, top):
            faults.add(low, "empty_range", (high.text,))
        return Range(one, bottom, top)

    return _each(name, make)


def regex(name: str, word: Word, faults: Faults) -> Node:
    """`field:/regex/`; only where a type says that the field is text."""
    if len(word.text) > REGEX_CHARACTERS:
        faults.add(word, "regex_too_long", (str(REGEX_CHARACTERS),))
    elif not _compiles(word.text):
        faults.add(word, "bad_regex", ("RE2",))

    def make(one: str, kind: Kind | None) -> Node:
        if kind is not Kind.TEXT:
            faults.add(word, "no_regex_here", found=one)
        return Regex(one, word.text)

    return _each(name, make)


def checked_wildcards(word: Word, faults: Faults) -> Word:
    if word.wild > WILDCARDS:
        faults.add(word, "too_many_wildcards", (str(WILDCARDS),))
    return word


def _each(name: str, make: Callable[[str, Kind | None], Node]) -> Node:
    nodes = tuple(make(one, _kind(one)) for one in names_of(name))
    return nodes[0] if len(nodes) == 1 else Or(nodes) if nodes else Exists(name)


def _kind(name: str) -> Kind | None:
    spec = spec_of(name)
    return spec.kind if spec is not None and spec.kind is not Kind.OBJECT else None


def _equal(name: str, kind: Kind | None, word: Word, faults: Faults) -> Node:
    if _is_star(word):
        return Exists(name)
    if kind is None or kind is Kind.TEXT:
        return Wildcard(name, checked_wildcards(word, faults).pattern) if word.wild else Equals(name, word.text)
    if kind is Kind.BOOLEAN:
        if word.text.lower() not in ("true", "false"):
            faults.add(word, "bad_value", (_KIND_WORDS[kind],))
        return Equals(name, word.text.lower() == "true")
    if kind is Kind.ADDRESS and (network := _network(word)) is not None:
        return Network(name, network)
    edges = _edges(name, kind, word, faults)
    if edges is None:
        return Exists(name)
    low, high = edges
    if kind is Kind.INTEGER and not isinstance(low, int):
        faults.add(word, "bad_value", (_KIND_WORDS[kind],))
    return Equals(name, low) if low == high else Range(name, low, high)


def _edges(name: str, kind: Kind | None, word: Word, faults: Faults) -> tuple[Bound, Bound] | None:
    """The first and the last value that the word names; None, with its fault, when it names none."""
    if kind not in _ORDERED or kind is None:
        faults.add(word, "no_range_here", found=name)
        return None
    found = _bounds(kind, word, faults.now)
    if found is None:
        message = "no_wildcard_here" if word.wild else "bad_value"
        faults.add(word, message, (_KIND_WORDS[kind],))
    return found


def _bounds(kind: Kind, word: Word, now: datetime) -> tuple[Bound, Bound] | None:
    if word.wild:
        return None
    if kind is Kind.TIME:
        return span(word.text, now)
    value = _address(word.text) if kind is Kind.ADDRESS else _number(word.text)
    return None if value is None else (value, value)


def _number(text: str) -> Bound | None:
    if _INTEGER.fullmatch(text):
        value = int(text)
        return value if -(2**63) <= value < 2**63 else None
    return float(text) if _NUMBER.fullmatch(text) and abs(float(text)) < float("inf") else None


def _address(text: str) -> Bound | None:
    try:
        return None if "%" in text else plain_address(ip_address(text))
    except ValueError:
        return None


def _network(word: Word) -> IPv4Network | IPv6Network | None:
    if octets := _OCTETS.fullmatch(word.text) if word.wild == 1 else None:
        given = octets[1].split(".")
        text = f"{'.'.join([*given, '0', '0', '0'][:4])}/{8 * len(given)}"
    elif "/" in word.text and "%" not in word.text and not word.wild:
        text = word.text
    else:
        return None
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    return _plain_network(network)


def _plain_network(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    if isinstance(network, IPv6Network) and network.prefixlen >= 96 and network.network_address.ipv4_mapped:
        return IPv4Network((network.network_address.ipv4_mapped, network.prefixlen - 96))
    return network


def _is_star(word: Word) -> bool:
    return word.wild == 1 and word.text == "*"


def _above(low: Bound, high: Bound) -> bool:
    try:
        return bool(low > high)  # type: ignore[operator]
    except TypeError:
        return False  # IPv4 and IPv6 have no order of their own; their keys have


def _compiles(pattern: str) -> bool:
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(f"(?is){pattern}", options)
    except re2.error:
        return False
    return True
