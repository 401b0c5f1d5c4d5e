"""The closed list of `as`: what a source's value becomes. None means that the value cannot be that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from collectors.enrich.addresses import address, domain, mac
from collectors.parser import Context
from collectors.times import parse
from soc.event import timestamp
from soc.fields.table import FieldSpec, Kind

Convert = Callable[[Any, Context], Any]

ALWAYS_NOTHING = frozenset({"", "-", "N/A", "n/a", "(null)"})
TYPED_NOTHING = ALWAYS_NOTHING | {"none", "None"}

# IANA protocol numbers that logs name (RFC 5237 registry).
TRANSPORTS = {
    "1": "icmp",
    "2": "igmp",
    "4": "ipip",
    "6": "tcp",
    "17": "udp",
    "41": "ipv6",
    "47": "gre",
    "50": "esp",
    "51": "ah",
    "58": "ipv6-icmp",
    "88": "eigrp",
    "89": "ospf",
    "103": "pim",
    "112": "vrrp",
    "132": "sctp",
}

_UNITS = {"b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 10**9, "kib": 1_024, "mib": 1_048_576, "gib": 2**30}
HASHES = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
NANOSECONDS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 10**9, "m": 60 * 10**9, "h": 3_600 * 10**9}


@dataclass(frozen=True, slots=True)
class Conversion:
    """`kinds`: the kinds of field that it can fill. `typed`: `none` means nothing there, too."""

    convert: Convert
    kinds: frozenset[Kind]
    typed: bool = True


def text(value: Any, _context: Context) -> str | None:
    if type(value) is str:
        return value
    if value is None:
        return None
    if isinstance(value, (dict, list)):
        return orjson.dumps(value).decode()
    return str(value).lower() if isinstance(value, bool) else str(value)


def integer(value: Any, _context: Context) -> int | None:
    if type(value) is str:
        if value.isascii() and value.removeprefix("-").isdigit() and len(value) < 20:
            return _long(int(value))
        return _hexadecimal(value)
    return _long(int(value)) if type(value) in (int, float) and abs(value) < 2**63 else None


def port(value: Any, context: Context) -> int | None:
    number = integer(value, context)
    return number if number is not None and 0 <= number <= 65_535 else None


def real(value: Any, _context: Context) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < float("inf") else None


def truth(value: Any, _context: Context) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "yes": True, "1": True, "on": True, "enable": True}.get(
        str(value).lower(), False if str(value).lower() in ("false", "no", "0", "off", "disable") else None
    )


def ip(value: Any, _context: Context) -> str | None:
    return address(value) if type(value) is str else None


def http_status(value: Any, context: Context) -> int | None:
    number = integer(value, context)
    return number if number is not None and 100 <= number <= 599 else None


def transport(value: Any, _context: Context) -> str | None:
    """Number or name of a protocol -> ECS's lower-case name; other numbers have none."""
    word = str(value).lower()
    return TRANSPORTS.get(word) if word.isdigit() else word


def hash_text(value: Any, _context: Context) -> str | None:
    digits = str(value).lower()
    return digits if len(digits) in HASHES and set(digits) <= set("0123456789abcdef") else None


def size(value: Any, context: Context) -> int | None:
    """`10 KB`, `1.5MiB`, `2048`."""
    number = integer(value, context)
    if number is not None:
        return number
    word = str(value).strip().lower()
    digits = word.rstrip("bkmgi ")
    factor, count = _UNITS.get(word[len(digits) :].strip()), real(digits, context)
    return None if factor is None or count is None else _long(round(count * factor))


def hex_text(value: Any, _context: Context) -> str | None:
    """Bytes in hex -> the text they are."""
    try:
        return bytes.fromhex(str(value).removeprefix("0x")).decode(errors="backslashreplace").rstrip("\0")
    except ValueError:
        return None


def moment(value: Any, context: Context) -> str | None:
    found = parse(str(value), context)
    return timestamp(found.at) if found is not None else None


def listed(value: Any, context: Context) -> list[str] | None:
    """A list as it is; a text is split at commas."""
    parts = value if isinstance(value, list) else str(value).split(",")
    texts = [text(part, context) for part in parts]
    return [part.strip() for part in texts if part and part.strip()] or None


def nanoseconds(unit: str) -> Convert:
    """Durations of that unit, fractions kept."""
    factor = NANOSECONDS[unit]

    def convert(value: Any, context: Context) -> int | None:
        whole = integer(value, context)
        if whole is not None:
            return _long(whole * factor)
        number = real(value, context)
        return None if number is None else _long(round(number * factor))

    return convert


def _text_by(change: Callable[[str], str | None]) -> Convert:
    return lambda value, context: None if (plain := text(value, context)) is None else change(plain)


def _long(number: int) -> int | None:
    return number if -(2**63) <= number < 2**63 else None


def _hexadecimal(value: str) -> int | None:
    if not value.startswith("0x") or len(value) > 18:
        return None
    try:
        return _long(int(value, 16))
    except ValueError:
        return None


_TEXT = frozenset({Kind.TEXT})
_WHOLE = frozenset({Kind.INTEGER, Kind.NUMBER})

CONVERSIONS: dict[str, Conversion] = {
    "ip": Conversion(ip, frozenset({Kind.ADDRESS})),
    "port": Conversion(port, _WHOLE),
    "int": Conversion(integer, _WHOLE),
    "float": Conversion(real, frozenset({Kind.NUMBER})),
    "bool": Conversion(truth, frozenset({Kind.BOOLEAN})),
    "text": Conversion(text, _TEXT, typed=False),
    "lower": Conversion(_text_by(str.lower), _TEXT, typed=False),
    "upper": Conversion(_text_by(str.upper), _TEXT, typed=False),
    "mac": Conversion(_text_by(mac), _TEXT),
    "domain": Conversion(_text_by(lambda word: domain(word) or None), _TEXT),
    "url": Conversion(text, _TEXT, typed=False),
    "path": Conversion(text, _TEXT, typed=False),
    "hash": Conversion(hash_text, _TEXT),
    "identity": Conversion(text, _TEXT),
    "hex": Conversion(hex_text, _TEXT),
    "nanoseconds": Conversion(nanoseconds("ns"), _WHOLE),
    "bytes": Conversion(size, _WHOLE),
    "list": Conversion(listed, _TEXT),
    "epoch": Conversion(moment, frozenset({Kind.TIME})),
    "time": Conversion(moment, frozenset({Kind.TIME})),
    "iana_transport": Conversion(transport, _TEXT),
    "http_status": Conversion(http_status, _WHOLE),
}


def fits(name: str, spec: FieldSpec) -> bool:
    """Whether `as: name` can give what the field holds."""
    conversion = CONVERSIONS[name]
    return spec.kind in conversion.kinds and (name != "list" or spec.array)
