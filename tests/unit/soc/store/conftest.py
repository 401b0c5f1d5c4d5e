"""An embedded store of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from soc.clock import ManualClock
from soc.paths import DataDir
from soc.store.embedded import EmbeddedStore


@pytest.fixture
def store(data: DataDir, clock: ManualClock) -> Iterator[EmbeddedStore]:
    made = EmbeddedStore(data, clock=clock)
    yield made
    made.close()
