"""IBM Log Event Extended Format: `LEEF:1.0|vendor|product|version|event|` and tab-separated pairs; 2.0 names its
delimiter as a character or as `0x5E`.
"""

from __future__ import annotations

import re
from typing import Any

from collectors.codecs.decoded import MOST_KEYS, Decoded
from soc.errors import ParseError

HEADER = ("vendor", "product", "productVersion", "eventId")

_START = re.compile(r"LEEF: ?([12](?:\.\d)?)\|([^|]*+)\|([^|]*+)\|([^|]*+)\|([^|]*+)(?:\||\Z)")
_DELIMITER = re.compile(r"(?:0?x([0-9A-Fa-f]{1,4})|([^=\w\s]|\t|))\|")


def decode(text: str) -> Decoded:
    """Header and attributes."""
    start = _START.search(text)
    if start is None:
        raise ParseError(f"no LEEF header in {text[:60]!r}", kind="bad_header")
    keys: dict[str, Any] = {"leefVersion": start[1], **dict(zip(HEADER, start.groups()[1:], strict=True))}
    rest, delimiter = text[start.end() :], "\t"
    if start[1].startswith("2") and (named := _DELIMITER.match(rest)) is not None:
        delimiter = chr(int(named[1], 16)) if named[1] else named[2] or "\t"
        rest = rest[named.end() :]
    pairs = rest.split(delimiter)
    for pair in pairs[:MOST_KEYS]:
        name, sign, value = pair.partition("=")
        if sign and name.strip():
            keys[name.strip()] = value.strip()
    overflow = delimiter.join(pairs[MOST_KEYS:])
    return Decoded(keys, ("too_many_keys",) if overflow else (), overflow)
