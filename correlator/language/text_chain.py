"""The modifiers that change text: places, dashes, encodings, in the order in which they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from correlator.language.encodings import UTF16, Encoded, base64, base64_offsets, utf16
from correlator.language.form import Form
from correlator.language.pattern import (
    PLACINGS,
    Pattern,
    contains,
    dash_count,
    literal,
    spelled_out,
    text_atom,
    tidy,
    with_dashes,
)
from correlator.language.problems import Place

MAX_DASHES = 3

Value = Pattern | Encoded


class _RefusedError(Exception):
    """(code, message) of a value that the chain cannot take."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class TextChain:
    """Checked once an item, applied to each of its values. `everywhere`: an unplaced keyword may stand anywhere."""

    steps: tuple[str, ...]
    cased: bool
    everywhere: bool

    @staticmethod
    def checked(steps: tuple[str, ...], place: Place, *, keyword: bool, cased: bool) -> TextChain | None:
        placed = [name for name in steps if name in PLACINGS]
        if len(placed) > 1:
            place.fault("SOC-1114", f"'{placed[0]}' and '{placed[1]}' do not go together - write two items")
            return None
        if "base64offset" in steps and "contains" not in steps and not keyword:
            place.warn("SOC-1171", "`base64offset` without `contains` compares the whole value")
        return TextChain(steps, cased, everywhere=keyword and not placed)

    def forms(self, field: str, pattern: Pattern, place: Place) -> list[Form]:
        """One form a variant (OR); [] and a noted fault where the value cannot be taken."""
        values: list[Value] = [pattern]
        try:
            for step in self.steps:
                values = [changed for value in values for changed in _STEPS[step](value)]
            patterns = [_as_text(value) for value in values]
        except _RefusedError as refused:
            place.fault(refused.code, str(refused))
            return []
        if self.everywhere:
            patterns = [contains(each) for each in patterns]
        return [text_atom(field, each, cased=self.cased) for each in patterns]


def _as_text(value: Value) -> Pattern:
    """UTF-16 alone is the text with U+0000 between; that has a meaning for ASCII only."""
    if not isinstance(value, Encoded):
        return value
    if not value.source.isascii():
        raise _RefusedError("SOC-1117", "UTF-16 without base64 works for ASCII text only - add base64 or base64offset")
    text = value.data.decode("latin-1")
    return (text.replace("ÿþ", "\ufeff", 1) if value.data[:2] == b"\xff\xfe" else text,)


def _placed(name: str) -> Callable[[Value], Iterator[Value]]:
    return lambda value: iter((PLACINGS[name](_as_text(value)),))


def _windash(value: Value) -> Iterator[Value]:
    yield with_dashes(_as_text(value))


def _base64(value: Value) -> Iterator[Value]:
    for data in _bytes(value, "base64"):
        yield _plain(base64(data))


def _base64offset(value: Value) -> Iterator[Value]:
    for data in _bytes(value, "base64offset"):
        if len(data) < 3:
            raise _RefusedError("SOC-1117", "`base64offset` needs at least 3 bytes")
        yield from (_plain(variant) for variant in base64_offsets(data))


def _utf16(name: str) -> Callable[[Value], Iterator[Value]]:
    def encode(value: Value) -> Iterator[Value]:
        for text in _texts(value, name):
            yield utf16(text, name)

    return encode


def _plain(text: str) -> Pattern:
    return tidy((text,))


def _bytes(value: Value, name: str) -> Iterator[bytes]:
    if isinstance(value, Encoded):
        yield value.data
    else:
        for text in _texts(value, name):
            yield text.encode("utf-8", "surrogatepass")


def _texts(value: Value, name: str) -> Iterator[str]:
    """The plain texts of a value before an encoding: no live wildcard, at most 3 places for dashes."""
    pattern = _as_text(value)
    if dash_count(pattern) > MAX_DASHES:
        raise _RefusedError("SOC-1118", f"`windash` before an encoding takes at most {MAX_DASHES} places")
    for each in spelled_out(pattern):
        text = literal(each)
        if text is None:
            raise _RefusedError("SOC-1117", f"`{name}` cannot encode a wildcard - escape it with a backslash")
        yield text


_STEPS: dict[str, Callable[[Value], Iterator[Value]]] = {
    **{name: _placed(name) for name in PLACINGS},
    "windash": _windash,
    "base64": _base64,
    "base64offset": _base64offset,
    **{name: _utf16(name) for name in UTF16},
}
