"""What could stand at the cursor of a query that is being typed: a field, an operator, a value, or a word between.

Works on text that the parser would refuse, and never looks at events.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from soc.fields.table import Kind, table
from soc.fold import fold_marks
from soc.query.fields import SHORT_NAMES, names_of, spec_of

_ATOM = re.compile(
    r'(?P<not>-?)(?P<field>[A-Za-z_@][A-Za-z0-9_.@\-]*)(?P<op>\s*(?::(?:>=|<=|>|<)?|>=|<=|!=|>|<))(?P<value>"[^"]*|[^\s()"]*)$'
)
_WORD = re.compile(r'-?([^\s()"\[\]]*)$')
_JOINS = ("and", "or", "not")
_OPERATORS = (":", "!=")
_ORDERS = (":>=", ":<=", ":>", ":<")


class Part(StrEnum):
    """What is being typed."""

    FIELD = "field"
    VALUE = "value"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Place:
    """The text from `start` to `end` is replaced by what is chosen. `typed`: what stands there so far."""

    part: Part
    start: int
    end: int
    typed: str
    field: str = ""


def place_at(text: str, at: int) -> Place:
    """Of a cursor after `at` characters."""
    before = text[:at]
    if _inside_quotes(before) and (found := _ATOM.search(before)) is None:
        return Place(Part.VALUE, at, at, "", "")
    if found := _ATOM.search(before):
        value = found["value"]
        return Place(Part.VALUE, at - len(value), at, value.removeprefix('"'), found["field"])
    word = _WORD.search(before)
    typed = word[1] if word else ""
    if names_of(typed):
        return Place(Part.OPERATOR, at, at, "", typed)
    return Place(Part.FIELD, at - len(typed), at, typed)


def operators_of(name: str) -> tuple[str, ...]:
    """How a field can be compared."""
    kinds = {spec.kind for one in names_of(name) if (spec := spec_of(one)) is not None}
    ordered = bool(kinds & {Kind.INTEGER, Kind.NUMBER, Kind.TIME, Kind.ADDRESS})
    return (*_OPERATORS, *(_ORDERS if ordered else ()), ":*")


def joins(text: str, start: int) -> tuple[str, ...]:
    """The words that may stand before the next term; after nothing and after an open bracket only `not`."""
    before = text[:start].rstrip()
    if not before or before.endswith("(") or before.lower().endswith((" and", " or", " not")):
        return ("not",)
    return _JOINS


def allowed_values(name: str) -> tuple[str, ...]:
    """The closed or expected values of a field; nothing for an open one."""
    for one in names_of(name):
        spec = spec_of(one)
        if spec is not None and spec.kind is Kind.BOOLEAN:
            return ("true", "false")
        if spec is not None and (spec.allowed or spec.expected):
            return tuple(sorted(spec.allowed)) or spec.expected
    return ()


def field_names() -> tuple[str, ...]:
    """Short names first, then every field of the table that a query may name."""
    return (*SHORT_NAMES, *(name for name, spec in sorted(table().fields.items()) if spec.kind is not Kind.OBJECT))


def fits(typed: str, name: str, label: str = "") -> int:
    """How well a name fits what is typed: 3 begins so, 2 a part of it does, 1 contains it, 0 not. Labels count, with
    or without their marks."""
    wanted, name = fold_marks(typed), name.lower()
    if name.startswith(wanted):
        return 3
    words = fold_marks(label)
    if any(part.startswith(wanted) for part in (*name.split("."), *words.split())) or words.startswith(wanted):
        return 2
    return int(wanted in name or wanted in words)


def written(value: str) -> str:
    """A value as it is put into the query: quoted unless it is one plain word."""
    if re.fullmatch(r"[\w.:@/\-]*\w", value) and value.lower() not in ("and", "or", "not", "to"):
        return value if not value.startswith("/") else f'"{value}"'
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _inside_quotes(text: str) -> bool:
    return len(re.findall(r'(?<!\\)"', text)) % 2 == 1
