from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from reports.kpi.noting import note_versions
from reports.kpi.province import read_province
from reports.kpi.world import World
from soc.state.store import State
from soc.state.tables.receipts import Loaded
from tests.unit.reports.kpi.worlds import NOW

LATER = NOW + timedelta(days=1)


def test_a_changed_profile_is_kept_beside_the_one_before(state: State) -> None:
    found = read_province("demo")
    world = World(found.catalogue, found.profile, found.organisation)
    note_versions(state, world, NOW)
    note_versions(state, world, LATER)
    note_versions(state, replace(world, profile=replace(found.profile, digest="other")), LATER)

    with state.read() as tx:
        then, now = (tx.versions.in_force(Loaded.PROFILE, at) for at in (NOW, LATER))
        same = [tx.versions.in_force(Loaded.CATALOGUE, at) for at in (NOW, LATER)]
    assert then is not None
    assert now is not None
    assert (then[1]["digest"], now[1]["digest"]) == (found.profile.digest, "other")
    assert same[0] == same[1]
    assert same[0] is not None
    assert len(same[0][1]["content"]["kpis"]) == len(found.catalogue.kpis)
