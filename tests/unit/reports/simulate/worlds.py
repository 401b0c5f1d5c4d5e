"""The demo's province as the simulator sees it; read once."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from reports.kpi.province import read_province
from reports.kpi.world import World
from reports.simulate.chance import Chance
from reports.simulate.plan import Plan
from reports.simulate.scenario import Scenario, scenario
from reports.simulate.sectors import Sectors
from soc.calendar import ZONE

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
QUIET = Scenario("quiet")


@cache
def a_province(profile: str = "demo") -> World:
    found = read_province(profile)
    return World(found.catalogue, found.profile, found.organisation)


def a_plan(what: Scenario | str = QUIET, *, seed: int = 2026, profile: str = "demo") -> Plan:
    chosen = scenario(what) if isinstance(what, str) else what
    world = a_province(profile)
    swells = chosen.swells_at(NOW.astimezone(ZONE).date())
    return Plan(world, Sectors(world, Chance(seed), swells), chosen, NOW)
