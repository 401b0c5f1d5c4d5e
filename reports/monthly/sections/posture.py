"""I.2 and VII. The score of the province and of its units, from closed days."""

from __future__ import annotations

from dataclasses import dataclass

from reports.monthly import wording
from reports.monthly.compose import Frame, Line, When
from reports.monthly.figures import Asked, Change, Figure, Reduce, Row
from reports.monthly.model import Block, Cell, Chart, ChartKind, Missing, Paragraph, Section, Table
from reports.monthly.queries import of_period
from reports.monthly.wording import Noun
from reports.posture.explain import Bar
from reports.posture.method import Component, method
from reports.posture.words import BAR_WORDS, COMPONENTS
from soc.access import ROOT
from soc.period import Period, label, previous

POINT = Noun("điểm")
MONTHS = 12
NOT_CLOSED = "trong kỳ chưa có ngày nào được chốt chỉ số"
TOO_LITTLE = "chưa đủ dữ liệu"
BARS = tuple(Bar)
HEAD = ("Đơn vị", "Chỉ số", "Xếp loại", "Kỳ trước", "Thay đổi", "Độ tin cậy", "Nguyên nhân chủ yếu")
WIDTHS = (20, 10, 10, 10, 15, 10, 25)
REASONS = 3


@dataclass(frozen=True, slots=True)
class Posture:
    """What the score says in its two sections. `score`: the first line of the summary."""

    general: tuple[Block, ...]
    units: tuple[Block, ...]
    score: Paragraph | Missing


def told(frame: Frame) -> Posture:
    """Tables first: what prose names must stand in one."""
    if not frame.book.take(frame.ask("posture@1")).rows:
        nothing = Missing("chỉ số an toàn thông tin", NOT_CLOSED)
        return Posture((nothing,), (Missing("kết quả của các đơn vị", NOT_CLOSED),), nothing)
    table = _table(frame)
    score = _score(frame)
    lost = _lost(frame)
    trend = _trend(frame)
    general = (score, *_dark(frame), trend, lost)
    return Posture(general, (table, _ranking(frame)), score)


def annex(frame: Frame) -> Section:
    """IX: how the score is made, by the version that the snapshots name."""
    versions = sorted({str(one) for one in frame.book.take(frame.ask("posture@1")).column("version")})
    blocks: list[Block] = []
    for version in versions:
        how = method(version)
        rows = tuple(_weight(part, weight) for part, weight in how.weights.items())
        signed = how.signed_by or "chưa có người ký duyệt"
        blocks.append(Table("b19", f"Trọng số thành phần, phiên bản {version}", ("Thành phần", "Trọng số"), rows,
                            note=f"Người ký duyệt phương pháp: {signed}."))  # fmt: skip
    return Section("Phụ lục IX", "PHƯƠNG PHÁP TÍNH, PHIÊN BẢN CÔNG THỨC, TRỌNG SỐ", tuple(blocks))


def _weight(part: Component, weight: int) -> tuple[Cell, Cell]:
    return Cell(f"{COMPONENTS[part].vi} ({part.value})"), Cell(str(weight), number=True)


def of_unit(frame: Frame, unit: str, when: When = When.THIS) -> Figure:
    """The shown score of one unit, or of the province by ROOT."""
    name = "province" if unit == ROOT else unit
    return _at(frame, f"{frame.label}/b17/{name}-score/{when}", frame.of(when), unit)


def before(frame: Frame, unit: str) -> Figure:
    """The same of the period before."""
    return of_unit(frame, unit, When.PREVIOUS)


def _at(frame: Frame, id: str, period: Period, unit: str) -> Figure:
    asked = frame.book.ask("posture@1", **of_period(period))
    if why := frame.begun(period):
        return frame.book.missing(id, asked, why)
    row = _row(frame, asked, unit)
    if row is None:
        return frame.book.missing(id, asked, NOT_CLOSED)
    if row[3] is None:
        return frame.book.missing(id, asked, TOO_LITTLE)
    return frame.book.add(id, asked, Reduce.ONE, of="shown", where={"unit": unit})


def _row(frame: Frame, asked: Asked, unit: str) -> Row | None:
    return next(iter(frame.book.take(asked).where({"unit": unit}).rows), None)


def change(frame: Frame, unit: str) -> Change:
    """Points, never percent: a score is no amount."""
    return frame.compare(of_unit(frame, unit), of_unit(frame, unit, When.PREVIOUS), POINT)


def _score(frame: Frame) -> Paragraph | Missing:
    row = _row(frame, frame.ask("posture@1"), ROOT)
    if row is None:
        return Missing("chỉ số an toàn thông tin toàn tỉnh", "không đơn vị nào tham gia tính chỉ số")
    return frame.say(
        "chỉ số an toàn thông tin toàn tỉnh",
        "Chỉ số an toàn thông tin toàn tỉnh đạt {score} điểm, xếp loại {letter}, {change}; độ tin cậy {trust}.",
        score=of_unit(frame, ROOT),
        letter=_letter(row),
        change=change(frame, ROOT),
        trust=_trust(row),
    )


def _dark(frame: Frame) -> tuple[Block, ...]:
    rows = frame.book.take(frame.ask("posture@1")).where({"shown": (None,)})
    names = [frame.unit_name(str(unit)) for unit in rows.column("unit")]
    if not names:
        return ()
    n = frame.figure("b17", Line("dark", "", "posture@1", where={"shown": (None,)}))
    return (
        frame.say(
            "đơn vị chưa đủ dữ liệu",
            "{n} đơn vị chưa đủ dữ liệu để đánh giá: {units}.",
            n=n,
            units=wording.listed(names),
        ),
    )


def _table(frame: Frame) -> Table:
    rows = frame.book.take(frame.ask("posture@1"))
    units = sorted((row for row in rows.rows if row[0] != ROOT), key=lambda row: _order(frame, row))
    made = [_line(frame, row) for row in units]
    made += [_line(frame, row, strong=True) for row in rows.rows if row[0] == ROOT]
    dark = frame.figure("b17", Line("dark", "", "posture@1", where={"shown": (None,)}))
    base = (Cell("Số đơn vị chưa đủ dữ liệu", strong=True), frame.cell(dark), *(Cell("") for _ in HEAD[2:]))
    title = "Chỉ số an toàn thông tin của các đơn vị"
    return Table("b17", title, HEAD, (*made, base), note=frame.lacking(), widths=WIDTHS)


def _line(frame: Frame, row: Row, *, strong: bool = False) -> tuple[Cell, ...]:
    unit = str(row[0])
    name = "Toàn tỉnh" if unit == ROOT else frame.unit_name(unit)
    before = frame.cell(of_unit(frame, unit, When.PREVIOUS))
    cells = (frame.cell(of_unit(frame, unit)), Cell(_letter(row)), before, frame.changed(change(frame, unit)))
    return (Cell(name, strong=strong), *cells, Cell(_trust(row)), Cell("; ".join(reasons(frame, unit))))


def reasons(frame: Frame, unit: str) -> list[str]:
    rows = frame.book.take(frame.ask("posture_reasons@1")).where({"unit": unit}).rows
    return [str(row[2]) for row in sorted(rows, key=lambda row: int(row[1] or 0))][:REASONS]


def _letter(row: Row) -> str:
    if row[3] is None:
        return TOO_LITTLE
    found = next(one for one in method(str(row[2])).letters if one.letter == row[4])
    return f"{found.letter} ({found.text.vi})"


def _trust(row: Row) -> str:
    from fractions import Fraction

    return method(str(row[2])).confidence_of(Fraction(int(row[6] or 0), 100)).text.vi


def _lost(frame: Frame) -> Block:
    rows = frame.book.take(frame.ask("posture_lost@1")).where({"unit": ROOT})
    asked = frame.ask("posture_lost@1")
    found = [
        (BAR_WORDS[bar].vi, frame.book.add(f"{frame.label}/c02/{bar.value}/this", asked, Reduce.ONE, of="points",
                                           where={"unit": ROOT, "bar": bar.value}, places=1))
        for bar in BARS if bar.value in rows.column("bar")
    ]  # fmt: skip
    if not found:
        return Missing("điểm bị trừ theo thành phần", "không có đầu vào của mọi đơn vị")
    return frame.chart("c02", ChartKind.BARS, "Điểm bị trừ theo thành phần, toàn tỉnh", "điểm", {"Kỳ này": found})


def _trend(frame: Frame) -> Chart:
    periods = [frame.period]
    while len(periods) < MONTHS:
        periods.insert(0, previous(periods[0], frame.reporting))
    pairs = []
    for one in periods:
        name = label(one, frame.reporting)
        pairs.append((f"{name[5:]}/{name[:4]}", _at(frame, f"{frame.label}/c01/{name}", one, ROOT)))
    return frame.chart("c01", ChartKind.LINE, "Chỉ số an toàn thông tin toàn tỉnh, 12 kỳ", "điểm", {"Toàn tỉnh": pairs})


def _ranking(frame: Frame) -> Chart:
    rows = [row for row in frame.book.take(frame.ask("posture@1")).rows if row[0] != ROOT]
    pairs = [
        (frame.unit_name(str(row[0])), of_unit(frame, str(row[0])))
        for row in sorted(rows, key=lambda row: _order(frame, row))
    ]
    return frame.chart("c09", ChartKind.BARS, "Chỉ số an toàn thông tin theo đơn vị", "điểm", {"Kỳ này": pairs})


def _order(frame: Frame, row: Row) -> tuple[int, str]:
    """The worst first, then by name; without a number before all others."""
    return (-1 if row[3] is None else int(row[3]), frame.unit_name(str(row[0])))
