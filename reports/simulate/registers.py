"""What the demo's people entered in the registers: systems with the sources that they owe, scans, weaknesses,
incidents, figures of others. The same seed, units, sources and moment give the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from collectors.simulate.chance import chance
from soc.access import SYSTEM, UNASSIGNED
from soc.alert import SYSTEM_ACTOR, Level
from soc.calendar import ZONE
from soc.incident import Category, Channel, Incident, Move, ReportForm, SentReport, Severity, State
from soc.register import BotnetAddress, EndpointCount, Scan, System, Weakness
from soc.state.incident_acts import Wish, act, begin
from soc.state.tables.sources import SourceState
from soc.unit import Unit, UnitTree

if TYPE_CHECKING:
    from soc.state.store import Tx

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOOKS_BACK = 65
"""Days for which sources are expected: longer than a period and its thirty days of visibility."""

NAMES = (
    ("vb", "Hệ thống quản lý văn bản và điều hành", 3),
    ("mc", "Hệ thống một cửa điện tử", 3),
    ("web", "Trang thông tin điện tử", 2),
    ("csdl", "Cơ sở dữ liệu chuyên ngành", 3),
    ("mang", "Hệ thống mạng nội bộ", 2),
)
SMALL = (("mang", "Hệ thống mạng nội bộ", 1), ("web", "Trang thông tin điện tử", 2))
"""Of communes and wards."""
CENTRE = ("ttdl", "Trung tâm dữ liệu dùng chung", 4)
FLAWS = (
    ("Máy chủ web dùng phiên bản hết hỗ trợ", Level.HIGH, 30),
    ("Giao thức mã hóa cũ còn bật", Level.MEDIUM, 60),
    ("Thiếu bản vá hệ điều hành", Level.HIGH, 30),
    ("Trang quản trị mở ra Internet", Level.CRITICAL, 7),
    ("Tài khoản mặc định chưa đổi mật khẩu", Level.CRITICAL, 7),
    ("Lộ phiên bản phần mềm", Level.LOW, 180),
)
SCANNER = "Trung tâm CNTT (mô phỏng)"
ENDPOINTS = "Hệ thống phòng, chống mã độc tập trung (mô phỏng)"
BOTNETS = "Cơ quan điều phối ứng cứu sự cố (mô phỏng)"
BOTNET_NAMES = ("mirai", "gafgyt", "mozi")
LOCAL = frozenset({"ward", "commune"})


def fill_registers(tx: Tx, tree: UnitTree, now: datetime, seed: int) -> int:
    """Fills empty registers; answers how many systems there are. Does nothing where somebody has entered a system.
    The sources must be there: a system owes those of its unit."""
    if tx.systems.all(SYSTEM):
        return 0
    day = now.astimezone(ZONE).date()
    made = list(_systems(tx, tree, now, seed))
    for one, sources in made:
        tx.systems.add(one)
        for source in sources:
            tx.systems.expect(one, source, since=day - LOOKS_BACK * DAY, by=SYSTEM_ACTOR.id, at=now)
    systems = [one for one, _ in made]
    _scans(tx, systems, day, now, seed)
    _figures(tx, sorted({one.unit for one in systems}), day, now, seed)
    for number, story in enumerate(_stories(systems, now)):
        story.play(tx, f"demo-{number}", now)
    tx.audit.append(SYSTEM_ACTOR, "registers.simulated", f"seed {seed}", at=now, after={"systems": len(systems)})
    return len(systems)


def _systems(tx: Tx, tree: UnitTree, now: datetime, seed: int) -> Iterator[tuple[System, list[str]]]:
    """Each unit with sources has one or two systems, which share them. The one with most sources runs the centre."""
    day = now.astimezone(ZONE).date()
    owned: dict[str, list[str]] = {}
    for source in tx.sources.all(SYSTEM, states=(SourceState.ACTIVE,)):
        if source.unit != UNASSIGNED:
            owned.setdefault(source.unit, []).append(source.id)
    centre = max(sorted(owned), key=lambda name: len(owned[name]), default="")
    for name, sources in sorted(owned.items()):
        unit = tree.get(name)
        if unit is None or not unit.holds_on(day):
            continue
        draw = chance(seed, "systems", name)
        kinds = _kinds(unit, draw, many=len(sources) > 1, centre=name == centre)
        for number, kind in enumerate(kinds):
            yield _system(unit, kind, day, now, draw), sources[number :: len(kinds)]


def _kinds(unit: Unit, draw: Random, *, many: bool, centre: bool) -> Sequence[tuple[str, str, int]]:
    found = list(SMALL if unit.kind in LOCAL else NAMES)
    draw.shuffle(found)
    return [*([CENTRE] if centre else []), *found][: 2 if many else 1]


def _system(unit: Unit, kind: tuple[str, str, int], day: date, now: datetime, draw: Random) -> System:
    """Three of four levels are approved; the others have one of the two days of the transition before them."""
    short, name, level = kind
    made = System(f"{unit.id.replace('_', '-')}-{short}", f"{name}, {unit.label}", unit.id, now - 400 * DAY, level)
    made = replace(made, contact=f"Bộ phận CNTT {unit.label}"[:120])
    if draw.random() < 0.75:
        decided = day - draw.randrange(90, 700) * DAY
        return replace(made, decision_number=f"{draw.randrange(20, 900)}/QĐ-MP", decision_date=decided)
    return replace(made, deadline=date(2027, 1, 1) if draw.random() < 0.5 else date(2027, 7, 1))


def _scans(tx: Tx, systems: Iterable[System], day: date, now: datetime, seed: int) -> None:
    """Most were scanned within half a year, some long ago, a few never."""
    number = 0
    for one in systems:
        draw = chance(seed, "scan", one.id)
        ago = draw.choices((draw.randrange(5, 150), draw.randrange(190, 330), 0), (75, 17, 8))[0]
        if not ago:
            continue
        scanned = day - ago * DAY
        tx.weaknesses.scanned(Scan(0, one.id, one.unit, scanned, SCANNER, now, "Rà quét định kỳ"))
        for title, level, days in draw.sample(FLAWS, draw.choices((0, 1, 2, 3), (40, 30, 20, 10))[0]):
            number += 1
            due = scanned + days * DAY
            fixed = min(due + draw.randrange(-5, 20) * DAY, day) if draw.random() < 0.6 else None
            found = Weakness(0, one.id, one.unit, f"LH-{scanned.year}-{number:03d}", title, level, scanned, due, now)
            tx.weaknesses.add(replace(found, fixed_on=max(fixed, scanned) if fixed else None))


def _figures(tx: Tx, units: Sequence[str], day: date, now: datetime, seed: int) -> None:
    """A count of each week for nine weeks; addresses of every eighth unit on two lists."""
    for number, unit in enumerate(units):
        draw = chance(seed, "figures", unit)
        machines = draw.randrange(40, 220)
        share = draw.uniform(0.6, 0.99)
        weeks = (day - week * 7 * DAY for week in range(9))
        tx.external.count_endpoints(_count(unit, each, machines, share, draw, now) for each in weeks)
        if number % 8 == 0:
            tx.external.list_botnet(_listed(unit, number, ago, day, draw, now) for ago in (3, 38))


def _count(unit: str, day: date, machines: int, share: float, draw: Random, now: datetime) -> EndpointCount:
    protected = min(machines, round(machines * share) + draw.randrange(0, 3))
    current = round(protected * draw.uniform(0.85, 1))
    found = draw.choices((0, 1, 2, 5), (70, 15, 10, 5))[0]
    return EndpointCount(unit, day, ENDPOINTS, machines, protected, current, found, SYSTEM_ACTOR.id, now)


def _listed(unit: str, number: int, ago: int, day: date, draw: Random, now: datetime) -> BotnetAddress:
    """Addresses of documentation (RFC 5737)."""
    address = f"203.0.113.{number * 3 % 250 + draw.randrange(1, 4)}"
    name = draw.choice(BOTNET_NAMES)
    return BotnetAddress(unit, day - ago * DAY, address, BOTNETS, name, SYSTEM_ACTOR.id, now)


@dataclass(frozen=True, slots=True)
class _Story:
    """One incident of the past. Hours count from T0; None: has not come yet."""

    system: System
    title: str
    category: Category
    severity: Severity
    t0: datetime
    summary: str
    confirmed: float = 1
    contained: float | None = None
    closed: float | None = None
    reports: tuple[tuple[ReportForm, float, str], ...] = ()
    waived: str = ""

    def play(self, tx: Tx, name: str, now: datetime) -> None:
        """Every step as if somebody had taken it at its time."""
        unit, t0 = self.system.unit, self.t0
        draft = Incident(
            name, 0, unit, self.title, self.category, self.severity, State.SUSPECTED, t0, t0, SYSTEM_ACTOR.id,
            summary=self.summary, systems=(self.system.id,),
        )  # fmt: skip
        one = begin(tx, draft, by=SYSTEM_ACTOR, scope=SYSTEM, at=t0)
        for at, wish in sorted(self._wishes(), key=lambda pair: pair[0]):
            if at <= now:
                one = act(tx, one.id, wish, scope=SYSTEM, revision=one.revision)

    def _wishes(self) -> Iterator[tuple[datetime, Wish]]:
        steps = ((Move.CONFIRM, self.confirmed), (Move.CONTAIN, self.contained), (Move.CLOSE, self.closed))
        for move, hours in steps:
            if hours is not None:
                at = self.t0 + hours * HOUR
                yield at, Wish(move, SYSTEM_ACTOR, at, moment=at)
        for form, hours, number in self.reports:
            at = self.t0 + hours * HOUR
            to = "Phòng An ninh mạng (mô phỏng)"
            sent = SentReport("", form, at, Channel.OFFICIAL_LETTER, to, number, f"Công văn đến {number}")
            yield at, Wish(Move.REPORT, SYSTEM_ACTOR, at, report=sent)
        if self.waived:
            at = self.t0 + (self.confirmed + 1) * HOUR
            yield at, Wish(Move.WAIVE, SYSTEM_ACTOR, at, reason=self.waived, name="Nguyễn Văn Mẫu (mô phỏng)")


def _stories(systems: Sequence[System], now: datetime) -> Iterator[_Story]:
    """One serious incident whose first report is due in 5 hours 20 minutes, one of the last period that was reported
    in time, one that owed no report, and one that is not contained yet."""
    if not systems:
        return
    minute = now.replace(second=0, microsecond=0)
    held = [systems[number * len(systems) // 4] for number in range(4)]
    yield _Story(
        held[0], "Máy chủ web bị cài mã điều khiển từ xa", Category.INTRUSION, Severity.SERIOUS,
        minute - timedelta(days=36, hours=3), "Phát hiện tệp lạ trên máy chủ web, kết nối ra ngoài.", 1, 6, 90,
        ((ReportForm.INITIAL, 9, "101/BC-MP"), (ReportForm.CAUSE, 52, "108/BC-MP"), (ReportForm.FINAL, 88, "117/BC")),
    )  # fmt: skip
    yield _Story(
        held[1], "Máy trạm nhiễm mã độc đào tiền ảo", Category.MALWARE, Severity.MEDIUM, minute - timedelta(days=21),
        "Một máy trạm nhiễm mã độc, không lan rộng.", 2, 5, 30,
        waived="Ảnh hưởng một máy trạm, không thuộc diện báo cáo",
    )  # fmt: skip
    yield _Story(
        held[2], "Thư giả mạo lấy tài khoản cán bộ", Category.PHISHING, Severity.HIGH, minute - timedelta(days=2),
        "Hai tài khoản thư bị lộ mật khẩu, đã khóa một tài khoản.", 3,
    )  # fmt: skip
    yield _Story(
        held[3], "Dữ liệu máy chủ tệp bị mã hóa tống tiền", Category.MALWARE, Severity.SERIOUS,
        minute - timedelta(hours=18, minutes=40), "Máy chủ tệp bị mã hóa, đã ngắt mạng và khôi phục từ bản sao lưu.",
        0.5, 4,
    )  # fmt: skip
