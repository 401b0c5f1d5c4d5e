"""III. Sự cố và ứng cứu sự cố."""

from __future__ import annotations

from collections.abc import Sequence

from reports.monthly.compose import Frame, Line
from reports.monthly.figures import Reduce, Value
from reports.monthly.model import Block, ChartKind, Missing, Section
from reports.monthly.sections import coverage
from reports.monthly.sections.words import CATEGORIES, LEVELS, SEVERITIES
from reports.monthly.wording import Noun

INCIDENT, DUTY, MINUTES, ALERT = Noun("sự cố"), Noun("báo cáo"), Noun("phút"), Noun("cảnh báo")
DONE = ("in_time", "late", "overdue")

ALL = Line("all", "Tổng số", "incidents@1", noun=INCIDENT)
SERIOUS = Line("serious", "Nghiêm trọng", "incidents@1", where={"severity": "serious"}, noun=INCIDENT)
HANDLED = Line("handled", "Đã khắc phục", "incidents@1", where={"state": ("contained", "closed")}, noun=INCIDENT)
UNDER_WAY = Line("open", "Đang xử lý", "open_incidents@1", noun=INCIDENT, cumulates=False)


def section(frame: Frame) -> Section:
    parts = (
        Section("1", "Sự cố theo nhóm, mức độ", _kinds(frame)),
        Section("2", "Thời gian tiếp nhận, xử lý cảnh báo", _times(frame)),
        Section("3", "Chấp hành thời hạn báo cáo sự cố", _duties(frame)),
    )
    return Section("III", "SỰ CỐ VÀ ỨNG CỨU SỰ CỐ", parts=parts)


def _kinds(frame: Frame) -> tuple[Block, ...]:
    severities = [
        Line(f"severity-{key}", f"Mức {name.lower()}", "incidents@1", where={"severity": key}, noun=INCIDENT)
        for key, name in SEVERITIES.items()
    ]
    categories = [
        Line(f"category-{key}", name, "incidents@1", where={"category": key}, noun=INCIDENT)
        for key, name in CATEGORIES.items()
    ]
    seen = [line for line in categories if frame.figure("b09", line).value]
    lines = (ALL, *severities, *seen, HANDLED, UNDER_WAY)
    table = frame.table("b09", "Sự cố theo mức độ, nhóm và tình trạng", "Nhóm", lines)
    total = frame.figure("b09", ALL)
    if not total.value:
        return _none(frame), table
    said = frame.say(
        "sự cố trong kỳ",
        "Trong kỳ xác nhận {n} sự cố, trong đó có {serious} sự cố nghiêm trọng; "
        "đã khắc phục {done}, đang xử lý {open}.",
        n=total,
        serious=frame.figure("b09", severities[0]),
        done=frame.figure("b09", HANDLED),
        open=frame.figure("b09", UNDER_WAY),
    )
    chart = [(line.label, frame.figure("b09", line)) for line in seen]
    return said, table, frame.chart("c05", ChartKind.BARS, "Sự cố theo nhóm", "sự cố", {"Kỳ này": chart})


def _none(frame: Frame) -> Block:
    """Good news always carries what it rests on; resting on nothing, it is no news."""
    rate = frame.figure("b13", coverage.SHARE)
    if rate.value is None:
        return Missing("sự cố trong kỳ", "không nguồn nhật ký nào được giám sát nên không thể biết")
    frame.printed.add(rate.id)
    said = "Trong kỳ không ghi nhận sự cố (trên phạm vi {rate} thời gian các nguồn nhật ký phải gửi dữ liệu)."
    return frame.say("sự cố trong kỳ", said, rate=rate)


MEASURES = (
    ("ack", "trung vị tiếp nhận (phút)", Reduce.MEDIAN, "ack_minutes"),
    ("ack90", "phân vị 90 tiếp nhận (phút)", Reduce.P90, "ack_minutes"),
    ("resolve", "trung vị xử lý (phút)", Reduce.MEDIAN, "resolve_minutes"),
    ("resolve90", "phân vị 90 xử lý (phút)", Reduce.P90, "resolve_minutes"),
)
DUE = ("kept", "missed")


def _rate(name: str, said: str, limit: str, **level: str) -> Line:
    """Which share of what had a limit that has ended was done in it."""
    where: dict[str, Value | Sequence[Value]] = {"delayed": 0, limit: DUE, **level}
    return Line(name, said, "alerts@1", Reduce.SHARE, where=where, also={limit: "kept"}, places=1)


ACKNOWLEDGED = _rate("ack-rate", "Tiếp nhận đúng hạn", "ack")


def _times(frame: Frame) -> tuple[Block, ...]:
    """Alerts about something older than a day are measured apart: their delay is the source's, not the analyst's."""
    lines = [ACKNOWLEDGED, _rate("resolve-rate", "Xử lý đúng hạn", "resolve")]
    for level, name in LEVELS.items():
        said = f"Mức {name.lower()}: "
        mine: dict[str, Value | Sequence[Value]] = {"level": level, "delayed": 0}
        made = [
            Line(f"{level}-{key}", said + what, "alerts@1", reduce, of, mine, noun=MINUTES, cumulates=False)
            for key, what, reduce, of in MEASURES
        ]
        made.append(_rate(f"{level}-rate", f"{said}tiếp nhận đúng hạn", "ack", level=level))
        lines += [line for line in made if frame.figure("b10", line).value is not None]
    late = Line("delayed", "Cảnh báo từ dữ liệu đến muộn (không tính)", "alerts@1", where={"delayed": 1}, noun=ALERT)
    table = frame.table("b10", "Thời gian tiếp nhận, xử lý và tỷ lệ đúng hạn", "Chỉ tiêu", (*lines, late))
    rate = frame.figure("b10", ACKNOWLEDGED)
    if not rate.n:
        return Missing("tỷ lệ tiếp nhận đúng hạn", "trong kỳ không có cảnh báo nào đến hạn"), table
    change = frame.change("b10", ACKNOWLEDGED)
    return frame.say(
        "tỷ lệ tiếp nhận đúng hạn",
        "Tỷ lệ cảnh báo được tiếp nhận đúng hạn đạt {rate}, {change}.",
        rate=rate,
        change=change,
    ), table


def _duties(frame: Frame) -> tuple[Block, ...]:
    owed = Line(
        "owed", "Báo cáo phải gửi (đã đến hạn hoặc đã gửi)", "reports_owed@1", where={"standing": DONE}, noun=DUTY
    )
    kept = Line("kept", "Gửi đúng hạn", "reports_owed@1", where={"standing": "in_time"}, noun=DUTY)
    late = Line("late", "Quá hạn", "reports_owed@1", where={"standing": ("late", "overdue")}, noun=DUTY)
    runs = Line(
        "running",
        "Còn trong hạn",
        "reports_owed@1",
        where={"standing": ("running", "near")},
        noun=DUTY,
        cumulates=False,
    )
    waived = Line("waived", "Không thuộc diện phải báo cáo", "reports_owed@1", where={"standing": "waived"}, noun=DUTY)
    lines = (owed, kept, late, runs, waived)
    table = frame.table("b11", "Chấp hành thời hạn báo cáo sự cố", "Chỉ tiêu", lines)
    figures = {line.name: frame.figure("b11", line) for line in lines}
    if not figures["owed"].value:
        return Missing("báo cáo sự cố phải gửi", "trong kỳ không có báo cáo đến hạn"), table
    said = frame.say(
        "báo cáo sự cố phải gửi",
        "{kept}/{owed} báo cáo sự cố được gửi đúng thời hạn; {late} trường hợp quá hạn.",
        kept=figures["kept"],
        owed=figures["owed"],
        late=figures["late"],
    )
    return said, table
