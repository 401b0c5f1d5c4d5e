"""Power cuts of the whole chain (raw log, event log, store and state): nothing acknowledged is lost or doubled."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from soc.errors import SocError
from soc.paths import DataDir
from tests.corpus import ROOT
from tests.sim.power_cut import can_record, recorded, states
from tests.system.crash_work import SEED, Loud

STATES = 100 if "SOC_PROOF" in os.environ else 10
DEFECT_STATES = 30

pytestmark = pytest.mark.skipif(not can_record(), reason="no strace: power cuts of the chain were not tried")


def lines_of(folder: Path) -> dict[str, str]:
    """Every line of the work by its mark: the same seed sends the same lines."""
    folder.mkdir()
    twin = Loud(SEED, folder)
    twin.silent = True
    twin.work()
    twin.end()
    return twin.model.sent


def losses(tmp_path: Path, count: int, defect: str = "") -> list[str]:
    """What went wrong, state by state."""
    sent = lines_of(tmp_path / "twin")
    root = tmp_path / "work"
    data = DataDir(root / "data-0").make()
    folders = [root, data.root, *(path for path in data.root.rglob("*") if path.is_dir())]
    words = [sys.executable, "-m", "tests.system.crash_work", *([defect] if defect else [])]
    calls = recorded(words, root, tmp_path / "record.txt", ROOT)
    found: list[str] = []
    for number, (state, said) in enumerate(states(calls, folders, tmp_path / "cut", count, random.Random(SEED))):
        found += [f"state {number}: {fault}" for fault in faults(state, said.decode().split(), sent)]
    return found


def faults(state: Path, known: list[str], sent: dict[str, str]) -> list[str]:
    """Starts the chain on what is left, works it off, and asks for everything that was acknowledged."""
    try:
        life = Loud(SEED, state)
    except SocError as error:
        return [f"not opened: {error}"]
    try:
        life.model.sent, life.model.known = sent, Counter(known)
        life.clock.advance(timedelta(hours=1))
        return life.settle()
    except SocError as error:
        return [f"not worked off: {error}"]
    finally:
        life.leave()


def test_a_power_cut_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    assert losses(tmp_path, STATES) == []


@pytest.mark.parametrize("defect", ["no-sync", "no-file-sync", "early-answer"])
def test_a_planted_defect_is_found(tmp_path: Path, defect: str) -> None:
    assert losses(tmp_path, DEFECT_STATES, defect) != []
