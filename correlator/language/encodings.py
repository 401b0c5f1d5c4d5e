"""Encoded values: UTF-16, base64, and base64 at all three alignments (RFC 4648; sigma-engine.md 1.5)."""

from __future__ import annotations

from base64 import b64encode
from codecs import BOM_UTF16_LE
from dataclasses import dataclass

UTF16 = {
    "utf16le": ("utf-16-le", b""),
    "wide": ("utf-16-le", b""),
    "utf16be": ("utf-16-be", b""),
    "utf16": ("utf-16-le", BOM_UTF16_LE),
}

_CUT_LEFT = (0, 2, 3)
_CUT_RIGHT = (None, -3, -2)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Bytes that wait for base64, and the text they came from."""

    data: bytes
    source: str


def utf16(text: str, name: str) -> Encoded:
    codec, mark = UTF16[name]
    return Encoded(mark + text.encode(codec, "surrogatepass"), text)


def base64(data: bytes) -> str:
    return b64encode(data).decode()


def base64_offsets(data: bytes) -> tuple[str, ...]:
    """The part of the encoding that is the same whatever stands around, for each of the three byte shifts."""
    variants = []
    for shift in range(3):
        encoded = b64encode(b"\0" * shift + data)
        variants.append(encoded[_CUT_LEFT[shift] : _CUT_RIGHT[(len(data) + shift) % 3]].decode())
    return tuple(variants)
