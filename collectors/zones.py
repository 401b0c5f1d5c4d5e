"""Zones as devices write them: offsets, and the names that mean one offset all over the world."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache

# CST, IST, EST, BST, AST, PST and MST mean different things on different continents: only a source's setting
# can say which, so they are not here.
NAMES: dict[str, float] = {
    "Z": 0,
    "UTC": 0,
    "UCT": 0,
    "GMT": 0,
    "WET": 0,
    "CET": 1,
    "WEST": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "ICT": 7,
    "WIB": 7,
    "SGT": 8,
    "HKT": 8,
    "AWST": 8,
    "JST": 9,
    "KST": 9,
    "ACST": 9.5,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
    "EDT": -4,
    "MDT": -6,
    "PDT": -7,
    "AKDT": -8,
    "AKST": -9,
    "HST": -10,
}

_OFFSET = re.compile(r"\(?(?:GMT|UTC)?([+-])(\d{1,2}):?(\d\d)?\)?.*", re.ASCII | re.DOTALL)


@lru_cache(maxsize=1_024)
def zone_of(text: str) -> tzinfo | None:
    """The zone of `+07`, `-0330`, `+07:00`, `GMT+7`, `(GMT+7:00)Hanoi`, `ICT`; None when it names none for sure."""
    text = text.strip()
    hours = NAMES.get(text.upper())
    if hours is not None:
        return timezone(timedelta(hours=hours)) if hours else UTC
    found = _OFFSET.fullmatch(text[:64])
    if found is None:
        return None
    sign, whole, minutes = found.groups()
    offset = timedelta(hours=int(whole), minutes=int(minutes or 0))
    if offset > timedelta(hours=18):
        return None
    return timezone(offset if sign == "+" else -offset)
