"""The board reads what is stored, at one level and moment, and the past stays as it was."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from reports.kpi.board import View, board, every_row, rows_of
from reports.kpi.catalogue import shipped_catalogue
from reports.kpi.freshness import State
from reports.kpi.profile import Duty, Profile, Service, UnitChoice, Wording
from reports.kpi.rollup import value_of
from reports.kpi.tile import Grade
from reports.kpi.world import World
from reports.wording import Text
from soc.access import SYSTEM, Scope
from soc.observation import NaturalKey, Observation, Status
from soc.organisation import Function, Holder, Organisation, UnitKind
from soc.period import Period, PeriodType, Reporting, period_of, realtime
from soc.state.receipts import Beat
from soc.state.store import State as Store
from soc.unit import Unit, UnitTree

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""10:00 on a Friday."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UNITS = tuple(f"so-{number}" for number in range(5))
CORRECTIONS, VIEWS = (1_000, 50) if os.environ.get("SOC_PROOF") else (60, 10)
DONE, OVERDUE = "task_done_on_time_rate", "task_overdue_open"


def a_world(*, units: tuple[str, ...] = UNITS) -> World:
    catalogue = shipped_catalogue()
    title = Text("Tỉnh", "Province")
    services = tuple(Service(name, one.title, subsystem=name) for name, one in catalogue.subsystems.items())
    owes = tuple(Duty(name, UnitChoice(kinds=frozenset({"department"}))) for name in catalogue.subsystems)
    profile = Profile(
        "test", title, title, "tinh", Wording.ATTT, services, owes=owes, default_reporting=Reporting.ADMIN
    )
    tree = UnitTree([Unit("tinh", "Tỉnh", kind="province"), *(Unit(one, one, kind="department") for one in units)])
    functions = {"documents_tasks": Function("documents_tasks", "Văn bản", holders=(Holder("so-0"),))}
    kinds = {"department": UnitKind("department", "Sở", locality=True)}
    return World(catalogue, profile, Organisation(tree, "tinh", functions, kinds))


def a_share(unit: str, period: Period, over: int, under: int, revision: int = 0) -> Observation:
    kpi = shipped_catalogue().kpis[DONE]
    value = value_of(kpi, Decimal(over), Decimal(under))
    key = NaturalKey(DONE, unit, period)
    return Observation(
        f"{unit}:{period.key}:{revision}", key, value, Status.OFFICIAL, revision, Decimal(over), Decimal(under)
    )


def day(number: int) -> Period:
    return period_of(PeriodType.DAY, date(2026, 11, number), Reporting.ADMIN)


def store(state: Store, some: list[Observation], at: datetime) -> None:
    with state.write() as tx:
        tx.observations.add(some, batch="b", sender="doc-system", at=at)


def test_every_headline_has_its_tile_before_anything_came(state: Store) -> None:
    world = a_world()
    with state.read() as tx:
        tiles = board(tx, world, View(SYSTEM, NOW))
    assert len(tiles) == len(rows_of(world)) == 41
    assert {one.tile.state for one in tiles} == {State.NEVER}
    assert {one.tile.value for one in tiles} == {None}
    assert {one.tile.grade for one in tiles} == {Grade.UNKNOWN}


def test_the_province_is_the_ratio_of_sums_of_its_current_units(state: Store) -> None:
    store(state, [a_share(unit, day(18), 8, 10) for unit in UNITS], NOW - DAY)
    store(state, [a_share(unit, day(19), 9, 10) for unit in UNITS[1:]] + [a_share("so-0", day(19), 0, 40)], NOW - HOUR)
    world = a_world()
    with state.read() as tx:
        found = {one.tile.kpi.id: one.tile for one in board(tx, world, View(SYSTEM, NOW))}[DONE]
        own = {one.tile.kpi.id: one.tile for one in board(tx, world, View(SYSTEM, NOW, level="so-1"))}[DONE]
    assert (found.numerator, found.denominator, found.value) == (Decimal(36), Decimal(80), Decimal("45.0"))
    assert found.period == day(19)
    assert found.responsible == "so-0"
    assert found.change is not None
    assert found.change.words.vi == "giảm 35,0 điểm phần trăm"
    assert (own.value, own.responsible, own.coverage) == (Decimal("90.0"), "so-1", None)


def test_units_outside_the_scope_are_not_read(state: Store) -> None:
    store(state, [a_share(unit, day(19), 9, 10) for unit in UNITS], NOW - HOUR)
    scope = Scope(frozenset({"so-1"}))
    rows = every_row(a_world(), "documents_tasks")
    with state.read() as tx:
        assert all(one.tile.value is None for one in board(tx, a_world(), View(scope, NOW, level="so-2"), rows))
        assert any(one.tile.value for one in board(tx, a_world(), View(scope, NOW, level="so-1"), rows))


def test_a_held_value_is_marked_and_the_one_before_stays(state: Store) -> None:
    store(state, [a_share("so-1", day(18), 8, 10)], NOW - DAY)
    with state.write() as tx:
        jump = a_share("so-1", day(19), 1, 10)
        tx.observations.hold(jump, ["KPI-W-JUMP"], batch="b", sender="x", at=NOW - HOUR, confirm_before=NOW + HOUR)
    with state.read() as tx:
        found = {one.tile.kpi.id: one.tile for one in board(tx, a_world(), View(SYSTEM, NOW, level="so-1"))}[DONE]
    assert (found.value, found.origin.held) == (Decimal("80.0"), ("so-1",))


def test_instants_are_compared_with_the_last_one_of_yesterday(state: Store) -> None:
    at = (NOW - DAY, NOW - DAY + HOUR, NOW - 5 * MINUTE)
    key = NaturalKey(OVERDUE, "so-1", realtime(NOW))
    some = [
        Observation(f"o{number}", replace(key, period=realtime(when)), Decimal(number + 1), Status.OFFICIAL, 0)
        for number, when in enumerate(at)
    ]
    store(state, some, NOW - HOUR)
    with state.write() as tx:
        tx.receipts.beat(Beat("key:1", "so-1", "doc-system", None, NOW - HOUR))
    world = a_world()
    with state.read() as tx:
        found = {one.tile.kpi.id: one.tile for one in board(tx, world, View(SYSTEM, NOW, level="so-1"))}[OVERDUE]
        then = {one.tile.kpi.id: one.tile for one in board(tx, world, View(SYSTEM, NOW, level="so-1", past=True))}
    assert (found.value, found.state, found.struck) == (Decimal(3), State.LOST, True)
    assert then[OVERDUE].state is State.LIVE
    change = then[OVERDUE].change
    assert change is not None
    assert change.difference == 1


def test_the_past_is_read_as_it_was_known(state: Store) -> None:
    """After many corrections the views of sampled moments are what they were then."""
    world, rng = a_world(), random.Random(5)
    moments, shown = [], []
    revisions: dict[tuple[str, int], int] = {}
    for step in range(CORRECTIONS):
        at = NOW - DAY + step * timedelta(minutes=1)
        unit, number = rng.choice(UNITS), rng.choice([17, 18, 19])
        revision = revisions[(unit, number)] = revisions.get((unit, number), -1) + 1
        store(state, [a_share(unit, day(number), rng.randint(0, 50), 50, revision)], at)
        if step % (CORRECTIONS // VIEWS) == 0:
            moment = at + timedelta(seconds=1)
            with state.read() as tx:
                shown.append(board(tx, world, View(SYSTEM, moment, past=True)))
            moments.append(moment)
    with state.read() as tx:
        again = [board(tx, world, View(SYSTEM, moment, past=True)) for moment in moments]
    assert repr(again) == repr(shown)
    assert len({repr(one) for one in shown}) > VIEWS // 2
