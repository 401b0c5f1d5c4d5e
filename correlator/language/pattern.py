"""Written values: wildcards, escapes and dashes (sigma-engine.md 1.4, 1.5).

A pattern is a tuple of plain text and wildcards, so an escape is read once and no later step can misread it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from itertools import product
from unicodedata import normalize

from correlator.language.form import Atom, Op
from soc.fold import fold


class Wild(Enum):
    """What stands for other characters."""

    STAR = "*"  # any number of characters, line breaks too
    ONE = "?"  # exactly one character
    DASH = "-"  # any of the five that start a flag


Part = str | Wild
Pattern = tuple[Part, ...]

DASHES = "-/–—―"
_WILDCARDS = {"*": Wild.STAR, "?": Wild.ONE}


def nfc(text: str) -> str:
    """Composed form; ASCII is composed already."""
    return text if text.isascii() else normalize("NFC", text)


def read(text: str) -> Pattern:
    """The pattern of a written value. A lone backslash is itself; `\\\\`, `\\*` and `\\?` are escapes."""
    parts: list[Part] = []
    position = 0
    while position < len(text):
        char = text[position]
        following = text[position + 1 : position + 2]
        if char == "\\" and following and following in "\\*?":
            parts.append(following)
            position += 2
            continue
        parts.append(_WILDCARDS.get(char, char))
        position += 1
    return tidy(parts)


def tidy(parts: Iterable[Part]) -> Pattern:
    """Neighbouring texts joined, in composed form; `**` is `*`."""
    tidied: list[Part] = []
    for part in parts:
        last = tidied[-1] if tidied else None
        if isinstance(part, str) and isinstance(last, str):
            tidied[-1] = last + part
        elif part != "" and not (part is Wild.STAR and last is Wild.STAR):
            tidied.append(part)
    return tuple(nfc(part) if isinstance(part, str) else part for part in tidied)


def literal(pattern: Pattern) -> str | None:
    """The text of a pattern without wildcards; None where one is live."""
    texts = [part for part in pattern if isinstance(part, str)]
    return "".join(texts) if len(texts) == len(pattern) else None


def contains(pattern: Pattern) -> Pattern:
    return tidy((Wild.STAR, *pattern, Wild.STAR))


def startswith(pattern: Pattern) -> Pattern:
    return tidy((*pattern, Wild.STAR))


def endswith(pattern: Pattern) -> Pattern:
    return tidy((Wild.STAR, *pattern))


PLACINGS: dict[str, Callable[[Pattern], Pattern]] = {
    "contains": contains,
    "startswith": startswith,
    "endswith": endswith,
}


def with_dashes(pattern: Pattern) -> Pattern:
    """Every dash that starts a flag becomes the class of all five."""
    chars: list[Part] = [char for part in pattern for char in (part if isinstance(part, str) else (part,))]
    last = len(chars) - 1
    return tidy(
        Wild.DASH
        if char in DASHES_SET
        and (index == 0 or not _of_word(chars[index - 1]))
        and index < last
        and _of_word(chars[index + 1])
        else char
        for index, char in enumerate(chars)
    )


DASHES_SET = frozenset(DASHES)


def _of_word(char: Part) -> bool:
    return isinstance(char, str) and (char.isalnum() or char == "_")


def dash_count(pattern: Pattern) -> int:
    return sum(part is Wild.DASH for part in pattern)


def spelled_out(pattern: Pattern) -> Iterator[Pattern]:
    """One pattern for each choice of dashes: 5^n of them, for encodings only."""
    for choice in product(*(DASHES if part is Wild.DASH else (part,) for part in pattern)):
        yield tidy(choice)


def text_atom(field: str, pattern: Pattern, *, cased: bool) -> Atom:
    """The cheapest atom with the meaning of the pattern."""
    if not cased:
        pattern = tuple(fold(part) if isinstance(part, str) else part for part in pattern)
    match pattern:
        case ():
            return Atom(field, Op.EQUALS, "", cased)
        case (str() as text,):
            return Atom(field, Op.EQUALS, text, cased)
        case (Wild.STAR,):
            return Atom(field, Op.PRESENT)
        case (str() as text, Wild.STAR):
            return Atom(field, Op.STARTS, text, cased)
        case (Wild.STAR, str() as text):
            return Atom(field, Op.ENDS, text, cased)
        case (Wild.STAR, str() as text, Wild.STAR):
            return Atom(field, Op.CONTAINS, text, cased)
        case _:
            return Atom(field, Op.LIKE, pattern, cased)


def written(pattern: Pattern) -> str:
    """The pattern as a person would write it, for explanations."""
    return "".join(
        part.value if isinstance(part, Wild) else part.replace("*", "\\*").replace("?", "\\?") for part in pattern
    )
