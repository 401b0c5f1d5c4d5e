"""I. Tình hình chung."""

from __future__ import annotations

from reports.monthly.compose import Frame, Line
from reports.monthly.model import Block, Cell, Missing, Section, Table

HEAD = ("Cấp độ", "Hệ thống", "Đã phê duyệt cấp độ", "Có nguồn nhật ký được giao")


def section(frame: Frame, posture: tuple[Block, ...]) -> Section:
    """`posture`: what the score says."""
    parts = (
        Section("1", "Phạm vi giám sát, thay đổi trong kỳ", _systems(frame)),
        Section("2", "Chỉ số an toàn thông tin toàn tỉnh", posture),
    )
    return Section("I", "TÌNH HÌNH CHUNG", parts=parts)


def _systems(frame: Frame) -> tuple[Block, ...]:
    rows = frame.book.take(frame.ask("systems@1"))
    if not rows.rows:
        return (Missing("hệ thống thông tin theo cấp độ", "danh mục hệ thống chưa được nhập"),)
    levels = sorted({level for level in rows.column("level") if isinstance(level, int)})
    made = [_row(frame, f"level-{level}", f"Cấp độ {level}", {"level": level}) for level in levels]
    if None in rows.column("level"):
        made.append(_row(frame, "level-none", "Chưa xác định cấp độ", {"level": (None,)}))
    made.append(_row(frame, "all", "Tổng số", {}))
    table = Table("b01", "Hệ thống thông tin theo cấp độ", HEAD, tuple(made))
    said = frame.say(
        "hệ thống thông tin theo cấp độ",
        "{k}/{n} hệ thống thông tin đã được phê duyệt cấp độ; {watched} hệ thống có nguồn nhật ký được giao.",
        k=frame.figure("b01", _line("all-approved", {"approved": 1})),
        n=frame.figure("b01", _line("all", {})),
        watched=frame.figure("b01", _line("all-watched", {"watched": 1})),
    )
    return said, table


def _row(frame: Frame, name: str, label: str, where: dict[str, int | tuple[None]]) -> tuple[Cell, ...]:
    lines = (
        _line(name, where),
        _line(f"{name}-approved", where | {"approved": 1}),
        _line(f"{name}-watched", where | {"watched": 1}),
    )
    return (Cell(label, strong=name == "all"), *(frame.cell(frame.figure("b01", line)) for line in lines))


def _line(name: str, where: dict[str, int | tuple[None]]) -> Line:
    return Line(name, "", "systems@1", where=where)
