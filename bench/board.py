"""The board of headline figures with many observations stored (ioc-hub.md 20, bar 6): seconds of one reading.

`python -m bench.board [observations]` fills a state of its own and reads the board of the province again and again.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from reports.kpi.board import View, board
from reports.kpi.catalogue import shipped_catalogue
from reports.kpi.definitions import Kpi
from reports.kpi.profile import Duty, Profile, Service, UnitChoice, Wording
from reports.kpi.rollup import value_of
from reports.kpi.world import World
from reports.wording import Text
from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.observation import NaturalKey, Observation, Status
from soc.organisation import Organisation, UnitKind
from soc.paths import DataDir
from soc.period import Period, PeriodType, Reporting, period_of, previous, realtime
from soc.state.store import State
from soc.unit import Unit, UnitTree

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
UNITS = 40
READINGS = 40
BATCH = 1_000


def a_world() -> World:
    catalogue = shipped_catalogue()
    title = Text("Tỉnh", "Province")
    services = tuple(Service(name, one.title, subsystem=name) for name, one in catalogue.subsystems.items())
    owes = tuple(Duty(name, UnitChoice(kinds=frozenset({"department"}))) for name in catalogue.subsystems)
    profile = Profile(
        "bench", title, title, "tinh", Wording.ATTT, services, owes=owes, default_reporting=Reporting.ADMIN
    )
    units = [Unit(f"so-{number}", f"Sở {number}", kind="department") for number in range(UNITS)]
    tree = UnitTree([Unit("tinh", "Tỉnh", kind="province"), *units])
    kinds = {"department": UnitKind("department", "Sở", locality=True)}
    return World(catalogue, profile, Organisation(tree, "tinh", {}, kinds))


def observations(world: World, most: int) -> Iterator[Observation]:
    """Of every KPI and unit the same number of periods, the newest last."""
    kpis = list(world.catalogue.kpis.values())
    depth = max(most // (len(kpis) * UNITS), 3)
    for kpi in kpis:
        for period in reversed(_periods(kpi, depth)):
            for number in range(UNITS):
                yield _observation(kpi, f"so-{number}", period, number)


def _periods(kpi: Kpi, depth: int) -> list[Period]:
    if kpi.period is PeriodType.REALTIME:
        return [realtime(NOW - number * timedelta(minutes=15)) for number in range(depth)]
    found = [period_of(kpi.period, NOW.date() - timedelta(days=1), Reporting.ADMIN)]
    while len(found) < depth:
        found.append(previous(found[-1], Reporting.ADMIN))
    return found


def _observation(kpi: Kpi, unit: str, period: Period, number: int) -> Observation:
    over, under = Decimal(number + 50), Decimal(100)
    value = value_of(kpi, over, under) if kpi.needs_parts else over
    note = {"provenance": {"method": "automatic", "source_system": "bench"}, "responsible": {"unit_id": unit}}
    key, name = NaturalKey(kpi.id, unit, period), f"{kpi.id}:{unit}:{period.key}"
    whole = Observation(name, key, value, Status.OFFICIAL, 0, note=note)
    return replace(whole, numerator=over, denominator=under) if kpi.needs_parts else whole


def fill(state: State, world: World, most: int) -> int:
    some: list[Observation] = []
    stored = 0
    for one in observations(world, most):
        some.append(one)
        if len(some) == BATCH:
            stored += _store(state, some)
            some = []
    return stored + _store(state, some)


def _store(state: State, some: list[Observation]) -> int:
    with state.write() as tx:
        tx.observations.add(some, batch="b", sender="bench", at=NOW - timedelta(minutes=1))
    return len(some)


VIEWS = {
    "province": View(SYSTEM, NOW),
    "province, as it was known": View(SYSTEM, NOW, past=True),
    "one unit": View(SYSTEM, NOW, level="so-3"),
}


def read_seconds(state: State, world: World, view: View) -> list[float]:
    found = []
    for _ in range(READINGS):
        begun = time.perf_counter()
        with state.read() as tx:
            tiles = board(tx, world, view)
        found.append(time.perf_counter() - begun)
        assert all(one.tile.value is not None or one.tile.lack for one in tiles)
    return sorted(found)


def main(most: int = 200_000) -> None:
    with TemporaryDirectory() as folder:
        state = State.open(DataDir(Path(folder)).make(), ManualClock(NOW))
        world = a_world()
        begun = time.perf_counter()
        stored = fill(state, world, most)
        print(f"{stored} observations stored in {time.perf_counter() - begun:.1f} s")
        for name, view in VIEWS.items():
            seconds = read_seconds(state, world, view)
            p95 = seconds[int(len(seconds) * 0.95)]
            print(f"board of {name}: median {statistics.median(seconds) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms")
        state.close()


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
