"""XLSX: looked at before it is opened (size, bombs, macros, entities), then read as cells. Links are never followed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from reports.kpi.fields import Wrong
from reports.kpi.sheets.columns import DEFINED_NAME, MOST_ROWS, MOST_UNPACKED, Marker, SheetRefused, marker_of
from reports.kpi.sheets.csv_file import too_many_rows
from reports.kpi.sheets.numbers import of_cell

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_ENTRIES = 2_000
MOST_RATIO = 200
MOST_COLUMNS = 40
BLANK_ROWS = 2_000
"""So many empty rows one after the other end the sheet."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` for words and numbers alike; `number`: it is a numeric cell. `fault`: it cannot be used."""

    text: str
    number: bool = False
    fault: Wrong | None = None


def look_at(data: bytes) -> None:
    """Raises SheetRefused before anything is unpacked."""
    if data.startswith(OLE):
        raise SheetRefused(
            "Tệp .xls cũ hoặc có mật khẩu. Bỏ mật khẩu và chọn Lưu thành: Excel Workbook (.xlsx).",
            "an old .xls, or protected by a password - save it as Excel Workbook (.xlsx) without one",
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise _broken() from None
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(len(data), 1_000):
        raise SheetRefused(
            "Tệp giải nén ra quá lớn. Hãy chép số liệu sang tệp mới.",
            "the file unpacks to too much - copy the figures into a new file",
            "SOC-1957",
        )
    names = {entry.filename.lower() for entry in entries}
    if any("vbaproject" in name or "macrosheet" in name for name in names):
        raise SheetRefused(
            "Tệp có macro. Chọn Lưu thành: Excel Workbook (.xlsx).", "the file holds macros - save it as .xlsx"
        )
    if "[content_types].xml" not in names or not any(name.startswith("xl/worksheets/") for name in names):
        raise _broken()
    _no_entities(archive, entries)


def read(data: bytes) -> tuple[Marker | None, Iterator[tuple[int, list[Cell]]]]:
    """What the template says of itself, and the rows of the first sheet."""
    import openpyxl

    look_at(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        formulas = _formulas(data)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
    except Exception as error:
        raise _broken() from error
    return _marker(book), _rows(sheet, formulas)


def _rows(sheet: Any, formulas: Any) -> Iterator[tuple[int, list[Cell]]]:
    blank = 0
    pairs = _pairs(sheet, formulas)
    while True:
        try:
            number, row, formula_row = next(pairs)
        except StopIteration:
            return
        except Exception as error:
            raise _broken() from error
        cells = [_cell(one, formula) for one, formula in zip(row, formula_row, strict=True)]
        blank = 0 if any(cell.text or cell.fault for cell in cells) else blank + 1
        if blank > BLANK_ROWS:
            return
        if number - blank > MOST_ROWS + 10:
            raise too_many_rows()
        if not blank:
            yield number, cells


def _pairs(sheet: Any, formulas: Any) -> Iterator[tuple[int, Sequence[Any], Sequence[Any]]]:
    rows = sheet.iter_rows(max_col=MOST_COLUMNS)
    if formulas is None:
        for number, row in enumerate(rows, 1):
            yield number, row, [None] * len(row)
        return
    for number, (row, other) in enumerate(zip(rows, formulas.iter_rows(max_col=MOST_COLUMNS), strict=False), 1):
        yield number, row, [one.value for one in other] + [None] * (len(row) - len(other))


def _cell(cell: Any, formula: Any) -> Cell:
    value = cell.value
    if isinstance(formula, str) and formula.startswith("=") and value is None:
        vi = "công thức chưa có kết quả; mở tệp trong Excel rồi lưu lại, hoặc dán giá trị"
        return Cell("", fault=Wrong(vi, "a formula without a value - open it in Excel and save, or paste the value"))
    if value is None:
        return Cell("")
    if isinstance(value, bool) or cell.data_type == "e":
        return Cell("", fault=Wrong(f"ô chứa {value!s}", f"the cell holds {value!s}"))
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(value.isoformat()[:10] if isinstance(value, date) else str(value))
    if isinstance(value, int | float):
        return _numeric(value, str(cell.number_format or ""))
    return Cell(str(value).strip()[:2_001])


def _numeric(value: float, form: str) -> Cell:
    if value != value or value in (float("inf"), float("-inf")):
        return Cell("", fault=Wrong("không phải số", "no number"))
    if "%" in form:
        vi = "ô có định dạng phần trăm: 96,4% lưu là 0,964; đổi ô sang định dạng số rồi nhập 96,4"
        return Cell("", fault=Wrong(vi, "a cell formatted as percent holds 0.964 for 96.4% - use a plain number"))
    return Cell(of_cell(float(value)) if isinstance(value, float) else str(value), number=True)


def _formulas(data: bytes) -> Any:
    """The first sheet as formulas; None when it holds none, which spares a second reading."""
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if name.lower().startswith("xl/worksheets/")]
        if not any(b"<f" in archive.read(name) for name in sheets):
            return None
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    return sheet


def _marker(book: Workbook) -> Marker | None:
    found = book.defined_names.get(DEFINED_NAME)
    return None if found is None else marker_of(str(found.attr_text or ""))


def _no_entities(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> None:
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels")):
            try:
                with archive.open(entry) as part:
                    head = part.read(4_096)
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError):
                raise _broken() from None
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"<\x00!\x00" in head:
                raise _broken()


def _broken() -> SheetRefused:
    return SheetRefused(
        "Tệp hỏng hoặc không phải .xlsx. Mở lại trong Excel và chọn Lưu thành: Excel Workbook (.xlsx).",
        "damaged, or no .xlsx - open it in Excel and save it as Excel Workbook (.xlsx)",
    )
