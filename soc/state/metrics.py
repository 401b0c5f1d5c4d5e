"""Figures of triage, from the log of alerts alone (workspace.md 1.4).

What a job did and its undo took back never happened here. Critical and high are measured by the wall clock, medium
and low by the working calendar; each figure says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from sqlalchemy import Connection, select

from soc.access import Scope
from soc.alert import Action, ActorKind, AlertEvent, Level, Status
from soc.limits import LimitRules
from soc.state.life import UNDO
from soc.state.rows import event_of
from soc.state.scoped import within
from soc.state.tables.alerts import alert, alert_event

NOTHING = timedelta(0)


class FigureName(StrEnum):
    """The rows of the table. PAUSED is printed beside RESOLVE."""

    DETECT = "detect"
    ACKNOWLEDGE = "acknowledge"
    QUALIFY = "qualify"
    UNIT_RESPONSE = "unit_response"
    RESOLVE = "resolve"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Measured:
    """One alert. None: it has not come to that. `reopened`: how often."""

    alert_id: str
    level: Level
    detect: timedelta | None
    acknowledge: timedelta | None
    qualify: timedelta | None
    unit_response: timedelta | None
    resolve: timedelta | None
    paused: timedelta
    reopened: int


@dataclass(frozen=True, slots=True)
class TriageFigure:
    """`working`: counted in working time. Without any alert `n` is 0 and there is neither median nor p90."""

    name: FigureName
    levels: tuple[Level, ...]
    working: bool
    n: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True, slots=True)
class TriageFigures:
    """Alerts raised from `since` to `until`; `closed`: ever closed, `reopened`: of those, opened again."""

    since: datetime
    until: datetime
    alerts: int
    figures: tuple[TriageFigure, ...]
    closed: int
    reopened: int


GROUPS: tuple[tuple[Level, ...], ...] = (
    (Level.CRITICAL, Level.HIGH),
    (Level.MEDIUM, Level.LOW, Level.INFORMATIONAL),
)


class Metrics:
    """Reads only."""

    def __init__(self, connection: Connection, limits: LimitRules) -> None:
        self._connection = connection
        self._limits = limits

    def measured(self, scope: Scope, since: datetime, until: datetime) -> Iterator[Measured]:
        """Every alert raised in that time; the end is not included."""
        chosen = (alert.c.raised_at >= since, alert.c.raised_at < until, within(scope, alert.c.unit_id))
        statement = select(alert_event).join(alert, alert.c.id == alert_event.c.alert_id).where(*chosen)
        statement = statement.order_by(alert.c.raised_at, alert.c.id, alert_event.c.seq)
        rows = self._connection.execute(statement.execution_options(yield_per=5_000)).mappings()
        for _, lines in groupby(rows, key=lambda row: (row["alert_id"], row["unit_id"])):
            some = list(lines)
            yield measure([event_of(row) for row in some], some[0]["unit_id"], self._limits)

    def figures(self, scope: Scope, since: datetime, until: datetime) -> TriageFigures:
        """n, median and 90th percentile of each figure, by group of levels."""
        found = list(self.measured(scope, since, until))
        figures = tuple(
            _figure(name, levels, [one for one in found if one.level in levels], self._limits)
            for levels in GROUPS
            for name in FigureName
        )
        closed = [one for one in found if one.resolve is not None or one.reopened]
        return TriageFigures(since, until, len(found), figures, len(closed), sum(one.reopened > 0 for one in closed))


def measure(history: Sequence[AlertEvent], unit: str, limits: LimitRules) -> Measured:
    """One alert from its lines, oldest first."""
    events = happened(history)
    raised = events[0]
    level = _last_level(events)
    first, began = raised.after.get("first_event"), raised.after.get("raised_at")
    at = raised.at if began is None else datetime.fromisoformat(began)
    taken = _first(event.at for event in events if _is_take(event))
    judged = _first(event.at for event in events if event.after.get("verdict"))
    closed = [event.at for event in events if event.after.get("status") == Status.CLOSED]
    questions = list(_questions(events))
    last = closed[-1] if closed else None
    spans = [limits.elapsed(level, start, end) for start, end in questions if end is not None]
    paused = _paused(
        [(start, end) for start, end in questions if last is not None and start < last], level, unit, limits
    )
    return Measured(
        alert_id=raised.alert_id,
        level=level,
        detect=None if first is None else at - datetime.fromisoformat(first),
        acknowledge=None if taken is None else limits.elapsed(level, at, taken),
        qualify=None if taken is None or judged is None else limits.elapsed(level, taken, judged),
        unit_response=sum(spans, NOTHING) if spans else None,
        resolve=None if last is None else limits.elapsed(level, at, last) - paused,
        paused=paused,
        reopened=sum(event.after.get("status") == Status.REOPENED for event in events),
    )


def happened(history: Sequence[AlertEvent]) -> list[AlertEvent]:
    """The lines without those of jobs that were undone, and without the undo itself."""
    undone = {f"job:{event.after['job']}" for event in history if event.kind == UNDO}
    return [event for event in history if event.request_id not in undone]


def percentile(values: Sequence[timedelta], share: float) -> timedelta | None:
    """The smallest value that `share` of all do not exceed; of an even number the median is the middle of two."""
    if not values:
        return None
    ordered = sorted(values)
    if share == 0.5:
        middle = len(ordered) // 2
        return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    place = -int(-len(ordered) * share // 1)
    return ordered[max(place, 1) - 1]


def _figure(name: FigureName, levels: tuple[Level, ...], found: Sequence[Measured], limits: LimitRules) -> TriageFigure:
    if name is FigureName.PAUSED:
        values = [one.paused for one in found if one.resolve is not None and one.paused > NOTHING]
    else:
        values = [value for one in found if (value := getattr(one, name)) is not None]
    # Machines detect at any hour: that figure is always one of the wall clock.
    working = limits.levels[levels[0]].working and name is not FigureName.DETECT
    return TriageFigure(name, levels, working, len(values), percentile(values, 0.5), percentile(values, 0.9))


def _questions(events: Iterable[AlertEvent]) -> Iterator[tuple[datetime, datetime | None]]:
    """When each was asked and when it ended: by the next one, or when the alert left the state; None: still open."""
    asked: datetime | None = None
    for event in events:
        status = event.after.get("status")
        leaves = status is not None and status != Status.WAITING_UNIT
        if asked is not None and (leaves or event.kind == Action.ASK_UNIT):
            yield asked, event.at
            asked = None
        if event.kind == Action.ASK_UNIT:
            asked = event.at
    if asked is not None:
        yield asked, None


def _paused(
    questions: Iterable[tuple[datetime, datetime | None]], level: Level, unit: str, limits: LimitRules
) -> timedelta:
    most = limits.of(level, unit).unit
    spans = [limits.elapsed(level, start, end) for start, end in questions if end is not None]
    return sum((span if most is None else min(span, most) for span in spans), NOTHING)


def _is_take(event: AlertEvent) -> bool:
    return event.kind == Action.TAKE and event.actor_kind is ActorKind.PERSON


def _last_level(events: Iterable[AlertEvent]) -> Level:
    return [Level(event.after["level"]) for event in events if "level" in event.after][-1]


def _first(times: Iterable[datetime]) -> datetime | None:
    return next(iter(times), None)
