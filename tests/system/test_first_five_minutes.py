"""A stranger's first five minutes, by script: the real demo, the printed link, one alert judged with keys alone, an
own file dropped on the page and its alerts open."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from soc.access import SYSTEM
from soc.clock import SystemClock
from soc.paths import DataDir
from soc.state.queue import AlertFilter
from soc.state.store import State
from tests.corpus import corpus
from tests.system.running import PORTS
from tools import chromium

READY_SECONDS = 240.0
FIVE_MINUTES = 300.0
FILE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Demo:
    """What a stranger sees in the terminal."""

    data: Path
    printed: str
    begun: float

    @property
    def address(self) -> str:
        return self._found(r"ready: (http://\S+)")

    @property
    def link(self) -> str:
        return self._found(r"(http://\S+/set-up/\S+)")

    def _found(self, pattern: str) -> str:
        found = re.search(pattern, self.printed)
        assert found is not None, self.printed
        return found[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`socctl demo`, until the block ends."""
    if chromium.found() is None:
        pytest.skip("no Chromium: install Debian's package 'chromium' to run the page tests")
    folder = tmp_path_factory.mktemp("stranger")
    words = [sys.executable, "-m", "socctl.main", "--data", str(folder / "data"), "demo"]
    environment = {**os.environ, **PORTS, "LC_ALL": "C", "PYTHONUNBUFFERED": "1"}
    out, begun = folder / "out", time.monotonic()
    with out.open("w") as file:
        process = subprocess.Popen(words, stdout=file, stderr=subprocess.DEVNULL, env=environment, text=True)
    try:
        while "Ctrl+C" not in out.read_text("utf-8"):
            assert process.poll() is None, out.read_text("utf-8")
            assert time.monotonic() - begun < READY_SECONDS, out.read_text("utf-8")
            time.sleep(0.1)
        yield Demo(folder / "data", out.read_text("utf-8"), begun)
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="module")
def page(demo: Demo) -> Iterator[Page]:
    with chromium.launched() as browser:
        yield browser.new_page()


def test_the_stranger_signs_in_by_the_printed_link(demo: Demo, page: Page) -> None:
    page.goto(demo.link)
    page.locator("main button.main").press("Enter")
    page.wait_for_url(re.compile(f"{demo.address}/(team|alerts)"), timeout=60_000)


def test_the_first_alert_is_judged_with_keys_alone(demo: Demo, page: Page) -> None:
    page.evaluate("window.__clicks = 0; document.addEventListener('mousedown', () => { window.__clicks += 1; })")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url(f"{demo.address}/alerts*")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{demo.address}/alerts/*")
    opened = page.url.split("?")[0].rsplit("/", 1)[-1]
    page.keyboard.press("t")
    page.wait_for_url("**done=take*")
    page.keyboard.press("c")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Xác nhận")
    page.keyboard.press("Tab")
    page.keyboard.type("người lạ thử")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**done=close*")

    with judged(demo) as state, state.read() as tx:
        assert tx.alerts.get(opened, SYSTEM).verdict is not None
    assert time.monotonic() - demo.begun <= FIVE_MINUTES


def test_an_own_file_dropped_on_the_page_ends_at_its_alerts(demo: Demo, page: Page) -> None:
    own = next(path for path in corpus("evtx-dev").rglob("*.evtx") if "1102" in path.name)
    page.goto(f"{demo.address}/import")
    begun = time.monotonic()
    page.set_input_files("#file", own)
    page.locator("form[data-drop] button").press("Enter")
    expect(page.locator(".outcome")).to_contain_text(re.compile(r"\d+ (cảnh báo|alerts?), \d+ "), timeout=90_000)
    assert time.monotonic() - begun <= FILE_SECONDS

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{demo.address}/alerts/*")
    expect(page.locator("h1")).to_be_visible()
    with judged(demo) as state, state.read() as tx:
        files = {Path(alert.rule.file).stem for alert in tx.queue.page(AlertFilter(), SYSTEM, limit=500).alerts}
        drop = tx.drops.all(SYSTEM)[0]
        assert tx.drops.alerts(drop.id, SYSTEM)
    assert "win_log_cleared" in files
    assert not (demo.data / "uploads" / drop.id).exists()


def judged(demo: Demo) -> Opened:
    return Opened(demo.data)


class Opened:
    """The demo's state beside the running system."""

    def __init__(self, data: Path) -> None:
        self._state = State.open(DataDir(data), SystemClock())

    def __enter__(self) -> State:
        return self._state

    def __exit__(self, *_: object) -> None:
        self._state.close()
