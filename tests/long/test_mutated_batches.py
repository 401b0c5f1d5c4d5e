"""Batches bent out of shape: never a crash, counts that add up, nothing accepted that breaks a rule of the contract.

300 by default, 20,000 under SOC_PROOF.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reports.kpi.contract import BatchRefused
from reports.kpi.fields import NUMBER
from reports.kpi.hub import receive
from soc.access import SYSTEM
from soc.observation import Observation, Status
from soc.paths import DataDir
from soc.state.observation_rows import Wanted
from soc.state.store import State
from tests.unit.reports.kpi.worlds import (
    FINANCE,
    HEALTH,
    NOW,
    OLD,
    PROVINCE,
    a_batch,
    a_correction,
    a_sender,
    a_world,
    an_item,
)

COUNT = 20_000 if os.environ.get("SOC_PROOF") else 300
WORLD, SENDER = a_world(), a_sender(units=frozenset({FINANCE, HEALTH, PROVINCE, OLD}))
ODD: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**70, 1.5, -0.0, 1e300, "", " ", "0", "-0", "1e5", "NaN", "1,5", "١٢"),
    *("96.4", "9" * 18, "9" * 19, "0.1234567", "x" * 2_001, "\u0000", "é", "e\u0301", "\u202e", "10.0.0.1", "Mật"),
    *([], {}, [[]], {"a": None}, ["x"] * 60, {"__proto__": {}}, "2026-02-30", "2026-11-23", "0001-01-01", "9999-12-31"),
    *("9999-12-31T23:59:59+00:00", "2026-11-23T10:00:00", "official", "missing", "forecast", "break", "ytd"),
    *(FINANCE, OLD, PROVINCE, "doc_total", "on_time_rate", "crime_cases", "alerts_open", "median_hours"),
]


def some_items(rng: random.Random) -> list[dict[str, Any]]:
    day = f"2026-11-{rng.randint(1, 23):02d}"
    over, under = sorted((rng.randint(0, 50), rng.randint(1, 50)))
    items = [
        an_item(value=str(rng.randint(0, 99)), day=day, unit_id=rng.choice((FINANCE, HEALTH))),
        an_item("on_time_rate", f"{100 * over / under:.2f}", day=day, numerator=over, denominator=str(under)),
        an_item("median_hours", "3.5", day=day, dimensions={}),
        an_item(value=None, day=day, unit_id=HEALTH, status="missing", reason="chưa có phần mềm"),
    ]
    rng.shuffle(items)
    items = items[: rng.randint(1, 4)]
    return [*items, a_correction(rng.choice(items), value="7")] if rng.random() < 0.3 else items


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a document."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield value, name
            yield from _places(one)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield value, index
            yield from _places(one)


def bend(document: dict[str, Any], rng: random.Random) -> None:
    """One change anywhere: another value, a field less, a field more, a value from elsewhere."""
    container, name = rng.choice(list(_places(document)))
    act = rng.randrange(4)
    if act == 0:
        container[name] = deepcopy(rng.choice(ODD))
    elif act == 1:
        del container[name]
    elif act == 2 and isinstance(container, dict):
        container[f"x{rng.randrange(99)}"] = deepcopy(rng.choice(ODD))
    else:
        other, place = rng.choice(list(_places(document)))
        container[name] = json.loads(json.dumps(other[place]))


def text_of(document: dict[str, Any], rng: random.Random) -> bytes:
    """Its bytes, now and then torn, doubled or with a key twice."""
    raw = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if rng.random() < 0.06:
        where = rng.randrange(len(raw))
        raw = rng.choice((raw[:where], raw[:where] + bytes([rng.randrange(256)]) + raw[where + 1 :], raw * 2))
    if rng.random() < 0.04:
        raw = raw.replace(b'"kpi_id":', b'"kpi_id": "doc_total", "kpi_id":', 1)
    return raw


@pytest.fixture
def disk_state(migrated: Path, tmp_path: Path, clock: Any) -> Iterator[State]:
    data = DataDir(tmp_path / "bent").make()
    shutil.copytree(migrated, data.root, dirs_exist_ok=True)
    opened = State.open(data, clock)
    yield opened
    opened.close()


def test_bent_batches_are_answered_and_their_counts_add_up(disk_state: State) -> None:
    rng = random.Random(20_261_124)
    answered, refused = 0, Counter[int]()
    for number in range(COUNT):
        document = json.loads(a_batch(*some_items(rng)))
        document["batch_id"] = f"{rng.randrange(16**8):08x}-0000-4000-8000-{number:012x}"
        for _ in range(rng.randrange(4)):
            bend(document, rng)
        raw = text_of(document, rng)
        try:
            receipt = receive(disk_state, WORLD, raw, SENDER, NOW, dry_run=rng.random() < 0.1)
        except BatchRefused as error:
            refused[error.status] += 1
        else:
            answered += 1
            items = json.loads(raw)["observations"]
            assert sum(receipt.summary.values()) == len(items)
            assert len(receipt.body(every=True)["items"]) == len(items)
    assert set(refused) <= {400, 409, 413}
    assert refused.total() > COUNT // 50
    assert answered > COUNT // 2
    _nothing_breaks_a_rule(disk_state)


def _nothing_breaks_a_rule(state: State) -> None:
    with state.read() as tx:
        known = tx.observations.page(SYSTEM, Wanted(), after=0, limit=100_000)
        listed = [one.observation for one in known]
    assert listed
    for one in listed:
        assert all(rule(one) for rule in RULES), one
    keys = [(one.key, one.revision) for one in listed]
    assert len(keys) == len(set(keys))


def _value_or_reason(one: Observation) -> bool:
    if one.value is not None:
        return one.status is not Status.MISSING
    return bool(one.reason) and (one.status is Status.MISSING or one.denominator == 0)


def _ratio_holds(one: Observation) -> bool:
    if one.key.kpi != "on_time_rate" or one.value is None:
        return True
    assert one.numerator is not None
    assert one.denominator is not None
    half = Decimal(1).scaleb(int(one.value.as_tuple().exponent)) / 2
    return abs(one.value - 100 * one.numerator / one.denominator) <= half


RULES: tuple[Callable[[Observation], bool], ...] = (
    _value_or_reason,
    _ratio_holds,
    lambda one: one.value is None or NUMBER.fullmatch(format(one.value, "f")) is not None,
    lambda one: one.key.kpi in WORLD.catalogue.kpis and WORLD.units.get(one.key.unit) is not None,
    lambda one: one.sensitivity in ("internal", "restricted"),
    lambda one: one.revision == 0 or one.restatement is not None,
    lambda one: one.key.kpi != "crime_cases" or one.key.unit == PROVINCE,
)
