"""Makes forecasts of the province's figures and hands them to the hub like every other figure (ioc-hub.md 11).

A forecast is handed over once; a revision of it only when it says something else, which new figures bring about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from reports.kpi.board import View
from reports.kpi.definitions import Kpi
from reports.kpi.forecast import SEASONS, Point, as_observation, clip_of, forecast
from reports.kpi.history import history, slot_of
from reports.kpi.hub import receive
from reports.kpi.pushing import batch_of_items
from reports.kpi.world import Sender, World
from reports.kpi.writing import item_of
from soc.access import SYSTEM
from soc.alert import SYSTEM_ACTOR
from soc.errors import SocError
from soc.observation import Cumulative, Observation
from soc.period import PeriodType, following
from soc.state.observation_rows import Wanted
from soc.state.store import State, Tx

SYSTEM_NAME = "ioc-forecast"
AHEAD = {PeriodType.DAY: 7, PeriodType.MONTH: 6, PeriodType.QUARTER: 4}
"""How many periods are forecast."""

APART = timedelta(hours=1)
"""A figure whose units trickle in is forecast anew at most so often."""

AT_ONCE = 8
"""KPIs of one step, so that other tasks of the thread do not wait."""

ANEW = {"reason_code": "late_input", "reason_vi": "Dự báo lại khi có số liệu mới"}


class Forecaster:
    """Knows which figures have changed since it last looked; a restart looks at all of them, and hands over nothing
    that is there."""

    def __init__(self, state: State, world: World) -> None:
        self._state, self._world = state, world
        self._position = -1
        self._waiting: dict[str, None] = {}
        self._made: dict[str, datetime] = {}

    def step(self, now: datetime) -> int:
        """Of some KPIs whose figures changed; answers how many forecasts were handed over."""
        with self._state.read() as tx:
            self._position, changed = tx.series.changed_since(SYSTEM, self._position)
        kpis = self._world.catalogue.kpis
        self._waiting |= dict.fromkeys(name for name in sorted(changed) if name in kpis)
        ready = [name for name in self._waiting if self._rested(name, now)][:AT_ONCE]
        handed = 0
        for name in ready:
            del self._waiting[name]
            self._made[name] = now
            handed += make(self._state, self._world, kpis[name], now)
        return handed

    @property
    def waiting(self) -> int:
        """KPIs that are still to be looked at."""
        return len(self._waiting)

    def _rested(self, name: str, now: datetime) -> bool:
        return name not in self._made or now - self._made[name] >= APART


def make(state: State, world: World, kpi: Kpi, now: datetime) -> int:
    """Hands over what is new of one KPI; answers how much. Raises SocError where the hub refuses it."""
    with state.read() as tx:
        items = [_item(one) for one in forecasts(tx, world, kpi, now)]
    if not items:
        return 0
    sender = Sender(SYSTEM_NAME, SYSTEM, SYSTEM_ACTOR)
    receipt = receive(state, world, batch_of_items(items, SYSTEM_NAME, now), sender, now)
    if refused := receipt.summary.get("rejected"):
        raise SocError(f"{kpi.id}: the hub refused {refused} forecasts of {len(items)}", code="SOC-1971")
    return len(items)


def forecasts(tx: Tx, world: World, kpi: Kpi, now: datetime) -> Iterator[Observation]:
    """First revisions, and revisions of what would be said otherwise now; nothing where the series is too short, or
    ended long ago."""
    points = history(tx, world, View(SYSTEM, now), kpi)
    ahead = slots_ahead(world, kpi, points)
    found = forecast(points, ahead, clip_of(kpi)) if ahead and ahead[-1].period.over > now else None
    if found is None:
        return
    province = world.organisation.province
    first, last = ahead[0].period.start, ahead[-1].period.start
    wanted = Wanted((kpi.id,), (province,), kpi.period, first, last, (), Cumulative.NONE, forecast=True)
    stored = {one.observation.key: one.observation for one in tx.observations.in_force(SYSTEM, wanted)}
    for guess in found.guesses:
        name = f"forecast-{kpi.id}-{guess.period.type}-{guess.period.start}"
        one = as_observation(kpi, province, guess, found.record, f"{name}-r0")
        old = stored.get(one.key)
        if old is None:
            yield one
        elif (old.value, old.note.get("forecast")) != (one.value, one.note["forecast"]):
            number = old.revision + 1
            note = dict(one.note) | {"supersedes": old.id}
            yield replace(one, id=f"{name}-r{number}", revision=number, restatement=ANEW, note=note)


def slots_ahead(world: World, kpi: Kpi, points: Sequence[Point]) -> tuple[Point, ...]:
    """Those that follow the last known one."""
    if not points or kpi.period not in SEASONS:
        return ()
    reporting, found = world.reporting_of(kpi), [points[-1].period]
    for _ in range(AHEAD[kpi.period]):
        found.append(following(found[-1], reporting))
    return tuple(slot_of(world, period) for period in found[1:])


def _item(one: Observation) -> dict[str, object]:
    """As the contract has it; how far it may be told is the catalogue's."""
    return item_of(one) | {"sensitivity": None}
