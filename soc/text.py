"""Text from outside on a terminal: control characters are shown, never obeyed (security.md 8)."""

from __future__ import annotations

import unicodedata

_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co"})


def visible(text: str) -> str:
    """The text with every control, format and private-use character as its code."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_code(char) if unicodedata.category(char) in _SHOWN else char for char in text)


def _code(char: str) -> str:
    point = ord(char)
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}"
