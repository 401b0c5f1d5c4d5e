"""Addresses in one spelling: IPv6 compressed and lower case, mapped IPv4 unwrapped, zone index gone.

Values of collectors.md 3.3. `inet_pton`, not `ipaddress` (15 times slower) and not `inet_aton` (accepts `127.1`).
"""

from __future__ import annotations

from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from soc.event import Event

LONGEST = 64  # "[" + an IPv6 address with a mapped tail + "%" + a zone index + "]"
_MAPPED = bytes(10) + b"\xff\xff"


@lru_cache(maxsize=65_536)
def address(text: str) -> str | None:
    """The canonical spelling, or None when the text is no address."""
    packed = pack(text)
    if packed is None:
        return None
    return inet_ntop(AF_INET if len(packed) == 4 else AF_INET6, packed)


def pack(text: str) -> bytes | None:
    """4 or 16 bytes in network order; a mapped IPv4 address is 4."""
    if not text or len(text) > LONGEST:
        return None
    try:
        if ":" not in text:
            return inet_pton(AF_INET, text)
        packed = inet_pton(AF_INET6, text.strip("[]").partition("%")[0])
    except (OSError, ValueError):
        return None
    return packed[12:] if packed.startswith(_MAPPED) else packed


def port(text: str) -> int | None:
    """A port number 0-65535, or None."""
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        return None
    number = int(text)
    return number if number <= 65_535 else None


def mac(text: str) -> str | None:
    """`AA-BB-CC-DD-EE-FF`, or None when the text is no MAC address."""
    digits = text.replace(":", "").replace("-", "").replace(".", "").upper()
    if len(digits) != 12 or not set(digits) <= _HEX:
        return None
    return "-".join(digits[place : place + 2] for place in range(0, 12, 2))


def put(event: Event, side: str, text: str, port_text: str = "") -> None:
    """Writes one end of a conversation: `.address` as sent, `.ip` or `.domain` by what it is, and `.port`.
    A placeholder writes nothing."""
    if text and text not in NOTHING:
        event[f"{side}.address"] = text
        canonical = address(text)
        if canonical is not None:
            event[f"{side}.ip"] = canonical
        else:
            event[f"{side}.domain"] = domain(text)
    number = port(port_text)
    if number is not None:
        event[f"{side}.port"] = number


def domain(text: str) -> str:
    """A name in lower case without its last dot."""
    return text.rstrip(".").lower()


NOTHING = frozenset({"-", "?", "N/A", "n/a", "(null)", "none", "UNKNOWN", "unknown"})
"""Words that stand for no value; they never reach an ECS field."""

_HEX = frozenset("0123456789ABCDEF")
