"""The tables as a workbook: a sheet each, then the rows behind them. Log text is never a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any

from reports.monthly.figures import Figure, Rows
from reports.monthly.model import Cell, Chart, Report, Table
from reports.monthly.monthly import blocks, tables
from reports.monthly.queries import of_period
from reports.monthly.render.cleaned import cleaned

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FONT = "Times New Roman"
ROWS_MOST = 100_000
NAME_MOST = 31
WIDE, NARROW = 44, 16
FIRST_ROW = 3


def xlsx(report: Report, rows: Mapping[str, Rows]) -> bytes:
    """The same report and rows give the same bytes."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    book = Workbook(out, options)
    made = report.as_of.astimezone(UTC).replace(tzinfo=None)
    cover = report.cover
    book.set_properties({"title": cleaned(cover.subject), "author": cleaned(cover.issuing_body), "created": made})
    style = _Style(book)
    for table in tables(report):
        _table(book, style, report, table)
    for chart in (one for one in blocks(report.sections) if isinstance(one, Chart)):
        _chart(book, style, report, chart)
    for key in _behind(report):
        _rows(book, style, key, rows[key])
    if not book.worksheets():
        book.add_worksheet("Trống").write_string(0, 0, "Báo cáo không có bảng.", style.text)
    book.close()
    return out.getvalue()


class _Style:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        font = {"font_name": FONT, "font_size": 12, "valign": "top"}
        self.title = book.add_format(font | {"bold": True, "font_size": 13})
        self.head = book.add_format(font | {"bold": True, "text_wrap": True, "border": 1, "align": "center"})
        self.text = book.add_format(font | {"text_wrap": True, "border": 1})
        self.strong = book.add_format(font | {"text_wrap": True, "border": 1, "bold": True})
        self.note = book.add_format(font | {"italic": True})
        self._numbers = {places: self._number(book, font, places) for places in range(4)}
        self._percents = {places: self._number(book, font, places, '"%"') for places in range(4)}

    def number(self, figure: Figure) -> Any:
        """With the separators of Vietnamese, whatever the reader's machine is set to."""
        return (self._numbers if figure.parts is None else self._percents)[min(figure.places, 3)]

    @staticmethod
    def _number(book: Workbook, font: Mapping[str, Any], places: int, unit: str = "") -> Any:
        shape = f"[$-42A]#,##0{'.' if places else ''}{'0' * places}{unit}"
        return book.add_format({**font, "border": 1, "num_format": shape, "align": "right"})


def _table(book: Workbook, style: _Style, report: Report, table: Table) -> None:
    sheet = book.add_worksheet(table.label)
    width = len(table.head)
    _begin(sheet, style, f"{table.label}. {table.title}", report, table.base)
    _head(sheet, style, table.head, hidden=width)
    for at, row in enumerate(table.rows, start=FIRST_ROW):
        for column, cell in enumerate(row):
            _cell(sheet, style, report, at, column, cell)
        for column, cell in enumerate(row):
            if cell.figure:
                sheet.write_string(at, width + column, cell.figure, style.note)
    if table.note:
        sheet.write_string(FIRST_ROW + len(table.rows), 0, cleaned(table.note), style.note)


def _cell(sheet: Worksheet, style: _Style, report: Report, at: int, column: int, cell: Cell) -> None:
    figure = report.figures.get(cell.figure)
    if figure is not None and figure.shown is not None:
        sheet.write_number(at, column, float(figure.shown), style.number(figure))
    else:
        sheet.write_string(at, column, cleaned(cell.text), style.strong if cell.strong else style.text)
    if cell.figure:
        sheet.write_comment(at, column, f"{cell.figure}{f' - {cleaned(cell.note)}' if cell.note else ''}")


def _chart(book: Workbook, style: _Style, report: Report, chart: Chart) -> None:
    """Its values as a table: a row a label, a column a series."""
    sheet = book.add_worksheet(chart.label)
    head = ("", *(one.name for one in chart.series))
    _begin(sheet, style, f"{chart.label}. {chart.title}", report, "")
    _head(sheet, style, head, hidden=len(head))
    for at, label in enumerate(chart.labels):
        cells = [Cell(label)]
        for one in chart.series:
            figure = report.figures.get(one.figures[at])
            cells.append(Cell("" if one.values[at] is None else str(one.values[at]), figure.id if figure else ""))
        for column, cell in enumerate(cells):
            _cell(sheet, style, report, FIRST_ROW + at, column, cell)
        for column, cell in enumerate(cells):
            sheet.write_string(FIRST_ROW + at, len(head) + column, cell.figure, style.note)


def _begin(sheet: Worksheet, style: _Style, title: str, report: Report, base: str) -> None:
    sheet.write_string(0, 0, cleaned(title), style.title)
    sheet.write_string(1, 0, cleaned(base or report.cover.span), style.note)


def _head(sheet: Worksheet, style: _Style, head: Iterable[str], *, hidden: int) -> None:
    for column, name in enumerate(head):
        sheet.set_column(column, column, NARROW if column else WIDE)
        sheet.write_string(FIRST_ROW - 1, column, cleaned(name), style.head)
    sheet.set_column(hidden, 2 * hidden, NARROW, None, {"hidden": True})
    sheet.freeze_panes(FIRST_ROW, 1)


def _behind(report: Report) -> list[str]:
    """Readings of this period alone: those that it is compared with lie in the package."""
    params = of_period(report.period)
    return sorted({one.asked.key for one in report.figures.values() if one.rows_hash and one.asked.params == params})


def _rows(book: Workbook, style: _Style, key: str, rows: Rows) -> None:
    sheet = book.add_worksheet(f"DL {key}"[:NAME_MOST])
    sheet.write_string(0, 0, f"Dữ liệu gốc: {key}", style.title)
    if len(rows.rows) > ROWS_MOST:
        sheet.write_string(1, 0, f"Trích {ROWS_MOST} trên {len(rows.rows)} dòng; đầy đủ ở rows/{key}.csv", style.note)
    for column, name in enumerate(rows.columns):
        sheet.write_string(FIRST_ROW - 1, column, name, style.head)
    sheet.freeze_panes(FIRST_ROW, 0)
    for at, row in enumerate(rows.rows[:ROWS_MOST], start=FIRST_ROW):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(at, column, value)
            elif value is not None:
                sheet.write_string(at, column, cleaned(value))
