"""The context of an alert as a drawing and as one list: lanes, marks, and gaps as rows of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup, escape

from dashboards.alerts.asked import things_of
from dashboards.alerts.context import KINDS as LANES
from dashboards.alerts.context import NARROW, Context, Lane, Mark, moment_of
from dashboards.alerts.rhythm import Gap
from dashboards.alerts.story import sample_of
from dashboards.shell import charts
from dashboards.shell.formats import Translate, clock_time
from dashboards.shell.i18n import N_
from soc.alert import Alert

KINDS = {Mark.MATCHED: "hit", Mark.RELATED: "near", Mark.OTHER: "other"}
NEAR = 80
DOTS = 40
"""A lane with more events than this is drawn as bars; what stands out stays a mark."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list: an event with the lanes that it is in, or a gap."""

    at: datetime
    lanes: tuple[str, ...]
    what: str
    mark: Mark
    event_id: str = ""
    source: str = ""
    gap: Gap | None = None


def drawn(context: Context, translate: Translate, sentence: str) -> Markup:
    """As SVG; `sentence` is what a reader who sees no picture is told."""
    rows = [_row(lane) for lane in context.lanes]
    rows += [
        charts.Row(name, gaps=tuple(charts.Gap(gap.since, gap.until, gap_words(gap, translate)) for gap in gaps))
        for name, gaps in _by_source(context.gaps).items()
    ]
    return charts.lanes(
        rows,
        context.since,
        context.until,
        title=translate(N_("What happened around the alert")),
        desc=sentence,
        now=context.now,
        now_word=translate(N_("now %(time)s")) % {"time": clock_time(context.now)[:5]},
        moment=context.at,
    )


def frame(alert: Alert, now: datetime, translate: Translate) -> Markup:
    """The lanes before anything is known of them, in the size that they will have."""
    at, half = moment_of(alert), timedelta(minutes=NARROW)
    lanes = tuple(Lane(thing, (), 0, (), "") for thing in things_of(alert, LANES))
    wait = translate(N_("Reading the events…"))
    return drawn(Context(at, at - half, at + half, now, NARROW, lanes), translate, wait) if lanes else escape("")


def listed(context: Context) -> list[Line]:
    """Everything that was read, in order of time, each event once."""
    found: dict[str, Line] = {}
    for lane in context.lanes:
        for row in lane.rows:
            name = str(row.event.get("event.id", ""))
            lanes = (*found[name].lanes, lane.thing.value) if name in found else (lane.thing.value,)
            found[name] = Line(
                row.at, lanes, _headline(row.event), row.mark, name, str(row.event.get("soc.source.id", ""))
            )
    gaps = [Line(gap.since, (gap.name,), "", Mark.OTHER, gap=gap) for gap in context.gaps]
    return sorted([*found.values(), *gaps], key=lambda line: (line.at, line.event_id))


def near(lines: list[Line], at: datetime) -> list[Line]:
    """The rows that come with the alert page: gaps, what stands out, and the nearest others."""
    ordered = sorted(lines, key=lambda line: (line.gap is None, line.mark is Mark.OTHER, abs(line.at - at)))
    return sorted(ordered[:NEAR], key=lambda line: (line.at, line.event_id))


def gap_words(gap: Gap, translate: Translate) -> str:
    """`không có dữ liệu 10:05-10:40`."""
    words = {"since": clock_time(gap.since)[:5], "until": clock_time(gap.until)[:5]}
    if gap.goes_on:
        return translate(N_("no data since %(since)s")) % words
    return translate(N_("no data %(since)s–%(until)s")) % words


def _row(lane: Lane) -> charts.Row:
    busy = lane.total > DOTS
    points = tuple(
        charts.Point(row.at, KINDS[row.mark], f"{clock_time(row.at)} {_headline(row.event)}"[:120])
        for row in lane.rows
        if not busy or row.mark is not Mark.OTHER
    )
    most = max(lane.bars, default=0)
    return charts.Row(lane.thing.value, points, bars=tuple(n / most for n in lane.bars) if busy and most else ())


def _by_source(gaps: tuple[Gap, ...]) -> Mapping[str, list[Gap]]:
    found: dict[str, list[Gap]] = {}
    for gap in gaps:
        found.setdefault(gap.name, []).append(gap)
    return found


def _headline(event: Mapping[str, Any]) -> str:
    action = str(event.get("event.action") or "")
    told = sample_of(event).headline
    return f"{action}: {told}" if action and not told.startswith(action) else told
