"""The one tile model: any KPI at any level, ready to be shown; a face computes nothing (ioc-hub.md 3.1, 6, 14.1).

The class is that of the value as shown, and there is none where the figure is late, missing, restricted, or rests on
too few units. No data is never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from reports.kpi.compare import BASES, Basis, Comparison, compare, shown
from reports.kpi.definitions import Direction, Headline, Kpi, TargetBasis
from reports.kpi.figure import Figure, Lack, read_at
from reports.kpi.freshness import LABELS, State
from reports.kpi.period_words import period_words
from reports.kpi.rollup import NOTHING, Coverage, lateness
from reports.wording import EMPTY, Text, clock
from soc.observation import Cumulative, Dimensions, Observation, Status
from soc.organisation import Organisation
from soc.period import Period, Reporting

NO_HOLDER = Text("chưa có đơn vị phụ trách", "no responsible unit")


class Grade(StrEnum):
    """The class of a value. PLAIN: no direction is better, no limits, or too few cases. UNKNOWN: nothing to judge."""

    GOOD = "good"
    WATCH = "watch"
    FAILED = "failed"
    PLAIN = "plain"
    UNKNOWN = "unknown"


GRADES = {
    Grade.GOOD: Text("đạt", "on target"),
    Grade.WATCH: Text("cần theo dõi", "to be watched"),
    Grade.FAILED: Text("không đạt", "off target"),
    Grade.PLAIN: EMPTY,
    Grade.UNKNOWN: EMPTY,
}
STATUSES = {
    Status.ESTIMATED: Text("ước tính", "estimated"),
    Status.PRELIMINARY: Text("sơ bộ", "preliminary"),
    Status.OFFICIAL: Text("chính thức", "official"),
    Status.FORECAST: Text("dự báo", "forecast"),
    Status.MISSING: Text("chưa có số liệu", "no figure"),
    Status.BREAK: Text("thay đổi phương pháp/phạm vi", "break in the series"),
}
LEAST_SURE = (Status.FORECAST, Status.ESTIMATED, Status.PRELIMINARY, Status.BREAK, Status.OFFICIAL, Status.MISSING)


@dataclass(frozen=True, slots=True)
class Restated:
    """That the figure was corrected: from which value, by what code, with what words. `old` None: not looked up."""

    code: str
    reason: str
    old: Text | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What a tile is drawn with. `limits`: good and watch in force. `names`: labels of units."""

    organisation: Organisation
    reporting: Reporting
    limits: tuple[Decimal | None, Decimal | None]
    now: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the value. `bases`: values of other comparisons. `held`: units whose newer value waits for
    their answer. `points`: the trend, None for a gap. `old`: values before a correction, by observation id."""

    bases: Mapping[Basis, Decimal | None] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    points: tuple[Decimal | None, ...] = ()
    old: Mapping[str, Decimal] = field(default_factory=dict)


NOTHING_BESIDE = Beside()


@dataclass(frozen=True, slots=True)
class Times:
    """When. `read_at`: the oldest reading a value rests on. `next_due` and `grace_until`: of the figure after it."""

    read_at: datetime | None
    age: timedelta | None
    next_due: datetime | None
    grace_until: datetime | None
    lost_since: datetime | None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a value rests on. `status`: the least sure one. `revision`: the highest. `basis`: observation ids."""

    sources: tuple[str, ...]
    status: Status | None
    revision: int | None
    restated: Restated | None
    held: tuple[str, ...]
    versions: tuple[str, ...]
    basis: tuple[str, ...]
    pilots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KpiTile:
    """What a face shows. `shown` None: no value, and `sentence` says why. `level`: the unit it is of.
    `responsible` None: nobody has the function on that day."""

    kpi: Kpi
    level: str
    dimensions: Dimensions
    title: Text
    value: Decimal | None
    shown: Text | None
    unit: Text
    grade: Grade
    state: State
    sentence: Text
    period: Period | None
    period_words: Text
    cumulative: Cumulative
    comparisons: tuple[Comparison, ...]
    coverage: Coverage | None
    coverage_words: Text
    lack: Lack | None
    times: Times
    responsible: str | None
    responsible_name: Text
    numerator: Decimal | None
    denominator: Decimal | None
    origin: Origin
    points: tuple[Decimal | None, ...]

    @property
    def id(self) -> str:
        """Stable: KPI, level, dimensions."""
        more = "".join(f":{name}={value}" for name, value in self.dimensions)
        return f"{self.kpi.id}:{self.level}{more}"

    @property
    def struck(self) -> bool:
        """Whether the last value is shown struck and grey: a realtime figure whose link is dead."""
        return self.state is State.LOST and self.grade is Grade.UNKNOWN and self.shown is not None

    @property
    def change(self) -> Comparison | None:
        """Against the period before."""
        return next((one for one in self.comparisons if one.basis is Basis.PREVIOUS), None)

    @property
    def age_words(self) -> Text:
        return EMPTY if self.times.age is None else lateness(self.times.age)

    @property
    def state_words(self) -> Text:
        return LABELS[self.state]

    @property
    def grade_words(self) -> Text:
        return GRADES[self.grade]

    @property
    def target_unproved(self) -> bool:
        """Whether the target is from memory: never printed in an issued report."""
        return self.kpi.target is not None and self.kpi.target_basis is TargetBasis.RECALLED

    @property
    def withheld(self) -> bool:
        return self.lack is Lack.WITHHELD


def tile(figure: Figure, headline: Headline, frame: Frame, beside: Beside = NOTHING_BESIDE) -> KpiTile:
    """A figure without a value keeps nothing of it: no class, no change."""
    kpi, value = figure.kpi, figure.amount.value if figure.lack is None else None
    rounded = None if value is None else kpi.rounded(value)
    responsible = _responsible(figure, frame)
    observations = tuple(known.observation for known in figure.basis)
    origin = _origin(figure, observations, beside)
    parts = figure.amount if figure.lack in (None, Lack.NO_CASES) else NOTHING
    made = KpiTile(
        kpi=kpi,
        level=figure.unit,
        dimensions=headline.dimensions,
        title=headline.title if headline.title != EMPTY else kpi.label,
        value=rounded,
        shown=None if rounded is None else shown(kpi, rounded),
        unit=kpi.unit_text,
        grade=_grade(figure, rounded, frame.limits, origin.status),
        state=figure.standing.state,
        sentence=EMPTY,
        period=figure.period,
        period_words=EMPTY if figure.period is None else period_words(figure.period, frame.reporting),
        cumulative=figure.cumulative,
        comparisons=_comparisons(figure, beside) if figure.coloured else (),
        coverage=figure.coverage,
        coverage_words=_coverage_words(figure, frame),
        lack=figure.lack,
        times=_times(figure, frame.now),
        responsible=responsible,
        responsible_name=NO_HOLDER if responsible is None else _name(responsible, frame.organisation),
        numerator=parts.numerator,
        denominator=parts.denominator,
        origin=origin,
        points=beside.points if figure.lack is not Lack.WITHHELD else (),
    )
    said = _sentence(made, observations, frame.now)
    return replace(made, sentence=_with_held(said, len(beside.held)))


def _times(figure: Figure, now: datetime) -> Times:
    hidden = figure.lack is Lack.WITHHELD
    read = None if hidden else min((read_at(known) for known in figure.basis), default=None)
    stands = figure.standing
    return Times(read, None if read is None else now - read, stands.due_at, stands.grace_until, stands.lost_since)


def _origin(figure: Figure, observations: tuple[Observation, ...], beside: Beside) -> Origin:
    return Origin(
        sources=tuple(sorted({known.sender for known in figure.basis})),
        status=min((one.status for one in observations), key=LEAST_SURE.index, default=None),
        revision=max((one.revision for one in observations), default=None),
        restated=_restated(figure.kpi, observations, beside),
        held=tuple(sorted(beside.held)),
        versions=tuple(sorted({one.definition or figure.kpi.version for one in observations})) or (figure.kpi.version,),
        basis=tuple(one.id for one in observations),
        pilots=figure.pilots,
    )


def _grade(
    figure: Figure, rounded: Decimal | None, limits: tuple[Decimal | None, Decimal | None], status: Status | None
) -> Grade:
    """Compared as shown, else a tile reads 98,0 and is yellow."""
    if rounded is None or not figure.coloured or status is Status.FORECAST:
        return Grade.UNKNOWN
    good, watch = limits
    kpi = figure.kpi
    if kpi.direction is Direction.NEUTRAL or good is None or watch is None:
        return Grade.PLAIN
    if kpi.least_cases and (figure.amount.denominator or 0) < kpi.least_cases:
        return Grade.PLAIN
    return grade_of(rounded, good, watch, higher=kpi.direction is Direction.HIGHER)


def grade_of(rounded: Decimal, good: Decimal, watch: Decimal, *, higher: bool) -> Grade:
    """By the limits; both belong to the better side."""
    if rounded >= good if higher else rounded <= good:
        return Grade.GOOD
    return Grade.WATCH if (rounded >= watch if higher else rounded <= watch) else Grade.FAILED


def _comparisons(figure: Figure, beside: Beside) -> tuple[Comparison, ...]:
    value = figure.amount.value
    found = [compare(figure.kpi, figure.compared.value, figure.base.value, Basis.PREVIOUS)]
    found += [compare(figure.kpi, value, base, basis) for basis, base in beside.bases.items()]
    found.append(compare(figure.kpi, value, figure.kpi.target, Basis.PLAN))
    return tuple(one for one in found if one is not None)


def _responsible(figure: Figure, frame: Frame) -> str | None:
    """Of a unit's own figure the unit; of the province whoever has the function at the figure's date."""
    if figure.unit != frame.organisation.province:
        return figure.unit
    day: date = figure.period.end if figure.period else frame.now.date()
    return frame.organisation.holder(figure.kpi.function, day)


def _coverage_words(figure: Figure, frame: Frame) -> Text:
    if figure.coverage is None:
        return EMPTY
    late = figure.coverage.late[:1]
    return figure.coverage.words({one.unit: _name(one.unit, frame.organisation).vi for one in late})


def _name(unit: str, organisation: Organisation) -> Text:
    found = organisation.tree.get(unit)
    return Text(found.label, found.name_en or found.label) if found else Text(unit, unit)


def _restated(kpi: Kpi, observations: tuple[Observation, ...], beside: Beside) -> Restated | None:
    found = [one for one in observations if one.restatement is not None]
    if not found:
        return None
    told = found[0].restatement or {}
    old = beside.old.get(found[0].id) if len(observations) == 1 else None
    said = None if old is None else shown(kpi, kpi.rounded(old))
    return Restated(str(told.get("reason_code", "")), str(told.get("reason_vi", "")), said)


def _sentence(made: KpiTile, observations: tuple[Observation, ...], now: datetime) -> Text:
    names = {"who": made.responsible_name, "period": made.period_words}
    if made.lack is not None:
        reason = next((one.reason for one in observations if one.reason), "")
        names["why"] = Text(f": {reason}", f": {reason}") if reason else EMPTY
        return LACKS[made.lack].filled(**names)
    if made.state is State.LATE and made.times.next_due is not None:
        by = lateness(now - made.times.next_due)
        return Text("Số liệu {period}, quá hạn {by}; {who}", "Figure of {period}, {by} late; {who}").filled(
            by=by, **names
        )
    if made.struck and made.times.lost_since is not None:
        since = clock(made.times.lost_since, now)
        return Text("Mất kết nối từ {since}; {who}", "No link since {since}; {who}").filled(since=since, **names)
    said = made.period_words
    if (change := made.change) is not None:
        basis = BASES[Basis.PREVIOUS]
        said = Text(f"{said.vi}: {change.words.vi} {basis.vi}", f"{said.en}: {change.words.en} {basis.en}")
    if made.coverage is not None and made.coverage.late:
        said = Text(f"{said.vi}; {made.coverage_words.vi}", f"{said.en}; {made.coverage_words.en}")
    return Text(said.vi[:1].upper() + said.vi[1:], said.en[:1].upper() + said.en[1:])


def _with_held(said: Text, units: int) -> Text:
    """A held value is never shown; that it waits is."""
    if not units:
        return said
    more = Text("chờ 1 đơn vị xác nhận", "1 unit is to confirm")
    if units > 1:
        more = Text(f"chờ {units} đơn vị xác nhận", f"{units} units are to confirm")
    return Text(f"{said.vi}; {more.vi}", f"{said.en}; {more.en}")


LACKS = {
    Lack.NEVER: Text("Chưa có số liệu; {who}", "No figure yet; {who}"),
    Lack.MISSING: Text("Không có số liệu {period}{why}; {who}", "No figure of {period}{why}; {who}"),
    Lack.NO_CASES: Text("Không phát sinh trong {period}", "No cases in {period}"),
    Lack.NO_TOTAL: Text("Chỉ tiêu không cộng được, xem từng đơn vị", "Never added up: see each unit"),
    Lack.ALL_LATE: Text("Chưa đơn vị nào có số liệu đúng hạn; {who}", "No unit has a figure in time; {who}"),
    Lack.WITHHELD: Text(
        "Hạn chế truy cập: chỉ đơn vị có số liệu và người được cấp quyền xem",
        "Restricted: for the unit itself and those with a grant over it",
    ),
}
