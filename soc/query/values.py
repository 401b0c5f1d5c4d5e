"""The values that a query sees in an event, in the forms in which it compares them; the same for every engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from soc.event import EventView
from soc.query.ast import Address

_MAPPED = b"\0" * 10 + b"\xff\xff"
MAPPED_LOW, MAPPED_HIGH = _MAPPED + b"\0" * 4, _MAPPED + b"\xff" * 4
"""Where IPv4 lies among the keys."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIME_CHARACTERS = len("2026-11-24T01:02:03.000000Z")


def scalars(event: EventView, field: str) -> list[Any]:
    """The field's non-null scalars: itself, or each element of a list. Maps and lists of lists are none."""
    value = event.get(field)
    if isinstance(value, list):
        return [item for item in value if item is not None and not isinstance(item, list | dict)]
    return [] if value is None or isinstance(value, dict) else [value]


def text_of(value: Any) -> str:
    """The text form of a scalar, as JSON writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return _float_text(value) if isinstance(value, float) else str(value)


def key_of(address: Address) -> bytes:
    """16 bytes whose order is the order of addresses; IPv4 as ::ffff:a.b.c.d."""
    return _MAPPED + address.packed if isinstance(address, IPv4Address) else address.packed


@lru_cache(maxsize=65_536)
def address_key(text: str) -> bytes | None:
    """The key of an address in text; None for anything else."""
    if "%" in text:
        return None
    try:
        return key_of(ip_address(text))
    except ValueError:
        return None


def network_keys(network: IPv4Network | IPv6Network) -> tuple[bytes, bytes]:
    """The first and the last key of a network."""
    return key_of(network.network_address), key_of(network.broadcast_address)


def plain_address(address: Address) -> Address:
    """IPv4-mapped IPv6 as the IPv4 that it is."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def micros(at: datetime) -> int:
    """Unix time in µs, exact."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(value: Any) -> datetime | None:
    """The time of an event's text; only the one form that events have."""
    if not isinstance(value, str) or len(value) != TIME_CHARACTERS or value[-1] != "Z":
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _float_text(value: float) -> str:
    """yyjson's form, which DuckDB gives for a number in JSON: no plus, plain digits up to 21 places."""
    text = repr(value)
    mantissa, e, exponent = text.partition("e")
    if not e:
        return text
    power = int(exponent)
    digits = mantissa.removesuffix(".0").lstrip("-").replace(".", "")
    sign = "-" if value < 0 else ""
    if 0 <= power < 21:
        return f"{sign}{digits.ljust(power + 1, '0')}.0"
    if -7 < power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    return f"{mantissa.removesuffix('.0')}e{power}"
