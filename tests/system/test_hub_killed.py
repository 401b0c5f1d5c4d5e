"""kill -9 of the hub at any moment: what was answered is kept, nothing is missing, nothing is there twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.paths import DataDir
from soc.state.observation_rows import Wanted, content_of
from soc.state.store import State
from tests.corpus import ROOT
from tests.unit.reports.kpi.worlds import NOW

KILLS = 20 if os.environ.get("SOC_PROOF") else 4
BATCHES = 60


def child(folder: Path, first: int, *, life: float | None) -> list[list[int]]:
    """Runs until it is done or killed after `life` seconds; the lines it said."""
    words = [sys.executable, "-m", "tests.system.hub_child", str(folder), str(first), str(BATCHES)]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = [process.stdout.readline()]
    if life is not None:
        threading.Timer(life, process.kill).start()
    said += process.stdout.readlines()
    process.wait()
    return [[int(word) for word in line.split()] for line in said if line.endswith("\n") and line.strip()]


def content(folder: Path) -> list[tuple[str, str, str]]:
    state = State.open(DataDir(folder), ManualClock(NOW))
    with state.read() as tx:
        found = tx.observations.page(SYSTEM, Wanted(), after=0, limit=1_000_000)
        receipts = tx.receipts.page(SYSTEM, limit=10_000)
        assert tx.audit.verify() is None
    state.close()
    assert len(receipts) == len({receipt.batch_id for receipt in receipts}) == BATCHES
    return sorted((one.observation.id, content_of(one.observation), one.batch) for one in found)


def test_a_killed_hub_has_no_gap_and_no_double(tmp_path: Path) -> None:
    rng = random.Random(9)
    clean, killed = DataDir(tmp_path / "clean").make().root, DataDir(tmp_path / "killed").make().root
    assert all(line[2] == 0 for line in child(clean, 0, life=None))
    first, kills = 0, 0
    while first < BATCHES:
        lines = child(killed, first, life=rng.uniform(0, 0.15) if kills < KILLS else None)
        kills += 1
        # At least once: whatever was answered is not sent again, the one in flight is; now and then an older one too.
        answered = lines[-1][0] + 1 if lines else first
        first = max(0, answered - rng.randrange(3)) if answered < BATCHES else answered

    assert kills > KILLS // 2
    assert content(killed) == content(clean)
