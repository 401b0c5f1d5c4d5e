from __future__ import annotations

import shutil
from dataclasses import astuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.clocks import Punctuality, next_due, punctuality, told
from reports.simulate.registers import fill_registers
from soc.access import SYSTEM
from soc.calendar import ZONE
from soc.clock import ManualClock
from soc.paths import DataDir
from soc.state.source_table import Source
from soc.state.store import State
from soc.state.tables.sources import SourceState
from soc.state.units import demo_units
from tests.builders import NOON

TREE = demo_units()
DAY = NOON.astimezone(ZONE).date()
UNITS = [unit.id for unit in TREE.units.values() if unit.holds_on(DAY) and unit.kind in ("department", "ward")]


@pytest.fixture
def sending(state: State) -> State:
    return senders(state)


def senders(state: State) -> State:
    """Every unit has two sources, the first one more."""
    with state.write() as tx:
        for unit in UNITS:
            for number in range(3 if unit == UNITS[0] else 2):
                source = Source(f"{unit}-{number}", "x", NOON, unit=unit, state=SourceState.ACTIVE)
                tx.sources.add(source)
    return state


def rows(state: State) -> list[Any]:
    with state.read() as tx:
        found = [*tx.systems.all(SYSTEM), *tx.systems.expected(SYSTEM), *tx.weaknesses.scans(SYSTEM)]
        figures = [*tx.weaknesses.all(SYSTEM), *tx.external.endpoints(SYSTEM), *tx.external.botnet(SYSTEM)]
        return [astuple(one) for one in (*found, *figures, *tx.incidents.all(SYSTEM))]  # type: ignore[call-overload]


def filled(state: State, seed: int = 2026) -> int:
    with state.write() as tx:
        return fill_registers(tx, TREE, NOON, seed)


def test_every_unit_has_systems_that_owe_all_of_its_sources(sending: State) -> None:
    assert filled(sending) == 2 * len(UNITS)
    with sending.read() as tx:
        systems, expected = tx.systems.all(SYSTEM), tx.systems.expected(SYSTEM)
        assert {one.unit for one in systems} == set(UNITS)
        assert {one.source for one in expected} == {source.id for source in tx.sources.all(SYSTEM)}
        assert all(one.expected_on(DAY - timedelta(days=60)) for one in expected)
        assert {one.level for one in systems} == {1, 2, 3, 4}
        assert {one.approved for one in systems} == {True, False}
        assert {one.deadline is None for one in systems if not one.approved} == {False}
        scanned = tx.weaknesses.last_scans(SYSTEM)
        assert 0 < len(scanned) < len(systems)
        assert tx.weaknesses.all(SYSTEM, open_only=True)


def test_one_first_report_is_due_in_five_hours_twenty(sending: State) -> None:
    filled(sending)
    with sending.read() as tx:
        found = tx.incidents.all(SYSTEM)
    due = [clock for one in found if (clock := next_due(one, NOON))]
    assert told(min(clock.left for clock in due)).vi == "Còn 05 giờ 20 phút"
    words = [punctuality(one, NOON) for one in found]
    assert set(words) == {Punctuality.RUNNING, Punctuality.IN_TIME, Punctuality.WAIVED, Punctuality.NONE}


def test_the_same_seed_gives_the_same_rows_and_another_gives_others(tmp_path: Path, migrated: Path) -> None:
    found = []
    for name, seed in (("one", 2026), ("two", 2026), ("three", 7)):
        shutil.copytree(migrated, tmp_path / name)
        state = senders(State.open(DataDir(tmp_path / name), ManualClock(NOON)))
        filled(state, seed)
        found.append(rows(state))
        state.close()
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_what_somebody_entered_is_left_alone(sending: State) -> None:
    filled(sending)
    assert filled(sending, seed=7) == 0


def test_a_province_without_sources_has_no_systems(state: State) -> None:
    assert filled(state) == 0
    assert rows(state) == []
