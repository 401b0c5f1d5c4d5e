"""How strict the doors are: what `[auth]` of the settings says, with its ceilings (security.md 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from soc.access import RoleOfPerson

MUST_HAVE_FACTOR = frozenset(RoleOfPerson) - {RoleOfPerson.LEADER, RoleOfPerson.UNIT_CONTACT}
"""These prove themselves twice wherever they are; everybody does from outside."""

INSIDE = ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
V4_BITS, V6_BITS = 24, 48


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """`password_days` 0: no change by date. `composition`: letters, digits and signs are all asked for."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)
    lock: timedelta = timedelta(minutes=15)
    grace: timedelta = timedelta(days=7)
    inside: tuple[str, ...] = INSIDE
    password_days: int = 0
    composition: bool = False

    def is_inside(self, address: str) -> bool:
        """Whether the address lies in our networks; one that cannot be read does not."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in net for net in _networks(self.inside) if net.version == found.version)

    def must_have_factor(self, roles: Iterable[RoleOfPerson], address: str) -> bool:
        return not MUST_HAVE_FACTOR.isdisjoint(roles) or not self.is_inside(address)

    def has_grace(self, roles: Iterable[RoleOfPerson], address: str) -> bool:
        """Administrators have none, and nobody has any outside."""
        return RoleOfPerson.ADMIN not in set(roles) and self.is_inside(address)


def network_of(address: str) -> str:
    """The neighbourhood that counts as one place: /24, or /48."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network((found, V4_BITS if found.version == 4 else V6_BITS), strict=False))


def _networks(texts: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text) for text in texts)
