"""One browser and one served province for all page tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pages.server import served
from tests.unit.dashboards.life import ANALYST, Life, a_life, some_alerts, some_beats, some_traffic
from tools import chromium


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    if chromium.found() is None:
        pytest.skip("no Chromium: install Debian's package 'chromium' to run the page tests")
    with chromium.launched() as browser:
        yield browser


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A demo province with five alerts, traffic, an unknown sender and an analyst."""
    made = a_life(tmp_path, demo=True)
    made.person("an.nt", "Nguyễn Thị An", *ANALYST)
    made.person("bao.lq", "Lê Quốc Bảo", *ANALYST)
    made.raise_alerts(some_alerts())
    some_traffic(made)
    made.services = replace(made.services, beats=lambda: some_beats(made))
    yield made
    made.state.close()


@pytest.fixture
def origin(life: Life) -> Iterator[str]:
    with served(life) as address:
        yield address
