"""Text from logs as pieces that a template can show: what hides or re-orders text becomes a visible code.

Control characters, bidirectional marks, zero-width, private-use and unassigned characters (security.md 7).
Pieces, not markup: the template escapes each of them, so nothing from a log is ever trusted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import groupby

import orjson

from soc.masking import mask_secrets

SHOWN = 2_000
KEPT = 65_536
_BARE: ContextVar[bool] = ContextVar("bare", default=False)
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Piece:
    """`code`: drawn as a marked code point. `mark`: what a rule matched."""

    text: str
    code: bool = False
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A value ready for the page: `rest` waits behind "show all", `length` is that of the whole text."""

    pieces: tuple[Piece, ...]
    rest: tuple[Piece, ...]
    length: int


def shown(value: object, limit: int = SHOWN, marks: Sequence[str] = ()) -> Shown:
    """The value cut at `limit` characters; more than 64 KB never reaches a page. `marks`: texts to be pointed out."""
    text = text_of(value)
    first = tuple(_marked(text[:limit], marks)) if marks else tuple(pieces(text[:limit]))
    return Shown(first, tuple(pieces(text[limit:KEPT])), len(text))


def text_of(value: object) -> str:
    """One spelling per value: text in NFC, secrets hidden; lists and maps as JSON."""
    if isinstance(value, str):
        return _shown(unicodedata.normalize("NFC", value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return ", ".join(text_of(item) for item in value)
    if isinstance(value, (int, float)):
        return str(value)
    return _shown(orjson.dumps(value, default=str).decode("utf-8", "replace"))


@contextmanager
def bare(*, on: bool) -> Iterator[None]:
    """While a page is drawn for somebody who gave a reason to see secrets."""
    token = _BARE.set(on)
    try:
        yield
    finally:
        _BARE.reset(token)


def _shown(text: str) -> str:
    return text if _BARE.get() else mask_secrets(text)


def pieces(text: str) -> Iterator[Piece]:
    """Runs of plain text, and one piece for each hidden character."""
    for hidden, run in groupby(text, key=_hidden):
        if hidden:
            yield from (Piece(code_of(char), code=True) for char in run)
        else:
            yield Piece("".join(run))


def _marked(text: str, marks: Sequence[str]) -> Iterator[Piece]:
    """The pieces, those of the marked texts pointed out; of two that overlap the longer one wins."""
    wanted = re.compile("|".join(re.escape(one) for one in sorted(marks, key=len, reverse=True)))
    end = 0
    for found in wanted.finditer(text):
        yield from pieces(text[end : found.start()])
        yield from (piece if piece.code else replace(piece, mark=True) for piece in pieces(found.group()))
        end = found.end()
    yield from pieces(text[end:])


def code_of(char: str) -> str:
    """`U+202E`, and the common ones by their names."""
    return _NAMES.get(char, f"U+{ord(char):04X}")


def plain(value: object, limit: int = 120) -> str:
    """The same as one text, for attributes and titles."""
    cut = text_of(value)
    text = "".join(f"⟦{piece.text}⟧" if piece.code else piece.text for piece in pieces(cut[:limit]))
    return f"{text}…" if len(cut) > limit else text


def whole(value: object, limit: int = SHOWN) -> str:
    """The value as a JSON string for `data-` attributes that only our scripts read; what hides is escaped."""
    text = orjson.dumps(text_of(value)[:limit].encode("utf-8", "replace").decode()).decode()
    return "".join(_escaped(char) if _hidden(char) else char for char in text)


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))


def _hidden(char: str) -> bool:
    return (not char.isascii() and unicodedata.category(char) in _HIDDEN) or char < " " or char == "\x7f"


_NAMES = {"\n": "LF", "\r": "CR", "\t": "TAB", "\x00": "NUL", "\x1b": "ESC"}
