"""The province is the same for one seed on every machine, and says what it did."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from hashlib import sha256
from itertools import islice, pairwise

import pytest

from collectors.simulate.dirt import RATE
from collectors.simulate.line import Attack, Line
from collectors.simulate.province import LOOKALIKES, MOST_LINES, SCENARIOS, Province, live, simulate, truth
from soc.raw import Transport
from soc.unit import UnitTree
from tests.unit.collectors.simulate.conftest import MORNING, province

HASH_ELSEWHERE = """
from hashlib import sha256
from collectors.simulate.province import simulate
from tests.unit.collectors.simulate.conftest import MORNING, province
print(sha256(repr(list(simulate(3, MORNING, 0.1, 0.1, province()))).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def run(units: UnitTree) -> tuple[Province, list[Line]]:
    whole = Province(3, MORNING, 2, 0.1, units)
    return whole, list(whole.lines())


def _digest(lines: list[Line]) -> str:
    return sha256(repr(lines).encode()).hexdigest()


@pytest.fixture(scope="module")
def ours(units: UnitTree) -> str:
    """The digest of six minutes, in this process."""
    return _digest(list(simulate(3, MORNING, 0.1, 0.1, units)))


@pytest.mark.parametrize(("hash_seed", "zone"), [("1", "America/New_York"), ("77", "Asia/Tokyo")])
def test_neither_hash_seed_nor_zone_of_the_machine_matter(ours: str, hash_seed: str, zone: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone}
    done = subprocess.run(
        [sys.executable, "-c", HASH_ELSEWHERE], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ours


def test_another_seed_gives_other_lines(ours: str, units: UnitTree) -> None:
    assert _digest(list(simulate(4, MORNING, 0.1, 0.1, units))) != ours


def test_two_hours_stay_below_the_demo_s_limit(run: tuple[Province, list[Line]]) -> None:
    _, lines = run
    assert MOST_LINES / 2 < len(lines) <= MOST_LINES


def test_lines_come_by_sending_time(run: tuple[Province, list[Line]]) -> None:
    _, lines = run
    assert all(earlier.at <= later.at for earlier, later in pairwise(lines))


def test_every_product_speaks(run: tuple[Province, list[Line]]) -> None:
    _, lines = run
    assert set(Counter(line.product for line in lines)) == {"fortigate", "mikrotik", "windows", "linux", "nginx"}
    assert {line.transport for line in lines} == {Transport.UDP, Transport.TCP, Transport.HTTP}


def test_every_scenario_is_played_once_and_known_from_the_start(run: tuple[Province, list[Line]]) -> None:
    whole, lines = run
    assert [attack.truth.scenario.partition("-")[0] for attack in whole.attacks] == [*SCENARIOS, *LOOKALIKES]
    sent = Counter(line.scenario for line in lines if line.scenario)
    assert sent == {attack.truth.scenario: attack.truth.lines for attack in whole.attacks}
    for attack in whole.attacks:
        assert bool(attack.truth.must) == (attack.truth.scenario[0] == "A")
        assert MORNING <= attack.truth.first < attack.truth.last <= MORNING + timedelta(hours=2)


def test_the_truth_counts_every_spoilt_line(units: UnitTree, run: tuple[Province, list[Line]]) -> None:
    whole, lines = run
    records = truth(3, MORNING, 2, 0.1, units)
    assert records[-1] == {"kind": "lines", "count": len(lines), "dirt": whole.dirt}
    assert 0.5 < sum(whole.dirt.values()) / (len(lines) * RATE) < 1.5
    assert [record["id"] for record in records[:-1]] == [attack.truth.scenario for attack in whole.attacks]


def test_outside_parties_have_documentation_addresses(run: tuple[Province, list[Line]]) -> None:
    whole, _ = run
    for attack in whole.attacks[: len(SCENARIOS)]:
        address = attack.truth.entities.get("source.ip", "203.0.113.1")
        assert address.startswith("203.0.113.")


def test_the_live_stream_starts_a_scenario_every_three_minutes(units: UnitTree) -> None:
    heard: list[Attack] = []
    lines = list(islice(live(3, MORNING, units, rate=2, announce=heard.append), 3_000))
    assert all(earlier.at <= later.at for earlier, later in pairwise(lines))
    begins = [attack.truth.first for attack in heard]
    assert len(heard) > len(SCENARIOS)
    assert all(timedelta(minutes=2) < later - earlier < timedelta(minutes=4) for earlier, later in pairwise(begins))


def test_a_province_of_one_unit_has_no_router_to_take() -> None:
    whole = Province(3, MORNING, 0.2, 0.1, province(1))
    assert "A8" not in {attack.truth.scenario.partition("-")[0] for attack in whole.attacks}
    assert list(whole.lines())


def test_a_province_without_networks_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one unit"):
        Province(3, MORNING, 1, 0.1, province(0))


def test_the_live_stream_can_go_on_with_the_people_of_a_run(units: UnitTree) -> None:
    own, other = (list(islice(live(9, MORNING, units, world_seed=seed), 400)) for seed in (None, 3))
    known = {
        person.account.encode() for site in Province(3, MORNING, 0.1, 0.1, units).world.sites for person in site.people
    }
    assert all(any(name in line.data for name in known) for line in other if b'"TargetUserName"' in line.data)
    assert own != other
