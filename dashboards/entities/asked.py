"""An entity as a question to the events."""

from __future__ import annotations

from ipaddress import ip_address

from soc.entity import ASKED, EntityKind, key_of
from soc.query.ast import Equals, Node, Or, Scalar


def of_entity(kind: EntityKind, value: str) -> Node:
    """Any of its fields is the value."""
    wanted: Scalar = ip_address(value) if kind is EntityKind.IP else key_of(kind, value)
    parts = tuple(Equals(name, wanted) for name in ASKED[kind])
    return parts[0] if len(parts) == 1 else Or(parts)
