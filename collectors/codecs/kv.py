"""`key=value` lines with quotes and escapes, as FortiGate and many others write them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from collectors.codecs.decoded import MOST_KEYS, Decoded
from soc.errors import ParseError

# Possessive: a classic escape-safe pattern backtracks and costs a third of the speed.
_QUOTED = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
AUTO = "auto"
_COMMAS = re.compile(r'\s*+[^\s="]{1,64}+=(?:"[^"]*+"|[^\s,"]*+),[^\s=,"]{1,64}+=')
_ESCAPE = re.compile(r'\\(["\\])')


@lru_cache(maxsize=64)
def pattern(separator: str = " ", pair: str = "=", *, torn: bool = False) -> re.Pattern[str]:
    """(key, quoted value, bare value) of each pair; `torn` also takes a quote that is never closed."""
    blank = separator.isspace() and separator != "\t"
    outside = r"\s" if blank else re.escape(separator) + r"\r\n"
    start = "" if blank else r"\s*+"
    key = rf'[^\s"{re.escape(pair[0])}{outside}][^"{re.escape(pair[0])}{outside}]{{0,255}}+'
    quoted = rf'(?:{_QUOTED}|"([^"]*+)\Z)' if torn else _QUOTED
    return re.compile(rf"{start}({key}){re.escape(pair)}(?:{quoted}|([^{outside}]*+))", re.DOTALL)


def decode(text: str, *, separator: str = " ", pair: str = "=") -> Decoded:
    """All pairs in order; a repeated key becomes a list. ParseError when there is no pair.
    `separator` "auto": commas where the first two pairs have one between them, else blanks."""
    listed = separator == AUTO
    if listed:
        separator = "," if _COMMAS.match(text) else " "
    found: list[tuple[str, ...]] = pattern(separator, pair).findall(text)
    if listed and ", " in text and sum(bare.endswith(",") for _, _, bare in found) * 2 > len(found):
        found = [(key, quoted, bare.removesuffix(",")) for key, quoted, bare in found]  # `user=an, rip=192.0.2.1`
    flags: tuple[str, ...] = ()
    if text.count('"') % 2 and text.count('\\"') % 2 == 0:
        # A quote that is never closed: the line was cut off.
        torn = pattern(separator, pair, torn=True).findall(text)
        found = [(key, quoted or rest, bare) for key, quoted, rest, bare in torn]
        flags = ("unclosed_quote",)
    if not found:
        raise ParseError(f"no key{pair}value pair in {text[:60]!r}")
    overflow = ""
    if len(found) > MOST_KEYS:
        overflow = separator.join(f"{key}{pair}{quoted or bare}" for key, quoted, bare in found[MOST_KEYS:])
        found = found[:MOST_KEYS]
    escaped = "\\" in text
    keys: dict[str, Any] = {key: quoted or bare for key, quoted, bare in found}
    if len(keys) != len(found) or escaped:
        keys = _careful(found)
    return Decoded(keys, flags, overflow)


def _careful(found: list[tuple[str, ...]]) -> dict[str, Any]:
    """The same with escapes undone inside quotes and repeated keys as lists."""
    keys: dict[str, Any] = {}
    for key, quoted, bare in found:
        value = _ESCAPE.sub(r"\1", quoted) if "\\" in quoted else quoted or bare
        if key not in keys:
            keys[key] = value
        elif isinstance(keys[key], list):
            keys[key].append(value)
        else:
            keys[key] = [keys[key], value]
    return keys
