"""Power cuts at random moments of a real process: nothing promised is missing, and planted defects are found."""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.errors import SocError
from soc.journal import Batch
from soc.paths import DataDir
from soc.query import Query
from soc.store.embedded import EmbeddedStore
from tests.builders import NOON
from tests.corpus import ROOT
from tests.sim.power_cut import can_record, recorded, states
from tests.sim.power_cut_work import line, open_log

STATES = 1_000 if "SOC_PROOF" in os.environ else 100
EVER = Query(None, datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC), SYSTEM)

pytestmark = pytest.mark.skipif(not can_record(), reason="no strace: power cuts were not tried")


def losses(tmp_path: Path, defect: str = "", count: int = STATES) -> list[str]:
    """What went wrong, state by state."""
    data = DataDir(tmp_path / "data").make()
    folders = [data.root, *(path for path in data.root.rglob("*") if path.is_dir())]
    words = [sys.executable, "-m", "tests.sim.power_cut_work", *([defect] if defect else [])]
    calls = recorded(words, data.root, tmp_path / "record.txt", ROOT)
    found = []
    for number, (state, said) in enumerate(states(calls, folders, tmp_path / "cut", count, random.Random(11))):
        found += [f"state {number}: {fault}" for fault in faults(DataDir(state).make(), said)]
    return found


def faults(data: DataDir, said: bytes) -> list[str]:
    """Opens what is left as the next process does, and asks for everything that was promised."""
    try:
        return _log_faults(data, _promised(said, "log")) + _store_faults(data, _promised(said, "store"))
    except SocError as error:
        return [f"not opened: {error}"]


def _promised(said: bytes, what: str) -> int:
    return max((int(word.split()[1]) for word in said.decode().splitlines() if word.startswith(what)), default=-1)


def _log_faults(data: DataDir, promised: int) -> list[str]:
    log = open_log(data)
    items = list(log.read(-1, max_records=10**9))
    kept = [record for item in items if isinstance(item, Batch) for record in item.records]
    log.close()
    if log_ends := [item for item in items if not isinstance(item, Batch)]:
        return [f"a gap: {log_ends}"]
    wanted = [line(n) for n in range(max(len(kept), promised + 1))]
    return [] if kept == wanted else [f"{len(kept)} records, {promised + 1} were promised"]


def _store_faults(data: DataDir, promised: int) -> list[str]:
    store = EmbeddedStore(data, clock=ManualClock(NOON))
    at = store.cursor("events")
    kept = [event["message"].split()[1] for event in store.export(EVER)]
    problems = list(store.health().problems)
    store.close()
    if at < promised:
        problems.append(f"the store stands at {at}, {promised} was promised")
    return problems if kept == [str(n) for n in range(at + 1)] else [*problems, f"{len(kept)} events at position {at}"]


def test_a_power_cut_loses_nothing_that_was_promised(tmp_path: Path) -> None:
    assert losses(tmp_path) == []


@pytest.mark.parametrize("defect", ["no-sync", "no-file-sync", "early-answer"])
def test_a_planted_defect_is_found(tmp_path: Path, defect: str) -> None:
    assert losses(tmp_path, defect) != []
