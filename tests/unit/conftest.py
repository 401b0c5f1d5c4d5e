"""A state store of its own for each test that asks; the schema is made once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from soc.clock import ManualClock
from soc.paths import DataDir
from soc.state.store import State
from tests.builders import NOON


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash costs 1 ms instead of 70; what it should cost is tested where it is set."""
    monkeypatch.setattr("soc.state.passwords.MEMORY_KIB", 512)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with an empty state store."""
    data = DataDir(tmp_path_factory.mktemp("migrated") / "data").make()
    State.open(data, ManualClock(NOON)).close()
    return data.root


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return DataDir(tmp_path / "data").make()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def state(data: DataDir, clock: ManualClock, migrated: Path) -> Iterator[State]:
    shutil.copytree(migrated, data.root, dirs_exist_ok=True)
    opened = State.open(data, clock)
    yield opened
    opened.close()
