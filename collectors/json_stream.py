"""JSON values that are spread over several lines, one behind the other: what `evtx_dump` and people's tools write."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from json import JSONDecodeError, JSONDecoder
from pathlib import Path

import orjson

from soc.errors import SourceError

LIMIT = 512 * 1024 * 1024
_BLANK = " \t\r\n,"


def is_spread(path: Path) -> bool:
    """Whether neither of the first two lines is a JSON value by itself, though the file begins like one.
    (One broken line among whole ones is NDJSON with a broken line.)"""
    with path.open("rb") as file:
        first = list(islice((line for line in file if line.strip()), 2))
    return len(first) == 2 and not any(_is_whole(line.removeprefix(b"\xef\xbb\xbf")) for line in first)


def documents(path: Path, name: str) -> Iterator[tuple[int, bytes]]:
    """(character offset, text) of each value; raises SourceError where the text stops being JSON."""
    if path.stat().st_size > LIMIT:
        raise SourceError(
            f"{name}: JSON over several lines is read up to {LIMIT} bytes - one object a line has no limit",
            code="SOC-1322",
        )
    text = path.read_text("utf-8-sig", "replace")
    decoder = JSONDecoder()
    place = _skip(text, 0)
    while place < len(text):
        try:
            _, end = decoder.raw_decode(text, place)
        except (JSONDecodeError, RecursionError) as error:
            line = text.count("\n", 0, place) + 1
            raise SourceError(
                f"{name}:{line}: not JSON: {error} - what stands before it was read", code="SOC-1321"
            ) from error
        yield place, text[place:end].encode()
        place = _skip(text, end)


def _is_whole(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in _BLANK:
        place += 1
    return place
