"""An hour's alerts taken, judged and closed by keys alone, in the time a practised person has (workspace.md bar 9).

The person is counted as in the keystroke-level model: 0.28 s a key, 1.35 s for each thought; the machine as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import pytest
from playwright.sync_api import Browser, Page, expect

from soc.access import SYSTEM
from soc.alert import Status
from soc.state.queue import AlertFilter
from tests.pages.server import served
from tests.pages.test_work import signed_in
from tests.unit.dashboards.life import ANALYST, RULE, Life, a_life, an_alert

ALERTS = 60 if os.environ.get("SOC_PROOF") else 6
PER_ALERT = 10.0
KEY, THOUGHT = 0.28, 1.35
THOUGHTS = 4
"""Read the title and why, decide to take it, the verdict, the reason."""
REASON = "Xác"
MOUSE = """window.__mouse = 0;
for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel"])
  addEventListener(kind, () => { window.__mouse += 1; }, {capture: true, passive: true});"""


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = a_life(tmp_path, demo=True)
    made.person("an.nt", "Nguyễn Thị An", *ANALYST)
    now = made.clock.now()
    rules = [replace(RULE, id=f"rule-{n}", title_vi=f"Vụ thứ {n:02d}") for n in range(ALERTS)]
    made.raise_alerts(
        an_alert(f"{n:02d}", rule=rule, raised_at=now - timedelta(minutes=60 - n)) for n, rule in enumerate(rules)
    )
    yield made
    made.state.close()


@pytest.fixture
def origin(life: Life) -> Iterator[str]:
    with served(life) as address:
        yield address


def test_an_hour_of_alerts_is_closed_by_keys_alone_in_time(chrome: Browser, life: Life, origin: str) -> None:
    page = signed_in(chrome, life, origin)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.add_init_script(MOUSE)
    page.goto(f"{origin}/alerts?view=open")
    keys, mouse, last, began = 0, 0, "", perf_counter()
    for _ in range(ALERTS):
        if page.locator("#pane h2").inner_text() == last:
            # The last row of the page is done: the list again, with what is left.
            mouse += page.evaluate("window.__mouse")
            keys += press(page, "g", "a")
            expect(page.locator("#pane h2")).not_to_have_text(last)
        last = page.locator("#pane h2").inner_text()
        keys += one(page)
    spent = perf_counter() - began + keys * KEY + ALERTS * THOUGHTS * THOUGHT

    with life.state.read() as tx:
        closed = tx.queue.count(AlertFilter((Status.CLOSED,)), SYSTEM)
    assert closed == ALERTS
    assert mouse + page.evaluate("window.__mouse") == 0
    assert spent <= ALERTS * PER_ALERT, f"{spent:.0f} s, {keys} keys"


def one(page: Page) -> int:
    """Take, verdict, reason, done; answers how many keys it took. The next row opens by itself."""
    title = page.locator("#pane h2").inner_text()
    keys = press(page, "t")
    expect(page.locator("#pane .pane-head")).to_contain_text("An")
    keys += press(page, "c", "Space", "Tab", *REASON, "Control+Enter")
    last = page.locator("[data-row]").last.get_attribute("aria-current") == "true"
    if last:
        expect(page.locator("#pane .pane-head")).to_contain_text("Đã đóng")
    else:
        expect(page.locator("#pane h2")).not_to_have_text(title)
    return keys


def press(page: Page, *keys: str) -> int:
    """Letters with tone marks are typed; they have no key of their own."""
    for key in keys:
        if len(key) == 1:
            page.keyboard.type(key)
        else:
            page.keyboard.press(key)
    return len(keys)
