"""One line of comma-separated values (RFC 4180), its columns named from outside."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any

from collectors.codecs.decoded import MOST_KEYS, Decoded
from soc.errors import ParseError


def cells(text: str, separator: str = ",") -> list[str]:
    """The values in order, quotes undone."""
    if '"' not in text:
        return text.split(separator)
    try:
        return next(csv.reader([text], delimiter=separator), [])
    except csv.Error as error:
        raise ParseError(f"bad quotes in a line of values: {error}") from error


def decode(text: str, columns: Sequence[str], *, separator: str = ",") -> Decoded:
    """Values by column; columns named '' are skipped, more or fewer than known are flagged and kept as `_extra`."""
    values = cells(text, separator)
    if len(values) < 2:
        raise ParseError(f"one value only in {text[:60]!r}, not a line of {len(columns)}")
    keys: dict[str, Any] = {name: value for name, value in zip(columns, values, strict=False) if name}
    if len(values) == len(columns):
        return Decoded(keys)
    if len(values) > len(columns):
        keys["_extra"] = values[len(columns) : MOST_KEYS]
    return Decoded(keys, ("columns_differ",), separator.join(values[MOST_KEYS:]))
