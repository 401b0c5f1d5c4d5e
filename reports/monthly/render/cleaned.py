"""Texts as XML and office programs may hold them."""

from __future__ import annotations

import re
import unicodedata

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TURNS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the reading direction: a name could show another one."""

CELL_MOST = 32_000


def cleaned(text: str, most: int = CELL_MOST) -> str:
    """NFC, without what XML forbids and without turns of direction; cut where a cell ends."""
    text = _TURNS.sub("", _FORBIDDEN.sub("", unicodedata.normalize("NFC", text)))
    return text if len(text) <= most else f"{text[: most - 1]}…"
