"""The eight tiles of the SOC: figures in, tiles with their sentences out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from reports.catalogue import Catalogue, Definition, Kind
from reports.soc_figures import ATTENTION, CRITICAL, IN_TIME, MONITORED, SPAN, SocFigures
from reports.tiles import Reading, Tile, missing, named, ratio, tile
from reports.wording import EMPTY, Text, clock, counted, figure
from soc.access import UNASSIGNED
from soc.state.figures import Point

Name = Callable[[str], str]
"""Unit id -> the name to print."""

DAY = timedelta(hours=24)
NEAR = timedelta(hours=2)
POINTS = 24

ALERT_LOG = Text("Sổ cảnh báo của SOC", "Alert log of the SOC")
SOURCE_LIST = Text("Danh sách nguồn nhật ký và giờ nhận cuối", "List of log sources with the time last heard")
NOT_LOOKED = Text("Vòng phát hiện chưa báo lần nào nên chưa có số liệu.", "The detecting loop has never reported.")
NOT_HEARD = Text(
    "Không nguồn nhật ký nào đang gửi nên không thể biết số cảnh báo.",
    "No log source is sending, so the number of alerts cannot be known.",
)


def tiles(
    catalogue: Catalogue, figures: SocFigures, trends: Mapping[str, Sequence[Point]], name: Name, now: datetime
) -> tuple[Tile, ...]:
    """In the order of the board; a figure that nobody makes says so."""
    found = {
        CRITICAL: _critical(figures, now),
        IN_TIME: _in_time(figures, name),
        MONITORED: _monitored(figures, name, now),
        ATTENTION: _attention(figures, name),
    }
    made = []
    for definition in catalogue.tiles:
        reading = found.get(definition.id) or missing(definition, definition.missing or NOT_LOOKED)
        points = trends.get(definition.id, ())
        reading = _with_trend(reading, definition, points, now)
        made.append(tile(definition, reading, now, max_age=catalogue.max_age, grace=catalogue.grace))
    return tuple(made)


def _critical(figures: SocFigures, now: datetime) -> Reading:
    if (unknown := _unknown(figures)) is not None:
        return unknown
    count = sum(sums.open for sums in figures.critical.values())
    untaken = sum(sums.untaken for sums in figures.critical.values())
    dues = [sums.due for sums in figures.critical.values() if sums.due is not None]
    if not count:
        said = Text("Không cảnh báo nghiêm trọng nào đang mở.", "No critical alert is open.")
    elif not untaken:
        said = Text("Tất cả đã có người tiếp nhận.", "All of them have been taken.")
    else:
        one, many = Text("", "{n} alert not taken yet"), Text("{n} cảnh báo chưa ai nhận", "{n} alerts not taken yet")
        said = _ended(counted(untaken, one, many), min(dues, default=None), now)
    return Reading(count, said, figures.looked, numerator=count, source=ALERT_LOG)


def _in_time(figures: SocFigures, name: Name) -> Reading:
    if figures.looked is None:
        return Reading(None, NOT_LOOKED, None, source=ALERT_LOG)
    kept = sum(sums.kept for sums in figures.in_time.values())
    due = sum(sums.due for sums in figures.in_time.values())
    if not due:
        said = Text(
            f"Chưa cảnh báo nào được đóng hay quá hạn trong {SPAN.days} ngày qua.",
            f"No alert was closed or went past its limit in the last {SPAN.days} days.",
        )
        return Reading(None, said, figures.looked, numerator=0, denominator=0, source=ALERT_LOG)
    if kept == due:
        said = Text("Cả {due} cảnh báo đều trong hạn.", "All {due} alerts were in time.").filled(due=figure(due))
    else:
        worst = max(figures.in_time, key=lambda unit: (figures.in_time[unit].missed, unit))
        said = Text(
            "{missed} trên {due} cảnh báo quá hạn, {n} ở {unit}.",
            "{missed} of {due} alerts past the limit, {n} at {unit}.",
        ).filled(
            missed=figure(due - kept),
            due=figure(due),
            n=figure(figures.in_time[worst].missed),
            unit=_place(worst, name),
        )
    return Reading(ratio(kept, due), said, figures.looked, kept, due, aside=_target(90), source=ALERT_LOG)


def _monitored(figures: SocFigures, name: Name, now: datetime) -> Reading:
    living, expected = len(figures.living), len(figures.expected)
    source = SOURCE_LIST
    if not figures.sources:
        said = Text("Chưa có nguồn nhật ký nào được gắn với đơn vị.", "No log source belongs to a unit yet.")
        return Reading(None, said, None, 0, expected, source=source)
    deaf = sorted(name(unit) for unit in figures.expected - figures.living)
    if not deaf:
        said = Text("Mọi đơn vị đều có nguồn đang gửi.", "Every unit has a live source.")
    else:
        one = Text("", "{n} unit without a live source")
        many = Text("{n} đơn vị chưa có nguồn đang gửi", "{n} units without a live source")
        said = Text("{what}: {units}.", "{what}: {units}.").filled(
            what=counted(len(deaf), one, many), units=named(deaf, most=2)
        )
    aside = Text(f"{living}/{expected} đơn vị", f"{living}/{expected} units")
    return Reading(ratio(living, expected), said, now, living, expected, aside=aside, source=source)


def _attention(figures: SocFigures, name: Name) -> Reading:
    if (unknown := _unknown(figures)) is not None:
        return unknown
    units = figures.attention
    said = Text("Không đơn vị nào cần chú ý riêng.", "No unit needs special attention.")
    if units:
        said = Text("{units}.", "{units}.").filled(units=named([name(unit) for unit in units], most=4))
    source = Text("Sổ cảnh báo và danh sách nguồn nhật ký", "Alert log and list of log sources")
    return Reading(len(units), said, figures.looked, len(units), len(figures.expected), source=source)


def _unknown(figures: SocFigures) -> Reading | None:
    """Alerts cannot be counted by a system that does not listen: zero would be a lie."""
    if figures.looked is None:
        return Reading(None, NOT_LOOKED, None, source=ALERT_LOG)
    if not figures.heard and not figures.critical:
        return Reading(None, NOT_HEARD, figures.looked, source=ALERT_LOG)
    return None


def _with_trend(reading: Reading, definition: Definition, points: Sequence[Point], now: datetime) -> Reading:
    """The last points, and the value nearest to a day ago, if one lies within two hours of it."""
    if not points:
        return reading
    values = tuple(_value(point, definition) for point in points)
    yesterday = [
        (abs(now - DAY - point.at), value) for point, value in zip(points, values, strict=True) if value is not None
    ]
    near = [pair for pair in yesterday if pair[0] <= NEAR]
    before = min(near)[1] if near else None
    return Reading(
        value=reading.value,
        sentence=reading.sentence,
        as_of=reading.as_of,
        numerator=reading.numerator,
        denominator=reading.denominator,
        before=before,
        points=(*values[-POINTS:], reading.value),
        aside=reading.aside,
        source=reading.source,
        note=reading.note if before is not None else EMPTY,
    )


def _value(point: Point, definition: Definition) -> float | None:
    if definition.kind is Kind.RATIO:
        return ratio(point.numerator, point.denominator)
    return float(point.numerator) if point.denominator else None


def _ended(said: Text, due: datetime | None, now: datetime) -> Text:
    if due is None:
        return Text(f"{said.vi}.", f"{said.en}.")
    if due < now:
        return Text("{said}, đã quá hạn từ {at}.", "{said}, past the limit since {at}.").filled(
            said=said, at=clock(due, now)
        )
    return Text("{said}, hạn gần nhất {at}.", "{said}, nearest limit {at}.").filled(said=said, at=clock(due, now))


def _place(unit: str, name: Name) -> Text:
    if unit == UNASSIGNED:
        return Text("nơi chưa rõ đơn vị", "places without a unit")
    return Text(name(unit), name(unit))


def _target(percent: int) -> Text:
    return Text(f"mục tiêu {percent}%", f"target {percent}%")
