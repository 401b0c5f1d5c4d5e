"""An entity as a question to the events."""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address

from soc.entity import FIELDS, EntityKind, key_of
from soc.query.ast import Equals, Node, Or, Scalar
from soc.query.layout import columns

ALSO = {EntityKind.HOST: (), EntityKind.USER: ("user.target.name", "user.email", "user.id")}
"""Fields that a person means too, though an event keeps them outside the columns."""


@cache
def fields_of(kind: EntityKind) -> tuple[str, ...]:
    """The fields that are columns of the store, and few others: a page must not take every event apart."""
    found = tuple(name for name in FIELDS[kind] if name in columns())
    return tuple(dict.fromkeys((*found, *ALSO.get(kind, ())))) or FIELDS[kind]


def of_entity(kind: EntityKind, value: str) -> Node:
    """Any of its fields is the value."""
    wanted: Scalar = ip_address(value) if kind is EntityKind.IP else key_of(kind, value)
    parts = tuple(Equals(name, wanted) for name in fields_of(kind))
    return parts[0] if len(parts) == 1 else Or(parts)


def short_query(kind: EntityKind, value: str) -> str:
    """The same as people would write it."""
    return str(of_entity(kind, value))
