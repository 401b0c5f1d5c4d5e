"""II. Kết quả giám sát, cảnh báo."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from reports.monthly.compose import Frame, Line
from reports.monthly.figures import Figure, Reduce, Value
from reports.monthly.model import Block, Cell, Chart, ChartKind, Missing, Section, Table
from reports.monthly.sections.words import LEVELS, TACTICS, UNKNOWN_UNIT
from reports.monthly.wording import Noun
from soc.access import UNASSIGNED

ALERT, EVENT, INCIDENT = Noun("cảnh báo"), Noun("sự kiện"), Noun("sự cố")
TOP = 10
FUNNEL = ("events", "alerts", "true", "incidents")
ADDRESS, MACHINE = Noun("địa chỉ"), Noun("máy")
MACHINES = {"machines": "Máy tính đã biết", "protected": "Đã cài phần mềm", "current": "Mẫu nhận diện còn mới"}

TOTALS = (
    Line("records", "Bản ghi nhật ký nhận được", "events@1", Reduce.SUM, of="received", noun=EVENT),
    Line("events", "Sự kiện đã chuẩn hóa", "events@1", Reduce.SUM, of="events", noun=EVENT),
    Line("errors", "Bản ghi không đọc được", "events@1", Reduce.SUM, of="errors", noun=EVENT),
    Line("sources", "Nguồn nhật ký có sự kiện", "events@1", Reduce.DISTINCT, of="source", noun=Noun("nguồn")),
    Line("alerts", "Cảnh báo", "alerts@1", noun=ALERT),
    Line("true", "Cảnh báo được xác nhận là thật", "alerts@1", where={"verdict": ("true_positive",)}, noun=ALERT),
    Line("incidents", "Sự cố được xác nhận", "incidents@1", noun=INCIDENT),
)
BY_LEVEL = tuple(Line(level, name, "alerts@1", where={"level": level}, noun=ALERT) for level, name in LEVELS.items())
OPEN = Line("open", "Cảnh báo đang mở cuối kỳ", "open_alerts@1", noun=ALERT, cumulates=False)
FALSE_RATE = Line(
    "false_rate",
    "Tỷ lệ cảnh báo sai",
    "alerts@1",
    Reduce.SHARE,
    where={"verdict": ("true_positive", "benign_true", "false_positive")},
    also={"verdict": "false_positive"},
    places=1,
)


def section(frame: Frame) -> Section:
    parts = (
        Section("1", "Sự kiện, cảnh báo, sự cố", _totals(frame)),
        Section("2", "Cảnh báo theo mức độ, chiến thuật tấn công", _kinds(frame)),
        Section("3", "Luật phát hiện có nhiều cảnh báo nhất; tỷ lệ cảnh báo sai", _rules(frame)),
        Section("4", "Địa chỉ IP thuộc mạng botnet", _botnet(frame)),
        Section("5", "Phòng, chống mã độc quản trị tập trung", _endpoints(frame)),
    )
    return Section("II", "KẾT QUẢ GIÁM SÁT, CẢNH BÁO", parts=parts)


def _totals(frame: Frame) -> tuple[Block, ...]:
    table = frame.table("b04", "Sự kiện, cảnh báo, sự cố", "Chỉ tiêu", (*TOTALS, OPEN))
    found = {line.name: frame.figure("b04", line) for line in TOTALS}
    levels = {line.name: frame.figure("b05", line) for line in BY_LEVEL}
    frame.printed.update(one.id for one in levels.values())
    said = frame.say(
        "sự kiện, cảnh báo trong kỳ",
        "Hệ thống giám sát thu nhận {events} sự kiện từ {sources} nguồn nhật ký; ghi nhận {alerts} cảnh báo, {change}, "
        "trong đó có {critical} cảnh báo mức nghiêm trọng và {high} cảnh báo mức cao.",
        events=found["events"],
        sources=found["sources"],
        alerts=found["alerts"],
        change=frame.change("b04", TOTALS[4]),
        critical=levels["critical"],
        high=levels["high"],
    )
    steps = [(line.label, found[line.name]) for line in TOTALS if line.name in FUNNEL]
    funnel = frame.chart("c03", ChartKind.FUNNEL, "Từ sự kiện đến sự cố", "", {"Kỳ này": steps})
    return said, table, funnel


def _kinds(frame: Frame) -> tuple[Block, ...]:
    tactics = tuple(
        Line(f"tactic-{key}", name, "alerts@1", where={"tactic": key}, noun=ALERT) for key, name in TACTICS.items()
    )
    seen = [line for line in tactics if frame.figure("b05", line).value]
    untold = Line("tactic-none", "Chưa gắn chiến thuật", "alerts@1", where={"tactic": (None,)}, noun=ALERT)
    table = frame.table("b05", "Cảnh báo theo mức độ và chiến thuật tấn công", "Nhóm", (*BY_LEVEL, *seen, untold))
    return table, _by_day(frame)


def _by_day(frame: Frame) -> Chart:
    """One value a day and level. A day that is not over, or on which nothing was heard, is a gap and never zero."""
    first = frame.period.start
    days = [first + timedelta(days=number) for number in range((frame.period.end - first).days + 1)]
    heard = set(frame.book.take(frame.ask("events@1")).column("day"))
    series = {name: [_of_day(frame, level, day, heard) for day in days] for level, name in LEVELS.items()}
    return frame.chart("c04", ChartKind.STACKED, "Cảnh báo theo ngày", "cảnh báo", series)


def _of_day(frame: Frame, level: str, day: date, heard: set[Value]) -> tuple[str, Figure]:
    asked, text = frame.ask("alerts@1"), day.isoformat()
    id = f"{frame.label}/c04/{level}/{text}"
    if text not in heard:
        return f"{day.day}/{day.month}", frame.book.missing(id, asked, "ngày này không nhận được sự kiện nào")
    return f"{day.day}/{day.month}", frame.book.add(id, asked, where={"level": level, "day": text})


def _rules(frame: Frame) -> tuple[Block, ...]:
    rows = frame.book.take(frame.ask("alerts@1"))
    count = Counter(zip(map(str, rows.column("rule")), map(str, rows.column("title")), strict=True))
    most = sorted(count, key=lambda pair: (-count[pair], pair))[:TOP]
    if not most:
        return (Missing("luật phát hiện có cảnh báo", "trong kỳ không có cảnh báo"),)
    head = ("Luật phát hiện", "Cảnh báo", "Đã kết luận", "Cảnh báo sai", "Tỷ lệ cảnh báo sai")
    table = Table("b06", "Mười luật phát hiện có nhiều cảnh báo nhất", head, tuple(_rule(frame, *one) for one in most))
    rate = frame.figure("b06", FALSE_RATE)
    total = (Cell("Tất cả các luật", strong=True), Cell(""), Cell(""), Cell(""), frame.cell(rate))
    table = Table(table.id, table.title, table.head, (*table.rows, total))
    said = frame.say("tỷ lệ cảnh báo sai", "Tỷ lệ cảnh báo sai là {rate} trên tổng số cảnh báo đã kết luận.", rate=rate)
    return said, table


def _rule(frame: Frame, rule: str, title: str) -> tuple[Cell, ...]:
    judged = ("true_positive", "benign_true", "false_positive")
    lines = (
        Line(f"{rule}-alerts", "", "alerts@1", where={"rule": rule, "title": title}),
        Line(f"{rule}-judged", "", "alerts@1", where={"rule": rule, "title": title, "verdict": judged}),
        Line(f"{rule}-false", "", "alerts@1", where={"rule": rule, "title": title, "verdict": "false_positive"}),
        Line(
            f"{rule}-rate", "", "alerts@1", Reduce.SHARE, places=1, also={"verdict": "false_positive"},
            where={"rule": rule, "title": title, "verdict": judged},
        ),
    )  # fmt: skip
    return (Cell(title), *(frame.cell(frame.figure("b06", line)) for line in lines))


def _botnet(frame: Frame) -> tuple[Block, ...]:
    rows = frame.book.take(frame.ask("botnet@1"))
    if not rows.rows and not frame.book.take(frame.ask("givers@1")).where({"kind": "botnet"}).rows:
        return (Missing("địa chỉ IP thuộc mạng botnet", "chưa kết nối nguồn cung cấp danh sách"),)
    count = Counter(str(unit) for unit in rows.column("unit"))
    lines = [
        Line(
            unit,
            _unit(frame, unit),
            "botnet@1",
            Reduce.DISTINCT,
            of="address",
            where={"unit": unit},
            noun=ADDRESS,
        )
        for unit in sorted(count, key=lambda one: (-count[one], one))
    ]
    total = Line("all", "Toàn tỉnh (không cộng dồn)", "botnet@1", Reduce.DISTINCT, of="address", noun=ADDRESS)
    return (frame.table("b07", "Địa chỉ IP thuộc mạng botnet theo đơn vị", "Đơn vị", (*lines, total)),)


def _endpoints(frame: Frame) -> tuple[Block, ...]:
    rows = frame.book.take(frame.ask("endpoints@1"))
    if not rows.rows:
        return (Missing("phòng, chống mã độc quản trị tập trung", "chưa kết nối nguồn số liệu bên ngoài"),)
    lines = [
        Line(name, said, "endpoints@1", Reduce.SUM, of=name, noun=MACHINE, cumulates=False)
        for name, said in MACHINES.items()
    ]
    givers = ", ".join(sorted({str(one) for one in rows.column("given_by")}))
    note = f"Nguồn: {givers}."
    return (frame.table("b08", "Phòng, chống mã độc quản trị tập trung", "Chỉ tiêu", lines, note=note),)


def _unit(frame: Frame, unit: str) -> str:
    return UNKNOWN_UNIT if unit == UNASSIGNED else frame.unit_name(unit)
