"""Site values for `|expand` (sigma-engine.md 1.5): `%name%` in a rule becomes the list of that name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from string import ascii_letters, digits
from typing import Any

from correlator.language.pattern import Pattern, Wild, read, tidy
from correlator.language.regex_dialect import quote
from correlator.language.values import text_of

SiteValues = Mapping[str, Sequence[Any]]

MAX_VALUES = 10_000
_NAME = frozenset(ascii_letters + digits + "_.-")

Piece = tuple[str, str]
"""(written text, '') or ('', name of a placeholder)."""


def pieces(text: str) -> list[Piece]:
    """The written text cut at its placeholders; `\\%` has become a plain percent sign."""
    found: list[Piece] = []
    plain: list[str] = []
    position = 0
    while position < len(text):
        pair = text[position : position + 2]
        if pair == "\\%":
            plain.append("%")
            position += 2
        elif pair == "\\\\":
            plain.append(pair)
            position += 2
        elif text[position] == "%" and (name := _name_at(text, position + 1)):
            found += [("".join(plain), ""), ("", name)]
            plain = []
            position += len(name) + 2
        else:
            plain.append(text[position])
            position += 1
    found.append(("".join(plain), ""))
    return [piece for piece in found if piece != ("", "")] or [("", "")]


def _name_at(text: str, start: int) -> str:
    end = text.find("%", start)
    name = text[start:end] if end > start else ""
    return name if name and all(char in _NAME or char.isalnum() for char in name) else ""


def missing(found: Sequence[Piece], values: SiteValues) -> list[str]:
    """Names without a value, each once."""
    return list(dict.fromkeys(name for _, name in found if name and not values.get(name)))


def as_patterns(found: Sequence[Piece], values: SiteValues) -> list[Pattern]:
    """One pattern a combination; wildcards of the site's values are live, text around stays."""
    choices = [[read(text_of(value)) for value in values[name]] if name else [read(text)] for text, name in found]
    return [tidy(part for pattern in choice for part in pattern) for choice in _bounded(choices)]


def as_expressions(found: Sequence[Piece], values: SiteValues) -> list[str]:
    """The same inside an expression: values are quoted, `*` and `?` become `.*` and `.`."""
    choices = [
        [_expression(read(text_of(value))) for value in values[name]] if name else [text] for text, name in found
    ]
    return ["".join(choice) for choice in _bounded(choices)]


def _bounded(choices: list[list[Any]]) -> list[tuple[Any, ...]]:
    total = 1
    for choice in choices:
        total *= len(choice)
    if total > MAX_VALUES:
        raise TooManyValuesError(total)
    return list(product(*choices))


class TooManyValuesError(Exception):
    """The combinations pass MAX_VALUES."""

    def __init__(self, total: int) -> None:
        super().__init__(f"the placeholders make {total:,} values, more than {MAX_VALUES:,}")


def _expression(pattern: Pattern) -> str:
    return "".join(
        {Wild.STAR: ".*", Wild.ONE: "."}[part] if isinstance(part, Wild) else quote(part) for part in pattern
    )
