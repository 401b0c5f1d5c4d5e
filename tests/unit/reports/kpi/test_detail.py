"""One tile in full: trend, last year, and what was corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from reports.kpi.board import Row, View
from reports.kpi.compare import Basis
from reports.kpi.definitions import Headline
from reports.kpi.detail import detail
from reports.wording import Text
from soc.access import SYSTEM
from soc.observation import NaturalKey, Observation, Status
from soc.period import Reporting, realtime, year_before
from soc.state.store import State
from tests.unit.reports.kpi.test_board import DAY, DONE, HOUR, NOW, OVERDUE, UNITS, a_share, a_world, day, store

WORLD = a_world()
VIEW = View(SYSTEM, NOW)
OWN = replace(VIEW, level="so-1")


def row(kpi: str = DONE) -> Row:
    return Row("documents_tasks", "documents_tasks", Headline(kpi))


def plain(points: tuple[Decimal | None, ...]) -> tuple[int | None, ...]:
    return tuple(None if one is None else int(one) for one in points)


def test_the_trend_has_its_gaps_and_ends_at_the_value(state: State) -> None:
    for number in (15, 16, 18, 19):
        store(state, [a_share(unit, day(number), number - 10, 10) for unit in UNITS], NOW - HOUR)
    store(state, [a_share("so-1", day(17), 10, 10)], NOW - HOUR)
    store(state, [a_share(unit, year_before(day(19), Reporting.ADMIN), 5, 10) for unit in UNITS], NOW - HOUR)
    with state.read() as tx:
        whole = detail(tx, WORLD, VIEW, row(), length=6).tile
        own = detail(tx, WORLD, OWN, row(), length=6).tile
    assert plain(whole.points) == (None, 50, 60, None, 80, 90), "one unit of five is no whole"
    assert plain(own.points) == (None, 50, 60, 100, 80, 90)
    told = {one.basis: one.words.vi for one in whole.comparisons}
    assert told[Basis.LAST_YEAR] == "tăng 40,0 điểm phần trăm"
    assert told[Basis.PREVIOUS] == "tăng 10,0 điểm phần trăm"


def test_instants_have_a_trend_of_days(state: State) -> None:
    for back in range(4):
        at = NOW - back * DAY - timedelta(minutes=1)
        key = NaturalKey(OVERDUE, "so-1", realtime(at))
        store(state, [Observation(f"o{back}", key, Decimal(back), Status.OFFICIAL, 0)], at)
    with state.read() as tx:
        found = detail(tx, WORLD, OWN, row(OVERDUE), length=5).tile
    assert plain(found.points) == (None, 3, 2, 1, 0)


def test_a_corrected_figure_tells_what_it_was(state: State) -> None:
    store(state, [a_share("so-1", day(19), 9, 10)], NOW - HOUR)
    told = {"reason_code": "error_fixed", "reason_vi": "nhập sai"}
    store(state, [replace(a_share("so-1", day(19), 8, 10, revision=1), restatement=told)], NOW - HOUR / 2)
    with state.read() as tx:
        found = detail(tx, WORLD, OWN, row()).tile
        empty = detail(tx, WORLD, replace(VIEW, level="so-2"), row()).tile
    assert found.origin.restated is not None
    assert found.origin.restated.old == Text("90,0%", "90.0%")
    assert empty.points == ()
