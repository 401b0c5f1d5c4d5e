"""Cells of a CSV file that a spreadsheet opens: no text is taken for a formula (security.md 8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

BOM = "\ufeff"
DANGEROUS = tuple("=+-@\t\r" + "＝＋－＠")


def cell(value: object) -> str:
    """Numbers stay numbers; a text that could begin a formula gets a leading apostrophe."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(DANGEROUS) else text


def lines(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The file piece by piece, RFC 4180, with the mark by which spreadsheets know UTF-8."""
    yield BOM + line(head)
    for row in rows:
        yield line(row)


def line(row: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([cell(value) for value in row])
    return out.getvalue()
