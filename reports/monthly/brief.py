"""The brief for leaders: one page by the figures of the monthly report, without words of the trade (5.7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from reports.monthly import wording
from reports.monthly.compose import Frame, Line
from reports.monthly.figures import Figure, Reduce
from reports.monthly.model import Block, Cell, Missing, Section, Table
from reports.monthly.sections import coverage, incidents, posture
from reports.monthly.wording import Noun
from soc.access import ROOT, UNASSIGNED
from soc.calendar import ZONE

HEAVY = ("critical", "high")
HEAD = ("Đơn vị", "Chỉ số", "Thay đổi", "Nguyên nhân chủ yếu")
WORST, BETTER, AHEAD = 5, 3, timedelta(days=7)
SIX = (
    Line("heavy", "Cảnh báo mức nghiêm trọng, cao đang mở", "open_alerts@1", where={"level": HEAVY},
         noun=Noun("cảnh báo"), cumulates=False),
    Line("under_way", "Sự cố đang xử lý", "open_incidents@1", noun=Noun("sự cố"), cumulates=False),
    replace(incidents.ACKNOWLEDGED, name="on_time", label="Cảnh báo được tiếp nhận đúng hạn"),
    replace(coverage.SHARE, name="seen", label="Thời gian các nguồn nhật ký có dữ liệu"),
    Line("taken", "Địa chỉ của tỉnh bị nêu trong danh sách mạng máy tính bị chiếm quyền", "botnet@1", Reduce.DISTINCT,
         of="address", noun=Noun("địa chỉ")),
    Line("owed", "Báo cáo sự cố quá hạn gửi cơ quan chuyên trách", "reports_owed@1", where={"standing": "overdue"},
         noun=Noun("báo cáo")),
)  # fmt: skip


def sections(frame: Frame) -> tuple[Section, ...]:
    """In the order of the page; the decisions are asked by people."""
    told = posture.told(frame)
    six = frame.table("b01", "Sáu chỉ tiêu", "Chỉ tiêu", SIX)
    return (
        Section("1", "TÌNH HÌNH CHUNG", (told.score, replace(six, note=""))),
        Section("2", "ĐƠN VỊ CẦN CHÚ Ý", _attention(frame)),
        Section("3", "THỜI HẠN TRONG TUẦN TỚI", _deadlines(frame)),
        Section("4", "NỘI DUNG XIN Ý KIẾN", people=True),
    )


def _attention(frame: Frame) -> tuple[Block, ...]:
    """The worst with what weighs most there, and who has become better."""
    rows = [row for row in frame.book.take(frame.ask("posture@1")).rows if row[0] not in (ROOT, UNASSIGNED)]
    if not rows:
        return (Missing("chỉ số của các đơn vị", posture.NOT_CLOSED),)
    worst = sorted(rows, key=lambda row: (-1 if row[3] is None else int(row[3]), str(row[0])))[:WORST]
    made = (*(_unit(frame, str(row[0])) for row in worst), _unit(frame, ROOT))
    blocks: list[Block] = [Table("b02", "Đơn vị có chỉ số thấp nhất", HEAD, made, widths=(30, 10, 20, 40))]
    better = [str(row[0]) for row in rows if (_gain(frame, str(row[0])) or 0) > 0]
    names = [frame.unit_name(unit) for unit in sorted(better, key=lambda unit: -(_gain(frame, unit) or 0))[:BETTER]]
    if names:
        blocks.append(frame.say("đơn vị có tiến bộ", "Đơn vị có tiến bộ: {units}.", units=wording.listed(names)))
    return tuple(blocks)


def _unit(frame: Frame, unit: str) -> tuple[Cell, ...]:
    now = posture.of_unit(frame, unit)
    change = frame.changed(posture.change(frame, unit))
    reason = next(iter(posture.reasons(frame, unit)), "không có nguyên nhân trừ điểm")
    name = Cell("Toàn tỉnh", strong=True) if unit == ROOT else Cell(frame.unit_name(unit))
    if unit == ROOT:
        return (name, frame.cell(now), change, Cell(""))
    return (name, frame.cell(now), change, Cell(reason))


def _gain(frame: Frame, unit: str) -> int | None:
    found: tuple[Figure, Figure] = (posture.of_unit(frame, unit), posture.before(frame, unit))
    now, was = (one.value for one in found)
    return None if now is None or was is None else int(now - was)


def _deadlines(frame: Frame) -> tuple[Block, ...]:
    """Reports about incidents that are due soon."""
    rows = frame.book.take(frame.ask("reports_owed@1")).where({"standing": ("running", "near")}).rows
    until = frame.book.as_of + AHEAD
    soon = [row for row in rows if datetime.fromisoformat(str(row[5])) <= until]
    if not soon:
        return (frame.say("thời hạn báo cáo sự cố", "Trong tuần tới không có báo cáo sự cố nào đến hạn."),)
    made = tuple(
        (Cell(f"SC-{int(row[0] or 0):06d}"), Cell(frame.unit_name(str(row[1]))),
         Cell(f"{datetime.fromisoformat(str(row[5])).astimezone(ZONE):%H giờ %M phút ngày %d/%m/%Y}"))
        for row in sorted(soon, key=lambda row: str(row[5]))
    )  # fmt: skip
    return (Table("b03", "Báo cáo sự cố phải gửi", ("Sự cố", "Đơn vị", "Hạn gửi"), made),)
