"""Addresses and networks as integers: one comparison a test, any spelling (RFC 4291; sigma-engine.md 1.5)."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from socket import AF_INET, AF_INET6, inet_pton


class NetworkError(Exception):
    """No network; the text says what to write."""


def network(text: str) -> tuple[int, int, int]:
    """(bits of the family, prefix length, first bits as an integer). Raises NetworkError."""
    try:
        found = ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise NetworkError(f"'{text}' is no network - write it like 10.20.0.0/16 or 2001:db8::/32") from error
    if "/" in text and not _is_aligned(text, found):
        raise NetworkError(f"'{text}' has host bits set - write {found}")
    bits, length, first = found.max_prefixlen, found.prefixlen, int(found.network_address)
    if bits == 128 and length >= 96 and first >> 32 == 0xFFFF:
        return 32, length - 96, (first & 0xFFFF_FFFF) >> (128 - length)
    return bits, length, first >> (bits - length)


def _is_aligned(text: str, found: IPv4Network | IPv6Network) -> bool:
    try:
        ip_network(text.strip())
    except ValueError:
        return False
    return found.prefixlen <= found.max_prefixlen


MAX_ADDRESS = 100  # with a zone index; longer text is no address and must not fill the cache


def address(text: str) -> tuple[int, int] | None:
    """(bits of the family, the address as an integer); None for what is no address."""
    return _address(text) if len(text) <= MAX_ADDRESS else None


@lru_cache(maxsize=65_536)
def _address(text: str) -> tuple[int, int] | None:
    bare = text.partition("%")[0]
    try:
        if ":" not in bare:
            return 32, int.from_bytes(inet_pton(AF_INET, bare), "big")
        value = int.from_bytes(inet_pton(AF_INET6, bare), "big")
    except (OSError, ValueError):
        return None
    if value >> 32 == 0xFFFF:
        return 32, value & 0xFFFF_FFFF
    return 128, value
