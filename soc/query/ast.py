"""The tree of a query. Every node is a frozen value; `str(node)` is canonical text that parses to the same node.

What a node means, for every engine: the values of a field are its non-null scalars, each element of a list for
itself; `Not` is true where its part is not, so also where the field is absent. Text compares by `soc.fold`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from soc.event import timestamp

_SLASHED = {"/": r"\/"}  # inside slashes a slash wears a backslash

Address = IPv4Address | IPv6Address
Scalar = str | bool | int | float | datetime | Address
Bound = int | float | datetime | Address


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold; two or more."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " and ".join(_inside(part, And | Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds; two or more."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " or ".join(_inside(part, Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node

    def __str__(self) -> str:
        return f"not {_inside(self.part, And | Or | Not)}"


@dataclass(frozen=True, slots=True)
class Equals:
    """A value of the field is this one; text of an untyped field is the text form of the value."""

    field: str
    value: Scalar

    def __str__(self) -> str:
        return f"{self.field}:{literal(self.value)}"


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A text value fits the whole pattern: `*` any run, `?` one character, a backslash takes the meaning away."""

    field: str
    pattern: str

    def __str__(self) -> str:
        return f"{self.field}:{_bare(self.pattern)}"


@dataclass(frozen=True, slots=True)
class Text:
    """One of the text fields (`soc.query.fields.TEXT_FIELDS`) contains this."""

    text: str

    def __str__(self) -> str:
        return quoted(self.text)


@dataclass(frozen=True, slots=True)
class Range:
    """A number, time or address between two bounds. With both bounds given, both are included."""

    field: str
    low: Bound | None
    high: Bound | None
    low_included: bool = True
    high_included: bool = True

    def __str__(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{self.field}:[{literal(self.low)} to {literal(self.high)}]"
        if self.low is not None:
            return f"{self.field}{'>=' if self.low_included else '>'}{literal(self.low)}"
        if self.high is not None:
            return f"{self.field}{'<=' if self.high_included else '<'}{literal(self.high)}"
        return f"{self.field}:*"


@dataclass(frozen=True, slots=True)
class Network:
    """An address of the field lies in the network; IPv4-mapped IPv6 addresses count as IPv4."""

    field: str
    network: IPv4Network | IPv6Network

    def __str__(self) -> str:
        return f"{self.field}:{self.network}"


@dataclass(frozen=True, slots=True)
class Regex:
    """RE2, found anywhere in the NFC text, without regard to case; `.` takes line ends too."""

    field: str
    pattern: str

    def __str__(self) -> str:
        return f"{self.field}:/{''.join(_SLASHED.get(part, part) for part in pattern_parts(self.pattern))}/"


@dataclass(frozen=True, slots=True)
class Exists:
    """The field has a value that is not null; '' is a value, an empty list is none."""

    field: str

    def __str__(self) -> str:
        return f"{self.field}:*"


Node = And | Or | Not | Equals | Wildcard | Text | Range | Network | Regex | Exists


def literal(value: Scalar) -> str:
    """A value as the language writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, str):
        return quoted(value)
    return str(value) if not isinstance(value, float) else repr(value)


def quoted(text: str) -> str:
    """Text between quotes; only the quote and the backslash need one before them."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def pattern_parts(pattern: str) -> tuple[str, ...]:
    """The pattern's characters; those with a meaning are `*` and `?`, those without carry their backslash."""
    parts = []
    index = 0
    while index < len(pattern):
        width = 2 if pattern[index] == "\\" and index + 1 < len(pattern) else 1
        parts.append(pattern[index : index + width])
        index += width
    return tuple(parts)


def plain_pattern(text: str) -> str:
    """The pattern that fits exactly this text."""
    return "".join(f"\\{char}" if char in "\\*?" else char for char in text)


def _bare(pattern: str) -> str:
    """A pattern as an unquoted value: all that the reader could misread gets its backslash."""
    return "".join(
        part if part in ("*", "?", r"\*", r"\?", r"\\") else _bare_char(part[-1]) for part in pattern_parts(pattern)
    )


def _bare_char(char: str) -> str:
    return char if char.isalnum() or char in "_.:%@" else f"\\{char}"


def _inside(node: Node, needs_brackets: object) -> str:
    wrap = isinstance(node, needs_brackets)  # type: ignore[arg-type]  # a union of classes
    return f"({node})" if wrap else str(node)
