"""The hub's promises with the real catalogue: a thousand figures in time, and a past that stays as it was."""

from __future__ import annotations

import json
import os
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from reports.kpi.contract import SCHEMA
from reports.kpi.hub import receive
from reports.kpi.province import read_province
from reports.kpi.world import World
from soc.period import PeriodType
from tests.unit.dashboards.life import Life, a_life, app_of
from tests.unit.reports.kpi.worlds import NOW, a_sender

CORRECTIONS = 1_000 if os.environ.get("SOC_PROOF") else 100
VIEWS = 50 if os.environ.get("SOC_PROOF") else 10
HISTORY, ROUNDS = 15, 5
MOST_SECONDS = 1.5
LAST = date(2026, 11, 23)


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    found = read_province("nghe-an")
    profile = replace(found.profile, owes=())
    made = a_life(tmp_path / "data", start=NOW)
    world = World(found.catalogue, profile, found.organisation)
    made.services = replace(made.services, world=world, units=world.units)
    yield made
    made.state.close()


def figures(world: World, day: date, rng: random.Random) -> Iterator[dict[str, Any]]:
    """One of eight daily KPIs for each of 125 units."""
    kpis = [kpi for kpi in world.catalogue.kpis.values() if kpi.period is PeriodType.DAY and kpi.needs_parts][:8]
    units = [unit.id for unit in world.organisation.units_on(day)][:125]
    for kpi in kpis:
        for unit in units:
            under = rng.randint(90, 110)
            over = rng.randint(under - 8, under)
            assert kpi.factor is not None
            value = format(kpi.factor * over / under, ".1f")
            period = {"type": "day", "start": f"{day}", "end": f"{day}"}
            item = {
                "observation_id": f"t:{kpi.id}:{unit}:{day}:r0",
                "kpi_id": kpi.id,
                "unit_id": unit,
                "period": period,
            }
            parts = {"value": value, "numerator": str(over), "denominator": str(under)}
            yield item | parts | {"status": "official", "revision": 0, "provenance": {"method": "automatic"}}


def batch(items: list[dict[str, Any]], number: int) -> bytes:
    head = {"schema": SCHEMA, "batch_id": str(UUID(int=number)), "sent_at": "2026-11-24T09:59:00+07:00"}
    return json.dumps(head | {"sender": {"system": "dvc"}, "observations": items}).encode()


def test_a_thousand_figures_are_checked_stored_and_receipted_in_time(life: Life) -> None:
    rng = random.Random(1)
    world, took = life.services.world, []
    assert world is not None
    for number in range(HISTORY + ROUNDS):
        day = LAST - timedelta(days=HISTORY + ROUNDS - number)
        raw = batch(list(figures(world, day, rng)), number + 1)
        start = time.perf_counter()
        receipt = receive(life.state, world, raw, a_sender(), NOW)
        took.append(time.perf_counter() - start)
        assert sum(receipt.summary.values()) == 1_000
        assert not receipt.summary["rejected"], receipt.items[:3]
        assert receive(life.state, world, raw, a_sender(), NOW).again
    print(f"1,000 observations: median {statistics.median(took[HISTORY:]):.2f} s, slowest {max(took[HISTORY:]):.2f} s")
    assert statistics.median(took[HISTORY:]) <= MOST_SECONDS


def test_past_views_return_the_bytes_that_they_returned_then(life: Life) -> None:
    rng = random.Random(2)
    world = life.services.world
    assert world is not None
    client = TestClient(app_of(life.services))
    with life.state.write() as tx:
        token = tx.keys.make("reader", ["kpi:read"], by="an", at=NOW)
    first = list(figures(world, LAST, rng))[:60]
    receive(life.state, world, batch(first, 1), a_sender(), NOW)
    current = {item["observation_id"]: item for item in first}
    seen: dict[str, bytes] = {}
    for number in range(CORRECTIONS):
        life.clock.advance(timedelta(seconds=7))
        if number % max(1, CORRECTIONS // VIEWS) == 0:
            moment = life.clock.now().isoformat().replace("+", "%2B")
            seen[moment] = view(client, token, moment)
            life.clock.advance(timedelta(seconds=1))
        name = rng.choice(list(current))
        old = current[name]
        current[name] = corrected(old, number)
        receive(life.state, world, batch([current[name]], number + 2), a_sender(), life.clock.now())
    assert len(set(seen.values())) > VIEWS // 2
    assert {moment: view(client, token, moment) for moment in seen} == seen


def corrected(old: dict[str, Any], number: int) -> dict[str, Any]:
    revision = int(old["revision"]) + 1
    reason = {"reason_code": "late_input", "reason_vi": f"bổ sung lần {number}"}
    new = {"observation_id": f"c{number}", "revision": revision, "supersedes": old["observation_id"]}
    return old | new | {"restatement": reason}


def view(client: TestClient, token: str, moment: str) -> bytes:
    address = f"/ioc/v1/observations?limit=500&as_of={moment}"
    answer = client.get(address, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    return answer.content
