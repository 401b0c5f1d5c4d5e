"""Entities: the hosts, users, addresses, domains, hashes and units that alerts are about (workspace.md W3).

An entity is a kind and a key; the key is what two spellings of the same thing have in common.
"""

from __future__ import annotations

from enum import StrEnum
from ipaddress import ip_address

from soc.fold import fold


class EntityKind(StrEnum):
    """What has a page of its own: `/entities/{kind}/{value}`."""

    HOST = "host"
    USER = "user"
    IP = "ip"
    DOMAIN = "domain"
    HASH = "hash"
    UNIT = "unit"


FIELDS: dict[EntityKind, tuple[str, ...]] = {
    EntityKind.HOST: ("host.name", "host.hostname", "observer.name", "host.id"),
    EntityKind.USER: ("user.name", "user.email", "user.id", "source.user.name", "destination.user.name"),
    EntityKind.IP: ("source.ip", "destination.ip", "host.ip", "client.ip", "server.ip", "related.ip"),
    EntityKind.DOMAIN: ("url.domain", "dns.question.name", "destination.domain", "source.domain"),
    EntityKind.HASH: (
        "process.hash.sha256",
        "file.hash.sha256",
        "process.hash.sha1",
        "file.hash.sha1",
        "process.hash.md5",
        "file.hash.md5",
    ),
    EntityKind.UNIT: ("unit.id",),
}
"""ECS fields that name an entity, the one that people mean most first."""

ASKED: dict[EntityKind, tuple[str, ...]] = {
    EntityKind.HOST: ("host.name", "observer.name"),
    EntityKind.USER: ("user.name", "user.target.name"),
    EntityKind.IP: ("source.ip", "destination.ip"),
    EntityKind.DOMAIN: ("url.domain", "dns.question.name", "destination.domain"),
    EntityKind.HASH: ("related.hash",),
    EntityKind.UNIT: ("unit.id",),
}
"""Those by which pages ask the event store for an entity: columns of the store alone. A field that has none makes the
engine read whole events, and lists (`related.ip`) are left to the hunt: 5 s over 5 M events where these take 0.2 s."""

_KINDS = {field: kind for kind, fields in FIELDS.items() for field in fields}


def kind_of(field: str) -> EntityKind | None:
    """The kind that an ECS field names; nothing for a field that names no entity (a file, a port)."""
    return _KINDS.get(field)


def key_of(kind: EntityKind, value: str) -> str:
    """What equal entities share: NFC and case folded; IPv6 in its short form (RFC 5952); no dot at a domain's end."""
    text = fold(value.strip())
    if kind is EntityKind.IP:
        try:
            return str(ip_address(text))
        except ValueError:
            return text
    return text.rstrip(".") if kind is EntityKind.DOMAIN else text
