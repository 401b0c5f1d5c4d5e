"""ArcSight Common Event Format: `CEF:0|vendor|product|version|class|name|severity|key=value …`.

Document: Micro Focus Security ArcSight Common Event Format, version 26.
"""

from __future__ import annotations

import re
from typing import Any

from collectors.codecs.decoded import MOST_KEYS, Decoded
from soc.errors import ParseError

HEADER = ("deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity")

_START = re.compile(r"CEF: ?(\d+(?:\.\d+)?)\|")
_HEADER_FIELD = re.compile(r"([^|\\]*+(?:\\.[^|\\]*+)*+)\|", re.DOTALL)
_LAST_FIELD = re.compile(r"[^|\\]*+(?:\\.[^|\\]*+)*+\Z", re.DOTALL)
_KEY = re.compile(r"(?:\A|(?<=\s))([\w.\-\[\]]++)=")
_ESCAPE = re.compile(r"\\([=|\\nr])")
_ESCAPES = {"n": "\n", "r": "\r"}
_LABEL = re.compile(r"(?:c[sn]\d|cfp\d|c6a\d|flex(?:String|Number|Date)\d|deviceCustomDate\d)Label\Z")


def decode(text: str) -> Decoded:
    """Header and extension; `cs1Label=Policy cs1=any` becomes `Policy=any`."""
    start = _START.search(text)
    if start is None:
        raise ParseError(f"no CEF header in {text[:60]!r}", kind="bad_header")
    keys: dict[str, Any] = {"cefVersion": start[1]}
    place = start.end()
    for name in HEADER:
        field = _HEADER_FIELD.match(text, place)
        if field is None and name == "severity":  # no extension at all
            field = _LAST_FIELD.match(text, place)
        if field is None:
            raise ParseError(f"the CEF header ends before {name}", kind="bad_header")
        keys[name] = _plain(field[1] if field.re is _HEADER_FIELD else field[0])
        place = field.end()
    overflow = _extension(text[place:].strip(), keys)
    return Decoded(_named(keys), ("too_many_keys",) if overflow else (), overflow)


def _extension(text: str, keys: dict[str, Any]) -> str:
    """Adds the pairs: a value ends where the next key begins. Answers what is past the limit."""
    found = list(_KEY.finditer(text))
    for place, match in enumerate(found[:MOST_KEYS]):
        end = found[place + 1].start() if place + 1 < len(found) else len(text)
        keys[match[1]] = _plain(text[match.end() : end].rstrip())
    return text[found[MOST_KEYS].start() :] if len(found) > MOST_KEYS else ""


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), text) if "\\" in text else text


def _named(keys: dict[str, Any]) -> dict[str, Any]:
    labels = [name for name in keys if _LABEL.match(name)]
    for label in labels:
        slot, name = label.removesuffix("Label"), re.sub(r"[\s.]+", "_", keys[label])
        if name and slot in keys and name not in keys:
            keys[name] = keys.pop(slot)
            del keys[label]
    return keys
