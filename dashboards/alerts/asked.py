"""From an alert to questions for the event store: its machines, accounts and addresses, and the query for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from soc.alert import Alert
from soc.entity import ASKED, FIELDS, EntityKind, key_of, kind_of
from soc.query.ast import Equals, Node, Or, quoted

MOST = 6
HUNTED = {EntityKind.HOST: "host", EntityKind.USER: "user", EntityKind.IP: "ip", EntityKind.DOMAIN: "domain"}
"""The short names under which the hunt asks for all roles of a thing."""

EVERYBODY = frozenset({"system", "local service", "network service", "anonymous logon", "-", "localhost"})
"""Names that every machine has; a lane of them would show the whole province."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One entity of an alert."""

    kind: EntityKind
    value: str

    @property
    def hunt(self) -> str:
        """The query for people."""
        return f"{HUNTED.get(self.kind, 'hash')}:{quoted(self.value)}"

    @property
    def query(self) -> Node:
        """Whatever names it, in the roles that have a column."""
        value: Any = ip_address(self.value) if self.kind is EntityKind.IP else self.value
        parts = tuple(Equals(field, value) for field in ASKED[self.kind])
        return parts[0] if len(parts) == 1 else Or(parts)


def things_of(alert: Alert, kinds: tuple[EntityKind, ...], *, most: int = MOST) -> tuple[Thing, ...]:
    """The alert's entities of these kinds, then those of its first sample; in the order of the kinds, each once."""
    found: dict[tuple[EntityKind, str], Thing] = {}
    for field, value in [*alert.entities, *_named(alert.samples[0] if alert.samples else {})]:
        kind = kind_of(field)
        if kind is not None and kind in kinds and _tells(kind, value):
            found.setdefault((kind, key_of(kind, value)), Thing(kind, value))
    return tuple(sorted(found.values(), key=lambda thing: kinds.index(thing.kind))[:most])


def _named(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for fields in FIELDS.values():
        yield from ((field, event[field]) for field in fields if isinstance(event.get(field), str) and event[field])


def _tells(kind: EntityKind, value: str) -> bool:
    if kind is EntityKind.UNIT or value.casefold() in EVERYBODY:
        return False
    if kind is not EntityKind.IP:
        # A masked account is nobody's name: a question for it would find nothing, and look like an answer.
        return not (kind is EntityKind.USER and "***" in value)
    try:
        return not (ip_address(value).is_loopback or ip_address(value).is_unspecified)
    except ValueError:
        return False
