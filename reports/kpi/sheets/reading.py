"""A file becomes rows: by its content, never by its name; numbers by the style that is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reports.kpi.fields import Wrong
from reports.kpi.sheets import csv_file, xlsx_file
from reports.kpi.sheets.columns import (
    COLUMNS,
    INPUT,
    MOST_BYTES,
    NEEDED,
    NUMBERS,
    CellFault,
    Marker,
    NumberStyle,
    Row,
    Sheet,
    SheetRefused,
)
from reports.kpi.sheets.numbers import plain, styles
from reports.kpi.sheets.xlsx_file import Cell
from reports.wording import Text

HEAD_ROWS = 10
OTHER = (b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"<html", b"<!DOC", b"<?xml", b"{\\rtf", b"\x89PNG")


@dataclass(slots=True)
class _Table:
    """Rows by column; texts of number columns wait until their style is known."""

    rows: list[tuple[int, dict[str, Cell]]] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)


def read_sheet(data: bytes, style: NumberStyle = NumberStyle.VI) -> Sheet:
    """Raises SheetRefused for a file that cannot be used as a whole; faults of cells come with the rows."""
    if len(data) > MOST_BYTES:
        raise SheetRefused(
            "Tệp lớn hơn 10 MiB. Hãy chia thành nhiều tệp.", "larger than 10 MiB - split the file", "SOC-1957"
        )
    if not data.strip():
        raise SheetRefused("Tệp trống.", "the file is empty")
    if data.lstrip()[:5].startswith(OTHER):
        raise SheetRefused("Tệp không phải CSV hoặc .xlsx.", "neither CSV nor .xlsx")
    marker, lines = _lines(data)
    table = _table(lines)
    rows = list(_rows(table, _styles(table, style), style))
    _no_doubles(rows)
    return Sheet(tuple(rows), tuple(sorted(table.faults, key=lambda fault: fault.row)), marker)


def _lines(data: bytes) -> tuple[Marker | None, Iterator[tuple[int, list[Cell]]]]:
    if data.startswith((b"PK", xlsx_file.OLE)):
        return xlsx_file.read(data)
    return None, ((number, [Cell(text.strip()) for text in row]) for number, row in csv_file.rows_of(data))


def _table(lines: Iterable[tuple[int, list[Cell]]]) -> _Table:
    table, head = _Table(), None
    for count, (number, cells) in enumerate(lines):
        if head is None:
            head = _head(cells)
            if head is None and count > HEAD_ROWS:
                break
            continue
        row = {name: cells[place] for name, place in head.items() if place < len(cells)}
        if any(name in row and (row[name].text or row[name].fault) for name in INPUT):
            table.rows.append((number, row))
    if head is None:
        vi = "Không thấy dòng tên cột (kpi_id, unit_id, …). Hãy dùng tệp mẫu."
        raise SheetRefused(vi, "no row with the names of the columns (kpi_id, unit_id, …) - use the template")
    return table


def _head(cells: Sequence[Cell]) -> dict[str, int] | None:
    """Name -> place. Raises SheetRefused when some columns are missing or stand twice."""
    names = [cell.text.lower() for cell in cells]
    if "kpi_id" not in names:
        return None
    found = {name: names.index(name) for name in COLUMNS if name in names}
    missing, twice = sorted(NEEDED - set(found)), sorted(name for name in found if names.count(name) > 1)
    if missing or twice:
        told = ", ".join(missing or twice)
        vi = f"{'Thiếu cột' if missing else 'Cột lặp'}: {told}. Hãy dùng tệp mẫu."
        raise SheetRefused(vi, f"columns {'missing' if missing else 'twice'}: {told} - use the template")
    return found


def _styles(table: _Table, declared: NumberStyle) -> frozenset[str]:
    """Columns that cannot be used: they mix both styles, or are written in the other one throughout."""
    refused = set()
    for name in NUMBERS:
        written = [(number, row[name].text) for number, row in table.rows if name in row and not row[name].number]
        seen = styles([text for _, text in written if text])
        if len(seen) == 2 or (seen and declared not in seen):
            refused.add(name)
            first = min(number for number, text in written if text)
            table.faults.append(CellFault(first, name, _style_text(name, declared, mixed=len(seen) == 2)))
    return frozenset(refused)


def _style_text(name: str, declared: NumberStyle, *, mixed: bool) -> Text:
    if mixed:
        vi = f"cột '{name}' lẫn hai kiểu số (1.234,5 và 1,234.5): cả cột bị từ chối"
        return Text(vi, f"column '{name}' mixes two styles (1.234,5 and 1,234.5): refused as a whole")
    vi = f"cột '{name}' không theo kiểu số đã chọn ({declared}): cả cột bị từ chối"
    return Text(vi, f"column '{name}' is not written in the chosen style ({declared}): refused as a whole")


def _rows(table: _Table, refused: frozenset[str], style: NumberStyle) -> Iterator[Row]:
    for number, cells in table.rows:
        texts: dict[str, str] = {}
        whole = not any(cells[name].text for name in refused if name in cells)
        for name, cell in cells.items():
            try:
                if cell.fault:
                    raise cell.fault
                texts[name] = plain(cell.text, style) if _written(name, cell) and name not in refused else cell.text
            except Wrong as wrong:
                table.faults.append(CellFault(number, name, wrong.text, wrong.code))
                whole = False
        if whole:
            yield Row(number, texts)


def _written(name: str, cell: Cell) -> bool:
    return name in NUMBERS and not cell.number and bool(cell.text)


def _no_doubles(rows: Sequence[Row]) -> None:
    """Raises SheetRefused when a figure stands twice: nobody knows which line counts."""
    import pandas as pd

    keys = ("kpi_id", "unit_id", "period_type", "period_start", "period_end", "dimensions")
    frame = pd.DataFrame([_key(row.cells, keys) for row in rows], columns=list(keys), dtype=str)
    double = frame[frame.duplicated(keep=False)]
    if len(double):
        lines = ", ".join(str(rows[int(place)].number) for place in double.index[:10])
        raise SheetRefused(f"Cùng một số liệu ở nhiều dòng: {lines}.", f"one figure on several rows: {lines}")


def _key(cells: Mapping[str, str], names: Sequence[str]) -> list[str]:
    return [cells.get(name, "") for name in names]
