"""One fresh life a test, with a signed-in analyst."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.unit.dashboards.life import ANALYST, Life, a_life, app_of


@pytest.fixture
def life(tmp_path: Path, cheap_passwords: None) -> Iterator[Life]:
    made = a_life(tmp_path)
    made.person("an.nt", "Nguyễn Thị An", *ANALYST)
    yield made
    made.state.close()


@pytest.fixture
def guest(life: Life) -> TestClient:
    """A browser of ours that nobody has signed in with."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    app = app_of(life.services)
    here = ("127.0.0.1", 50_000)
    return TestClient(app, headers=headers, follow_redirects=False, raise_server_exceptions=False, client=here)


@pytest.fixture
def browser(life: Life, guest: TestClient) -> TestClient:
    """The analyst's browser."""
    guest.cookies.set("soc-local", life.session("an.nt"))
    return guest
