"""Annex I: what each unit has, beside the province; what adds up is added up before the reader's eyes."""

from __future__ import annotations

from reports.monthly.compose import Frame, Line
from reports.monthly.figures import Where
from reports.monthly.model import Block, Cell, Missing, Section, Table
from reports.monthly.sections.words import UNKNOWN_UNIT
from soc.access import UNASSIGNED

COLUMNS: tuple[tuple[str, str, Where], ...] = (
    ("Cảnh báo", "alerts@1", {}),
    ("Mức nghiêm trọng, cao", "alerts@1", {"level": ("critical", "high")}),
    ("Đang mở cuối kỳ", "open_alerts@1", {}),
    ("Quá hạn xử lý", "open_alerts@1", {"overdue": 1}),
    ("Sự cố", "incidents@1", {}),
    ("Nguồn nhật ký", "sources@1", {}),
    ("Hệ thống", "systems@1", {}),
)

WIDTHS = (30, 10, 15, 10, 10, 5, 10, 10)


def annex(frame: Frame) -> Section:
    return Section("Phụ lục I", "SỐ LIỆU THEO ĐƠN VỊ", _units(frame))


def _units(frame: Frame) -> tuple[Block, ...]:
    queries = dict.fromkeys(query for _, query, _ in COLUMNS)
    units = {str(unit) for query in queries for unit in frame.book.take(frame.ask(query)).column("unit")}
    if not units:
        return (Missing("số liệu theo đơn vị", "trong kỳ không có số liệu của đơn vị nào"),)
    known = sorted(units - {UNASSIGNED}, key=frame.unit_name)
    rows = [_row(frame, unit, frame.unit_name(unit)) for unit in known]
    if UNASSIGNED in units:
        rows.append(_row(frame, UNASSIGNED, UNKNOWN_UNIT))
    rows.append(_row(frame, "", "Toàn tỉnh"))
    head = ("Đơn vị", *(name for name, _, _ in COLUMNS))
    return (Table("b20", "Số liệu theo đơn vị trong kỳ", head, tuple(rows), widths=WIDTHS),)


def _row(frame: Frame, unit: str, name: str) -> tuple[Cell, ...]:
    lines = (
        Line(f"{unit or 'all'}-{place}", "", query, where={**where, **({"unit": unit} if unit else {})})
        for place, (_, query, where) in enumerate(COLUMNS)
    )
    return (Cell(name, strong=not unit), *(frame.cell(frame.figure("b20", line)) for line in lines))
