"""CSV: UTF-8 with or without its mark, or UTF-16 with one; semicolon, comma or tab."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from reports.kpi.sheets.columns import MOST_ROWS, SheetRefused

SEPARATORS = ";,\t"
STYLE_LINE = "#number_format"


def rows_of(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells. Raises SheetRefused."""
    text = _text(data)
    head = next((line for line in text.splitlines() if "kpi_id" in line), "")
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for count, row in enumerate(reader):
            if count > MOST_ROWS + 10:
                raise too_many_rows()
            yield reader.line_num, row
    except csv.Error as error:
        vi = f"Dòng {reader.line_num}: dấu ngoặc kép hoặc dấu phân cách sai."
        raise SheetRefused(vi, f"line {reader.line_num}: {error} - mend quotes and separators") from None


def too_many_rows() -> SheetRefused:
    return SheetRefused(
        f"Tệp có hơn {MOST_ROWS:,} dòng. Hãy chia thành nhiều tệp.".replace(",", "."),
        f"more than {MOST_ROWS} rows - split the file",
        "SOC-1957",
    )


def _text(data: bytes) -> str:
    coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(coding)
    except UnicodeError:
        text = "\0"
    if "\0" in text:
        raise SheetRefused(
            "Tệp không phải UTF-8. Trong Excel chọn Lưu thành: CSV UTF-8.",
            "the file is not UTF-8 - in Excel choose Save as: CSV UTF-8",
        )
    return text
