"""The province put together: an ordinary day, attacks in it, dirt on it; and the live stream after it.

The same seed, start and units give the same bytes on every machine: all randomness comes from `chance`, all
times from the start handed in.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from collectors.simulate.attacks.firewall_taken import firewall_taken
from collectors.simulate.attacks.play import Stage
from collectors.simulate.attacks.ransomware import ransomware_start
from collectors.simulate.attacks.router_taken import router_taken
from collectors.simulate.attacks.vpn_spray import vpn_spray
from collectors.simulate.attacks.web_shell import web_shell
from collectors.simulate.chance import chance
from collectors.simulate.dirt import Soiler
from collectors.simulate.line import Attack, Line
from collectors.simulate.lookalikes import authorised_scan, exam_results
from collectors.simulate.office import MINUTE, office_minute
from collectors.simulate.world import World, build_world
from soc.unit import UnitTree

FULL_RATE = 390.0  # lines a second of the whole province, mean of a working day
MOST_LINES = 40_000
RESERVED = 3_500  # for scenarios and doubled lines
LIVE_RATE = 20.0
LIVE_EVERY = timedelta(minutes=3)

Scenario = Callable[[Stage], Attack]

SCENARIOS: dict[str, Scenario] = {
    "A1": vpn_spray,
    "A3": web_shell,
    "A5": ransomware_start,
    "A7": firewall_taken,
    "A8": router_taken,
}
LOOKALIKES: dict[str, Scenario] = {"B1": authorised_scan, "B4": exam_results}
_ALL = SCENARIOS | LOOKALIKES


class Province:
    """One run: `lines()` once, then `dirt` says what was spoilt. `attacks` is known from the start."""

    def __init__(
        self, seed: int, start: datetime, hours: float, scale: float, units: UnitTree, *, most: int = MOST_LINES
    ) -> None:
        self._seed = seed
        self._start = start
        self._minutes = max(round(hours * 60), 1)
        room = max(most - RESERVED, most // 2) / (self._minutes * 60 * 1.3)  # busy hours exceed the mean
        self._rate = min(FULL_RATE * scale, room)
        self.world = build_world(seed, units, start.date())
        self.attacks = planned(seed, self.world, start, timedelta(minutes=self._minutes))
        self._soiler = Soiler(chance(seed, "dirt"))

    @property
    def dirt(self) -> dict[str, int]:
        """How many lines of each kind of dirt were sent so far."""
        return {kind.value: count for kind, count in sorted(self._soiler.counts.items())}

    def lines(self) -> Iterator[Line]:
        """All lines by sending time."""
        attacks = [iter(attack.lines) for attack in self.attacks]
        clean = heapq.merge(self._office(), *attacks, key=lambda line: line.at)
        return self._soiler.pass_on(clean)

    def _office(self) -> Iterator[Line]:
        for number in range(self._minutes):
            yield from office_minute(self._seed, self.world, self._start + number * MINUTE, self._rate)


def planned(seed: int, world: World, start: datetime, length: timedelta) -> tuple[Attack, ...]:
    """Every playable scenario and look-alike once, spread over the time there is."""
    names = [name for name in _ALL if playable(name, world)]
    attacks = []
    for number, name in enumerate(names):
        share = (number + chance(seed, "when", name).uniform(0.15, 0.4)) / (len(names) + 1)
        attacks.append(play(seed, world, name, start + share * length, number))
    return tuple(attacks)


def play(seed: int, world: World, name: str, at: datetime, serial: int) -> Attack:
    """One performance of a scenario."""
    return _ALL[name](Stage(world, chance(seed, name, serial), at, serial))


def playable(name: str, world: World) -> bool:
    """A8 needs a MikroTik; a province of one unit has none."""
    return name != "A8" or bool(world.mikrotiks)


def simulate(seed: int, start: datetime, hours: float, scale: float, units: UnitTree) -> Iterator[Line]:
    """The lines of a run by sending time; at most MOST_LINES."""
    return Province(seed, start, hours, scale, units).lines()


def truth(seed: int, start: datetime, hours: float, scale: float, units: UnitTree) -> list[dict[str, object]]:
    """The records of `truth.ndjson`: each scenario, then the exact count of lines and of each kind of dirt."""
    province = Province(seed, start, hours, scale, units)
    count = sum(1 for _ in province.lines())
    records: list[dict[str, object]] = [attack.truth.record() for attack in province.attacks]
    return [*records, {"kind": "lines", "count": count, "dirt": province.dirt}]


def live(
    seed: int,
    start: datetime,
    units: UnitTree,
    *,
    rate: float = LIVE_RATE,
    every: timedelta = LIVE_EVERY,
    announce: Callable[[Attack], None] | None = None,
    world_seed: int | None = None,
) -> Iterator[Line]:
    """Endless lines by time at `rate` a second; every three minutes a new scenario begins.
    `announce` hears of each before its first line, for the truth file. `world_seed`: of the province that the
    stream goes on with, where it is not the stream's own: the same people at the same computers."""
    world = build_world(seed if world_seed is None else world_seed, units, start.date())
    names = [name for name in SCENARIOS if playable(name, world)]
    waiting: list[tuple[datetime, int, Line]] = []
    minute, next_attack, serial, order = start, start + every, 100, 0
    while True:
        if minute + MINUTE > next_attack:
            attack = play(seed, world, names[serial % len(names)], next_attack, serial)
            if announce is not None:
                announce(attack)
            for line in attack.lines:
                heapq.heappush(waiting, (line.at, order, line))
                order += 1
            serial, next_attack = serial + 1, next_attack + every
        for line in office_minute(seed, world, minute, rate):
            while waiting and waiting[0][0] <= line.at:
                yield heapq.heappop(waiting)[2]
            yield line
        minute += MINUTE
