"""An embedded store of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from soc.clock import ManualClock
from soc.paths import DataDir
from soc.store.embedded import EmbeddedStore
from tests.builders import NOON


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return DataDir(tmp_path / "data").make()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def store(data: DataDir, clock: ManualClock) -> Iterator[EmbeddedStore]:
    made = EmbeddedStore(data, clock=clock)
    yield made
    made.close()
