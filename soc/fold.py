"""Folding of text: the one meaning of "equal but for case" for rules, both stores and search.

`fold` is NFC, then the Unicode simple lower-case mapping code point by code point (UAX #15, UnicodeData.txt).
`str.lower` differs: it makes two characters of U+0130 and looks at neighbours to choose between σ and ς.
"""

from __future__ import annotations

import unicodedata

LETTERS_END = 0x2_0000
"""Letters with case lie below (a test looks at all others): 100 ms less at the start of every process."""


def _simple_lower() -> dict[int, str]:
    """Code point -> its lower-case character. U+0130 alone has a full mapping longer than its simple one."""
    pairs = ((point, chr(point).lower()) for point in range(LETTERS_END))
    return {point: lower[0] for point, lower in pairs if lower != chr(point)}


_LOWER = _simple_lower()


def fold(text: str) -> str:
    """Text as it is compared: NFC and simple lower case. Idempotent."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).translate(_LOWER)


def fold_marks(text: str) -> str:
    """`fold` without the marks of Latin letters, đ as d: for search boxes, never for rules."""
    decomposed = unicodedata.normalize("NFD", fold(text)).replace("đ", "d")
    return "".join(char for char in decomposed if not "\u0300" <= char <= "\u036f")
