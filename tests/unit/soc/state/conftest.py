"""A state store of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from soc.clock import ManualClock
from soc.paths import DataDir
from soc.state.store import State
from tests.builders import NOON


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return DataDir(tmp_path / "data").make()


@pytest.fixture
def state(data: DataDir) -> Iterator[State]:
    opened = State.open(data, ManualClock(NOON))
    yield opened
    opened.close()
