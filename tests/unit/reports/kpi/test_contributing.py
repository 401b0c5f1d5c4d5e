"""The table of contributions equals a recount from what was stored."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from reports.kpi.board import View
from reports.kpi.contributing import behind, contributions, quality_board
from reports.kpi.quality import Method, Ranked, Score, Tally
from soc.access import SYSTEM, Scope
from soc.calendar import ZONE
from soc.observation import NaturalKey, Observation, Status
from soc.period import PeriodType, Reporting, period_of, realtime
from soc.state.findings import Answer, NewFinding
from soc.state.store import State
from soc.state.tables.receipts import FindingEventKind
from tests.unit.reports.kpi.figures import D
from tests.unit.reports.kpi.test_board import DAY, DONE, UNITS, a_share, a_world, store

MONTH = period_of(PeriodType.MONTH, date(2026, 11, 1), Reporting.ADMIN)
"""15 October to 14 November 2026."""

AFTER = datetime(2026, 11, 20, 10, tzinfo=ZONE)
WORLD = a_world()


def table(state: State, scope: Scope = SYSTEM) -> dict[str, Ranked]:
    with state.read() as tx:
        found = contributions(tx, WORLD, View(scope, AFTER), MONTH, "documents_tasks")
    return {one.contribution.unit: one for one in found}


def give(state: State, unit: str, days: int, *, hour: int = 15, sender: str = "doc-system") -> None:
    for number in range(days):
        day = date(2026, 10, 15) + number * DAY
        at = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
        with state.write() as tx:
            one = a_share(unit, period_of(PeriodType.DAY, day, Reporting.ADMIN), 9, 10)
            tx.observations.add([one], batch="b", sender=sender, at=at)


def test_a_unit_that_gave_nothing_is_last(state: State) -> None:
    give(state, "so-1", 31)
    give(state, "so-2", 31, hour=22, sender="ioc-form")
    found = table(state)
    kpis = WORLD.catalogue.subsystems["documents_tasks"].kpis
    daily = [kpi for kpi in kpis if kpi.period is PeriodType.DAY]
    live = [kpi for kpi in kpis if kpi.period is PeriodType.REALTIME]
    one, late, none = (found[unit].contribution for unit in ("so-1", "so-2", "so-3"))
    assert one.tally.owed >= 31 * len(daily) - len(daily)
    assert one.tally.due == one.tally.owed + 31 * len(live)
    assert (one.method, late.method, none.method) == (Method.AUTOMATIC, Method.FORM, None)
    assert one.tally.received == late.tally.received == 31
    assert one.in_time > late.in_time > none.in_time == 0, "after 19:00 a working day is late, a weekend is not"
    assert (found["so-3"].scores.honesty, found["so-3"].scores.lowest) == (D(0), Score.INTEGRITY)
    assert [found[unit].rank for unit in UNITS] == [3, 1, 2, 3, 3]


def test_instants_are_looked_at_every_noon(state: State) -> None:
    """Five days at 11:00, each good for an hour and its grace: five noons of the month find a fresh figure."""
    for number in range(5):
        at = MONTH.begins + number * DAY + timedelta(hours=11)
        for unit, came in (("so-1", at), ("so-2", AFTER - 10 * DAY)):
            key = NaturalKey("task_overdue_open", unit, realtime(at))
            store(state, [Observation(f"{unit}:{number}", key, D(1), Status.OFFICIAL, 0)], came)
    found = table(state)
    assert found["so-1"].contribution.tally.fresh == 5
    assert found["so-2"].contribution.tally.fresh == 0, "they came long after"


def test_findings_count_against_the_unit_until_they_are_explained(state: State) -> None:
    give(state, "so-1", 10)
    day = period_of(PeriodType.DAY, date(2026, 10, 16), Reporting.ADMIN)
    key = NaturalKey(DONE, "so-1", day)
    with state.write() as tx:
        opened = MONTH.begins + 3 * DAY
        (number,) = tx.findings.open(
            [NewFinding("KPI-W-JUMP", key, ("x",), {"vi": "", "en": ""}, "so-1", "", AFTER)], at=opened
        )
    assert table(state)["so-1"].scores.accuracy == D("90.0")
    with state.write() as tx:
        tx.findings.answer(number, Answer(FindingEventKind.EXPLAINED, "an", "đúng"), SYSTEM, at=opened + DAY)
    found = table(state)["so-1"]
    assert found.scores.accuracy == D("100.0")
    assert (found.contribution.opened, found.contribution.answered) == (1, 1)


def test_other_units_are_not_read(state: State) -> None:
    give(state, "so-1", 3)
    give(state, "so-2", 3)
    found = table(state, Scope(frozenset({"so-2"})))
    assert [(unit, one.contribution.tally.received) for unit, one in found.items()] == [("so-2", 3)]


def test_the_board_of_a_month_adds_up_from_its_subsystems(state: State) -> None:
    give(state, "so-1", 10)
    with state.read() as tx:
        view = View(SYSTEM, AFTER)
        board = quality_board(tx, WORLD, view, MONTH)
        apart = [contributions(tx, WORLD, view, MONTH, name) for name in WORLD.profile.subsystems]
        together = contributions(tx, WORLD, view, MONTH)
    assert board.units == together
    assert board.whole == sum((one.contribution.tally for one in together), Tally())
    sums = [sum((one.contribution.tally for one in some), Tally()) for some in apart]
    assert list(board.subsystems.values()) == sums


def test_what_lies_behind_a_score_is_what_was_counted(state: State) -> None:
    give(state, "so-1", 10)
    key = NaturalKey(DONE, "so-1", period_of(PeriodType.DAY, date(2026, 10, 16), Reporting.ADMIN))
    with state.write() as tx:
        text = {"vi": "", "en": ""}
        for check in ("KPI-W-JUMP", "KPI-W-SUM-MISMATCH"):
            tx.findings.open([NewFinding(check, key, ("x",), text, "so-1", "", AFTER)], at=MONTH.begins + DAY)
    with state.read() as tx:
        found = behind(tx, WORLD, View(SYSTEM, AFTER), MONTH, "so-1", "documents_tasks")
        foreign = behind(tx, WORLD, View(Scope(frozenset({"so-2"})), AFTER), MONTH, "so-1", "documents_tasks")
    tally = table(state)["so-1"].contribution.tally
    assert found.tally == tally
    assert len(found.missed(Score.INTEGRITY)) == tally.owed - tally.given > 0
    assert len(found.missed(Score.TIMELINESS)) + (found.looks.due - found.looks.fresh) == tally.due - tally.fresh
    assert [len(found.faults(one)) for one in (Score.ACCURACY, Score.CONSISTENCY)] == [tally.failed, tally.contradicted]
    assert (foreign.tally, foreign.owed, foreign.findings) == (Tally(), (), ())
