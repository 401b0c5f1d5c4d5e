"""Scores as they were kept, within the viewer's units; the scheduler's part that keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dashboards.access.viewer import Viewer
from dashboards.services import Services
from reports.posture import keep
from reports.posture.coverage import NOTHING, Coverage, coverage_of, passed_tests
from reports.posture.keep import inputs_of
from reports.posture.method import Component, method
from reports.posture.score import Score, score
from reports.posture.told import panel_of
from soc.access import ROOT, SYSTEM, Right, Scope
from soc.calendar import ZONE
from soc.errors import NotFound
from soc.period import PeriodType, Reporting, period_of, previous
from soc.state.posture import PostureRow
from soc.unit import Unit

TREND = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of the list. `before`: the shown number at the end of the period before, None: there is none."""

    unit: Unit
    score: Score
    before: int | None

    @property
    def change(self) -> int | None:
        """Against the end of the period before, from shown numbers."""
        shown = self.score.shown
        return None if shown is None or self.before is None else shown - self.before

    def order(self) -> tuple[bool, int, str]:
        """Units that are not seen enough first, then the lowest."""
        return self.score.shown is not None, self.score.whole, self.unit.id


@dataclass(frozen=True, slots=True)
class Whole:
    """The province: its panel, and its change since the end of the period before."""

    panel: Mapping[str, Any]
    change: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """`kinds`: class -> its units; units are ranked among their kind only. `whole` None: not the viewer's to see, or
    not kept yet. `at`: when the scores were made, None: none was."""

    at: datetime | None
    whole: Whole | None
    kinds: Mapping[str, tuple[Line, ...]]
    signed_by: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One unit's panel; `days`: shown numbers of the last thirty days, oldest first, None where none was shown."""

    unit: Unit
    panel: Mapping[str, Any]
    change: int | None
    days: tuple[int | None, ...]
    seen: int


def board(services: Services, viewer: Viewer) -> Board:
    scope, how = viewer.scope(Right.READ_TILES), method()
    end = period_end(services.clock.now())
    with services.state.read() as tx:
        rows = tx.posture.now(scope)
        before = {row.unit: row.shown for row in tx.posture.closed(scope, end, end)}
    kinds: dict[str, list[Line]] = {name: [] for name in how.row["classes"]}
    for row in rows:
        unit = services.units.get(row.unit)
        if unit is not None:
            found = score(inputs_of(row), method(row.version))
            kinds[found.unit_class].append(Line(unit, found, before.get(row.unit)))
    whole = next((_whole(row, before.get(ROOT)) for row in rows if row.unit == ROOT), None)
    made = {name: tuple(sorted(some, key=Line.order)) for name, some in kinds.items() if some}
    return Board(rows[0].at if rows else None, whole, made, how.signed_by)


def detail(services: Services, viewer: Viewer, unit_id: str) -> Detail:
    """Raises NotFound for a unit outside the scope, unknown, or without a score."""
    unit, row = services.units.get(unit_id), _row(services, viewer, unit_id)
    if unit is None:
        raise NotFound
    now = services.clock.now()
    today, end = now.astimezone(ZONE).date(), period_end(now)
    scope = viewer.scope(Right.READ_TILES)
    with services.state.read() as tx:
        past = {one.day: one.shown for one in tx.posture.closed(scope, today - TREND, today, unit=unit_id)}
        before = next(iter(tx.posture.closed(scope, end, end, unit=unit_id)), None)
    days = tuple(past.get(today - TREND + number * timedelta(days=1)) for number in range(TREND.days))
    found = score(inputs_of(row), method(row.version))
    line = Line(unit, found, before.shown if before else None)
    return Detail(unit, panel_of(row), line.change, (*days, found.shown), int(found.components[Component.VISIBILITY]))


def closed(services: Services, viewer: Viewer, unit_id: str, since: date, until: date) -> tuple[PostureRow, ...]:
    """The days of a unit as they are stated today. Raises NotFound as `detail` does."""
    _row(services, viewer, unit_id)
    with services.state.read() as tx:
        return tx.posture.closed(viewer.scope(Right.READ_TILES), since, until, unit=unit_id)


def period_end(now: datetime) -> date:
    """The last day of the reporting month before this one."""
    period = period_of(PeriodType.MONTH, now.astimezone(ZONE).date(), Reporting.ADMIN)
    return previous(period, Reporting.ADMIN).end


def run(services: Services, now: datetime) -> None:
    """The running value. While nobody knows yet what the rules can see, the last one stays; without one, nothing is
    held to be covered."""
    coverage = _coverage(services, now)
    if coverage is None:
        with services.state.read() as tx:
            if tx.posture.now(SYSTEM):
                return
    keep.run(services.state, services.units, now, coverage or NOTHING)


def close_days(services: Services, now: datetime) -> None:
    """Days that are over, and what was told of them since."""
    coverage = _coverage(services, now)
    if coverage is not None:
        keep.close_days(services.state, services.units, now, coverage)


def _coverage(services: Services, now: datetime) -> Coverage | None:
    if services.board is None:
        return NOTHING
    known = services.board.known()
    if known is None:
        return None
    with services.state.read() as tx:
        passed = passed_tests(tx)
    return coverage_of(known.board.rows, passed, now, method())


def _row(services: Services, viewer: Viewer, unit_id: str) -> PostureRow:
    scope = viewer.scope(Right.READ_TILES)
    if unit_id == ROOT or not scope.sees(unit_id):
        raise NotFound
    with services.state.read() as tx:
        found = tx.posture.now(Scope(frozenset({unit_id})))
    if not found:
        raise NotFound
    return found[0]


def _whole(row: PostureRow, before: int | None) -> Whole:
    change = None if row.shown is None or before is None else row.shown - before
    return Whole(panel_of(row), change)
