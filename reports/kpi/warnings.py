"""What raises a warning: figures and states in, signals out, one per cause and unit (ioc-hub.md 12).

A threshold is crossed by two figures in a row, or by one with a margin of 5 %: a single blip raises nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from reports.kpi.compare import shown
from reports.kpi.definitions import Direction, Kpi
from reports.kpi.forecast import Guess
from reports.kpi.freshness import Standing, State
from reports.kpi.readiness import Pairs
from reports.kpi.rollup import lateness
from reports.kpi.tile import Grade, grade_of
from reports.wording import EMPTY, Text, clock
from soc.warning import WarningCause, WarningLevel

MARGIN = Decimal("0.05")
STOPPED, RAN = Decimal("0.2"), Decimal("0.8")
LOWEST_DROP = 2
Key = tuple[WarningCause, str, str]


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason to warn. `subject`: the KPI, subsystem or incident. `figures`: observation ids it rests on."""

    cause: WarningCause
    subject: str
    unit: str
    level: WarningLevel
    sentence: Text
    figures: tuple[str, ...] = ()
    advice: Text = EMPTY

    @property
    def key(self) -> Key:
        """While one of this key is open, it is updated, not repeated."""
        return self.cause, self.subject, self.unit


@dataclass(frozen=True, slots=True)
class Seen:
    """A figure that was observed. `value` as it is shown."""

    id: str
    value: Decimal | None


def of_threshold(
    kpi: Kpi, unit: str, limits: tuple[Decimal | None, Decimal | None], recent: Sequence[Seen]
) -> Signal | None:
    """`recent`: oldest first. Beyond both limits is worth attention, beyond the better one is told."""
    good, watch = limits
    if good is None or watch is None or kpi.direction is Direction.NEUTRAL or not recent:
        return None
    higher = kpi.direction is Direction.HIGHER
    last, before = recent[-1], recent[-2] if len(recent) > 1 else None
    for limit, level in ((watch, WarningLevel.ATTENTION), (good, WarningLevel.INFO)):
        held = before is not None and _beyond(before.value, limit, higher=higher)
        wide = _beyond(last.value, limit, higher=higher, margin=MARGIN)
        if last.value is not None and _beyond(last.value, limit, higher=higher) and (held or wide):
            ids = tuple(one.id for one in ((before, last) if held and before else (last,)))
            return _threshold(kpi, unit, last.value, limit, level, ids)
    return None


def of_band(kpi: Kpi, unit: str, seen: Seen, guess: Guess) -> Signal | None:
    """An observed figure that its forecast did not reckon with."""
    if seen.value is None or guess.low <= seen.value <= guess.high:
        return None
    low, high, value = (shown(kpi, kpi.rounded(one)) for one in (guess.low, guess.high, seen.value))
    text = Text(
        "{title}: {value}, ngoài khoảng dự báo {low} - {high}", "{title}: {value}, outside its forecast {low} to {high}"
    ).filled(title=kpi.title, value=value, low=low, high=high)
    advice = Text("Kiểm tra nguyên nhân tăng, giảm bất thường", "Look for the cause of the unusual change")
    return Signal(WarningCause.BAND, kpi.id, unit, WarningLevel.ATTENTION, text, (seen.id,), advice)


def of_freshness(
    subsystem: str, title: Text, unit: str, standings: Mapping[str, Standing], now: datetime
) -> Iterable[Signal]:
    """One for all late figures of a unit in a subsystem, one for a dead link; `standings` by KPI."""
    late = {kpi: one for kpi, one in standings.items() if one.state is State.LATE}
    if late:
        longest = max(one.late_by(now) for one in late.values())
        text = Text(
            "{title}: {count} số liệu quá hạn, lâu nhất {by}", "{title}: {count} figures late, the longest by {by}"
        ).filled(title=title, count=len(late), by=lateness(longest))
        advice = Text("Gửi bổ sung số liệu còn thiếu", "Send the missing figures")
        yield Signal(WarningCause.LATE, subsystem, unit, WarningLevel.ATTENTION, text, (), advice)
    since = [one.lost_since for one in standings.values() if one.state is State.LOST]
    if since:
        known = [one for one in since if one is not None]
        text = Text("{title}: mất kết nối", "{title}: link lost").filled(title=title)
        if known:
            when = clock(min(known), now)
            text = Text(f"{text.vi} từ {when.vi}", f"{text.en} since {when.en}")
        advice = Text("Kiểm tra đường truyền và phần mềm gửi", "Check the line and the sending software")
        yield Signal(WarningCause.LOST, subsystem, unit, WarningLevel.ATTENTION, text, (), advice)


def of_mismatch(kpi: Kpi, unit: str, figures: Sequence[str], told: Text) -> Signal:
    """Parts and whole of a figure contradict each other; `told`: what the check said."""
    text = Text(f"{kpi.title.vi}: {told.vi}", f"{kpi.title.en}: {told.en}")
    advice = Text("Giải trình hoặc gửi lại số liệu đúng", "Explain, or send the right figures")
    return Signal(WarningCause.SUM_MISMATCH, kpi.id, unit, WarningLevel.INFO, text, tuple(figures), advice)


def of_posture(unit: str, before: int, after: int, names: Sequence[Text], figure: str) -> Signal | None:
    """Classes are places in `names`, the best first; a fall by two, or to the worst, is serious."""
    if after <= before:
        return None
    deep = after - before >= LOWEST_DROP or after == len(names) - 1
    level = WarningLevel.SERIOUS if deep else WarningLevel.ATTENTION
    text = Text(
        "Chỉ số an toàn thông tin từ '{old}' xuống '{new}'", "Security posture fell from '{old}' to '{new}'"
    ).filled(old=names[before], new=names[after])
    advice = Text("Xem ba nguyên nhân chính và xử lý", "See the three main causes and act on them")
    return Signal(WarningCause.POSTURE_DROP, "sec_posture_score", unit, level, text, (figure,), advice)


def of_incident(incident: str, unit: str) -> Signal:
    """Nothing of the case is told: number and unit alone (ioc-hub.md 16)."""
    text = Text("Sự cố nghiêm trọng {incident} đang xử lý", "Serious incident {incident} is open")
    advice = Text("Theo dõi thông báo của bộ phận ứng cứu", "Follow the notices of the response team")
    return Signal(
        WarningCause.INCIDENT, incident, unit, WarningLevel.SERIOUS, text.filled(incident=incident), (), advice
    )


def of_sudden_stop(subsystem: str, title: Text, unit: str, before: Pairs, now: Pairs) -> Signal | None:
    """A sector that ran has stopped at once: perhaps an incident."""
    if before.share is None or now.share is None or before.share < RAN or now.share > STOPPED:
        return None
    text = Text(
        "{title}: dừng đột ngột, còn {fresh}/{due} số liệu đúng hạn", "{title}: stopped, {fresh}/{due} figures in time"
    ).filled(title=title, fresh=now.fresh, due=now.due)
    advice = Text("Có thể là sự cố: liên hệ bộ phận giám sát", "Possibly an incident: call the monitoring team")
    return Signal(WarningCause.SUDDEN_STOP, subsystem, unit, WarningLevel.SERIOUS, text, (), advice)


@dataclass(frozen=True, slots=True)
class Changes:
    """What to do with the warnings that are open. `over`: their cause is gone; people still close them."""

    raised: tuple[Signal, ...] = ()
    updated: tuple[Signal, ...] = ()
    over: tuple[Key, ...] = ()


def reconciled(signals: Iterable[Signal], open_keys: Iterable[Key]) -> Changes:
    """One warning per cause and unit while open; of several signals of one key the most urgent counts."""
    order = tuple(WarningLevel)
    worst: dict[Key, Signal] = {}
    for one in signals:
        if one.key not in worst or order.index(worst[one.key].level) < order.index(one.level):
            worst[one.key] = one
    known = frozenset(open_keys)
    return Changes(
        tuple(one for key, one in worst.items() if key not in known),
        tuple(one for key, one in worst.items() if key in known),
        tuple(sorted(known - worst.keys())),
    )


def _threshold(
    kpi: Kpi, unit: str, value: Decimal, limit: Decimal, level: WarningLevel, ids: tuple[str, ...]
) -> Signal:
    told = Text("{title}: {value}, ngưỡng {limit}", "{title}: {value}, limit {limit}")
    text = told.filled(title=kpi.title, value=shown(kpi, value), limit=shown(kpi, limit))
    advice = Text("Rà soát và báo cáo biện pháp", "Review and report what is done")
    return Signal(WarningCause.THRESHOLD, kpi.id, unit, level, text, ids, advice)


def _beyond(value: Decimal | None, limit: Decimal, *, higher: bool, margin: Decimal = Decimal(0)) -> bool:
    """On the worse side of the limit; with a margin, by more than that share of it."""
    if value is None:
        return False
    if not margin:
        return grade_of(value, limit, limit, higher=higher) is Grade.FAILED
    width = abs(limit) * margin
    return value < limit - width if higher else value > limit + width
