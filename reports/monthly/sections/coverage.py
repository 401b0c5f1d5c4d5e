"""V. Bảo đảm giám sát."""

from __future__ import annotations

from reports.monthly import wording
from reports.monthly.compose import Frame, Line, When
from reports.monthly.figures import Figure, Reduce
from reports.monthly.model import Block, Cell, ChartKind, Missing, Section, Table
from reports.monthly.sections.words import UNKNOWN_UNIT
from reports.monthly.wording import Noun
from soc.access import UNASSIGNED

SHARE = Line("hours", "Độ phủ giám sát", "source_hours@1", Reduce.SHARE, also={"alive": 1}, places=1, cumulates=False)
COUNTED = Line("sources", "Nguồn nhật ký phải có", "sources@1", noun=Noun("nguồn"), cumulates=False)
HEAD = ("Đơn vị", "Nguồn nhật ký", "Giờ phải có dữ liệu", "Giờ có dữ liệu", "Độ phủ giám sát", "Kỳ trước")

WIDTHS = (30, 15, 15, 15, 15, 10)


def section(frame: Frame) -> Section:
    parts = (Section("1", "Độ phủ giám sát; nguồn nhật ký mất tín hiệu", _coverage(frame)),)
    return Section("V", "BẢO ĐẢM GIÁM SÁT", parts=parts)


def _coverage(frame: Frame) -> tuple[Block, ...]:
    rows = frame.book.take(frame.ask("sources@1"))
    if not rows.rows:
        return (Missing("độ phủ giám sát", "trong kỳ không có nguồn nhật ký nào phải gửi dữ liệu"),)
    units = sorted({str(unit) for unit in rows.column("unit")}, key=lambda unit: _name(frame, unit))
    made = [_row(frame, unit, _name(frame, unit)) for unit in units]
    total = _row(frame, "", "Toàn tỉnh")
    table = Table("b13", "Độ phủ giám sát theo đơn vị", HEAD, (*made, total), note=frame.lacking(), widths=WIDTHS)
    rates = {unit: frame.figure("b13", _line(unit)) for unit in units}
    worst = sorted(units, key=lambda unit: (rates[unit].value is None, rates[unit].value or 0, unit))
    chart = frame.chart(
        "c07", ChartKind.BARS, "Độ phủ giám sát theo đơn vị", "%",
        {"Kỳ này": [(_name(frame, unit), rates[unit]) for unit in worst]},
    )  # fmt: skip
    return _said(frame, rates), table, chart


def _said(frame: Frame, rates: dict[str, Figure]) -> Block:
    whole, n = frame.figure("b13", SHARE), frame.figure("b13", COUNTED)
    dark = [unit for unit, rate in rates.items() if rate.value is not None and rate.value < 100]
    if not dark:
        return frame.say(
            "độ phủ giám sát",
            "Cả {n} nguồn nhật ký gửi dữ liệu liên tục trong kỳ; độ phủ giám sát đạt {rate}.",
            n=n,
            rate=whole,
        )
    return frame.say(
        "độ phủ giám sát",
        "Độ phủ giám sát toàn tỉnh đạt {rate} trên {n} nguồn nhật ký; có thời gian mất tín hiệu tại: {units}.",
        rate=whole,
        n=n,
        units=wording.listed([_name(frame, unit) for unit in dark], "Phụ lục VI"),
    )


def _row(frame: Frame, unit: str, name: str) -> tuple[Cell, ...]:
    where = {"unit": unit} if unit else {}
    lines = (
        COUNTED if not unit else Line(f"{unit}-sources", "", "sources@1", where=where),
        Line(f"{unit or 'all'}-expected", "", "source_hours@1", where=where),
        Line(f"{unit or 'all'}-alive", "", "source_hours@1", where=where | {"alive": 1}),
        _line(unit),
    )
    before = frame.cell(frame.figure("b13", _line(unit), When.PREVIOUS))
    return (Cell(name, strong=not unit), *(frame.cell(frame.figure("b13", line)) for line in lines), before)


def _line(unit: str) -> Line:
    if not unit:
        return SHARE
    where = {"unit": unit}
    return Line(f"{unit}-hours", "", "source_hours@1", Reduce.SHARE, where=where, also={"alive": 1}, places=1)


def _name(frame: Frame, unit: str) -> str:
    return UNKNOWN_UNIT if unit == UNASSIGNED else frame.unit_name(unit)
