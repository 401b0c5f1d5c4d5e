"""Figures in spreadsheets: the traps, the template, and the same receipt as by any other way."""

from __future__ import annotations

import io
import sys
import time
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from reports.kpi.contract import Method
from reports.kpi.definitions import Kpi
from reports.kpi.entries import Signed, entries_of, folded, prepare
from reports.kpi.hub import receive
from reports.kpi.pushing import batch_of_items
from reports.kpi.sheets import apart
from reports.kpi.sheets.apart import read_apart
from reports.kpi.sheets.columns import Marker, NumberStyle, SheetRefused
from reports.kpi.sheets.numbers import of_cell, plain
from reports.kpi.sheets.reading import read_sheet
from reports.kpi.sheets.template import Line, write
from soc.access import SYSTEM
from soc.period import Period, PeriodType
from soc.state.store import State
from tests.unit.reports.kpi.hostile_sheets import FILES, GOOD, LINE, a_book, a_csv
from tests.unit.reports.kpi.test_hub import stored
from tests.unit.reports.kpi.worlds import FINANCE, KPIS, NOW, a_sender, a_world

DAY = Period(PeriodType.DAY, date(2026, 11, 23), date(2026, 11, 23))
SIGNED = Signed("ioc-file", Method.FILE, "an", NOW)


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_with_what_to_do(name: str) -> None:
    make, word = FILES[name]
    data = make()
    start = time.monotonic()
    with pytest.raises(SheetRefused) as caught:
        read_sheet(data)

    assert word in caught.value.text.vi
    assert caught.value.text.en
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("text", "style", "plainly"),
    [
        ("1.234", NumberStyle.VI, "1234"),
        ("1.234,50", NumberStyle.VI, "1234.50"),
        ("-12,5", NumberStyle.VI, "-12.5"),
        ("1 234,5", NumberStyle.VI, "1234.5"),
        ("007", NumberStyle.VI, "7"),
        ("-0,0", NumberStyle.VI, "0.0"),
        ("1,234.5", NumberStyle.EN, "1234.5"),
        ("1.234", NumberStyle.EN, "1.234"),
    ],
)
def test_numbers_are_read_in_the_declared_style(text: str, style: NumberStyle, plainly: str) -> None:
    assert plain(text, style) == plainly


@pytest.mark.parametrize(
    ("value", "text"), [(96.4, "96.4"), (0.1 + 0.2, "0.3"), (1e15, "1000000000000000"), (5.0, "5")]
)
def test_numeric_cells_are_taken_as_they_are(value: float, text: str) -> None:
    assert of_cell(value) == text


def test_a_column_of_two_styles_is_refused_whole() -> None:
    other = LINE.replace("2026-11-23", "2026-11-22").replace(";10;", ';"12.5";')
    sheet = read_sheet(a_csv(LINE.replace(";10;", ';"1.234,5";'), other))

    assert [fault.column for fault in sheet.faults] == ["value"]
    assert "lẫn hai kiểu" in sheet.faults[0].text.vi
    assert sheet.rows == ()


def test_a_column_of_the_other_style_is_refused_whole() -> None:
    sheet = read_sheet(a_csv(LINE.replace(";10;", ";12.5;")))

    assert "không theo kiểu" in sheet.faults[0].text.vi
    assert read_sheet(a_csv(LINE.replace(";10;", ";12.5;")), NumberStyle.EN).rows[0].cells["value"] == "12.5"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_comes_in_three_separators_and_three_codings(separator: str, coding: str) -> None:
    data = a_csv(LINE + "đúng").decode().replace(";", separator).encode(coding)

    assert read_sheet(data).rows[0].cells["reason"] == "đúng"


def test_cells_that_are_no_figures_are_faults_of_their_cell() -> None:
    rows = [(*GOOD[:3], f"2026-11-{day:02d}", f"2026-11-{day:02d}", *GOOD[5:]) for day in range(1, 5)]
    data = a_book(*((*row[:6], value, *row[7:]) for row, value in zip(rows, (True, "abc", 12.5, "12..5"), strict=True)))
    sheet = read_sheet(data)

    assert [fault.row for fault in sheet.faults] == [2, 3, 5]
    assert [row.cells["value"] for row in sheet.rows] == ["12.5"]


def test_a_formula_without_its_value_is_a_fault_of_its_cell(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(a_book(GOOD)))
    book.worksheets[0]["G2"] = "=5*2"
    book.save(tmp_path / "f.xlsx")
    sheet = read_sheet((tmp_path / "f.xlsx").read_bytes())

    assert [(fault.row, fault.column) for fault in sheet.faults] == [(2, "value")]
    assert "công thức" in sheet.faults[0].text.vi


def test_a_percent_cell_is_not_mistaken(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(a_book(GOOD)))
    cell = book.worksheets[0]["G2"]
    cell.value, cell.number_format = 0.964, "0.0%"
    book.save(tmp_path / "f.xlsx")

    assert "phần trăm" in read_sheet((tmp_path / "f.xlsx").read_bytes()).faults[0].text.vi


def a_template(*kpis: Kpi) -> bytes:
    marker = Marker("documents_tasks", FINANCE, DAY.key, "2026.1")
    return write([Line(kpi, FINANCE, DAY) for kpi in kpis], marker, "Số liệu ngày 23/11/2026")


def filled(data: bytes, tmp_path: Path, *values: float | str) -> bytes:
    """The template with values typed into its first open column."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    column = next(cell.column for cell in sheet[2] if cell.value == "value")
    for number, value in enumerate(values, 3):
        assert not sheet.cell(number, column).protection.locked
        sheet.cell(number, column).value = value
    book.save(tmp_path / "filled.xlsx")
    return (tmp_path / "filled.xlsx").read_bytes()


def test_the_template_hides_and_locks_its_ids_and_says_what_it_is(tmp_path: Path) -> None:
    data = a_template(*KPIS[:3])
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]

    assert sheet.protection.sheet
    assert sheet.column_dimensions["A"].hidden
    assert sheet["A3"].protection.locked
    assert "Hướng dẫn" in openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    read = read_sheet(filled(data, tmp_path, 10))
    assert read.marker == Marker("documents_tasks", FINANCE, DAY.key, "2026.1")
    assert [(row.number, row.cells["kpi_id"], row.cells["value"]) for row in read.rows] == [(3, "doc_total", "10")]


def test_a_template_gives_the_receipt_that_any_other_way_gives(state: State, tmp_path: Path) -> None:
    data = filled(a_template(KPIS[0], KPIS[2]), tmp_path, 10, 2.5)
    assert _sent(state, data) == [3, 4]
    assert [str(known.observation.value) for known in stored(state)] == ["10", "2.5"]
    assert _sent(state, data) == []

    corrected = filled(a_template(KPIS[0]), tmp_path, 12)
    with state.read() as tx:
        entries, _ = entries_of(read_sheet(corrected).rows, {})
        item = prepare(tx, SYSTEM, entries, Signed("ioc-file", Method.FILE, "an", NOW, "nhập nhầm")).items[0]
    assert (item["revision"], item["restatement"]["reason_vi"]) == (1, "nhập nhầm")


def _sent(state: State, data: bytes) -> list[int]:
    entries, faults = entries_of(read_sheet(data).rows, {})
    assert faults == []
    with state.read() as tx:
        prepared = prepare(tx, SYSTEM, entries, SIGNED)
    if prepared.items:
        receipt = receive(state, a_world(), batch_of_items(prepared.items, "ioc-file", NOW), a_sender(), NOW)
        assert receipt.summary["accepted"] == len(prepared.items)
    return prepared.rows


def test_a_name_of_a_unit_only_suggests_its_id() -> None:
    names = {folded("Sở Tài chính"): FINANCE}
    line = LINE.replace(FINANCE, "sở tài chính")
    entries, faults = entries_of(read_sheet(a_csv(line)).rows, names)

    assert entries == []
    assert (faults[0].code, FINANCE in faults[0].text.vi) == ("KPI-E-UNKNOWN-UNIT", True)
    assert folded("Thái Hoà") == folded("Thái Hòa")


def test_ten_thousand_rows_are_read_in_time() -> None:
    lines = [LINE.replace("doc_total", f"kpi_{number}") for number in range(10_000)]
    start = time.monotonic()
    assert len(read_sheet(a_csv(*lines)).rows) == 10_000
    assert time.monotonic() - start < 5


def test_a_file_is_read_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    data = a_csv(LINE, LINE.replace("2026-11-23", "2026-11-22").replace(";10;", ";x;"))

    assert read_apart(data, NumberStyle.VI) == read_sheet(data)
    with pytest.raises(SheetRefused, match="macros"):
        read_apart(FILES["with macros"][0](), NumberStyle.VI)
    monkeypatch.setattr(apart, "LARGEST", 10)
    with pytest.raises(SheetRefused, match="limit of memory"):
        read_apart(data, NumberStyle.VI)


def test_a_process_that_eats_memory_is_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    eater = tmp_path / "eater"
    eater.write_text(f"#!{sys.executable}\nimport sys\nsys.exit(137)\n", "utf-8")
    eater.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(eater))
    with pytest.raises(SheetRefused, match="limit of memory"):
        read_apart(a_csv(LINE), NumberStyle.VI)
