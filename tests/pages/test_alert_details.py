"""The alert page in a real browser: its late parts, and the process tree by arrow keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from soc.event import Event, encode
from soc.store import Cursor
from soc.store.memory import MemoryStore
from tests.builders import NOON, an_event
from tests.pages.server import served
from tests.pages.test_work import signed_in
from tests.pages.watch import collect, watch
from tests.unit.dashboards.life import Life, an_alert

HOSTILE = '"><img src=x onerror=alert(1)>\u202e'


def started(pid: int, parent: int, seconds: float, name: str) -> Event:
    event = an_event(NOON + timedelta(minutes=-13, seconds=seconds), host_name="ws-1", user_name="hai.nv")
    event |= {"event.category": ["process"], "event.type": ["start"], "process.pid": pid, "process.parent.pid": parent}
    return event | {"process.command_line": name, "soc.source.id": "wec", "event.id": f"p{pid}"}


@pytest.fixture
def origin(life: Life) -> Iterator[str]:
    """With an event store: a parent, the matched process and its child."""
    events = [started(8, 4, -60, "services.exe"), started(12, 8, 0, HOSTILE), started(16, 12, 5, "whoami.exe")]
    store = MemoryStore()
    store.append([encode(event) for event in events], Cursor("event", -1, 0))
    life.services = replace(life.services, events=store)
    life.raise_alerts(
        [an_alert("process", samples=(events[1],), entities=(("host.name", "ws-1"), ("user.name", HOSTILE)))]
    )
    with served(life) as address:
        yield address


def test_late_parts_come_by_themselves_and_the_tree_obeys_the_arrows(chrome: Browser, life: Life, origin: str) -> None:
    page = signed_in(chrome, life, origin)
    seen = watch(page, origin)
    page.goto(f"{origin}/alerts/alert-process")
    tree = page.get_by_role("tree")
    expect(tree.get_by_role("treeitem")).to_have_count(4)
    expect(page.locator("#context svg.lanes")).to_be_visible()
    expect(page.locator("#elsewhere table")).to_be_visible()
    tree.locator("[aria-current]").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_contain_text("whoami.exe")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_contain_text("services.exe")
    assert collect(page, seen).clean


@pytest.mark.parametrize("part", ["context", "tree", "elsewhere", "unseen"])
def test_each_part_can_be_read_without_scripts(chrome: Browser, life: Life, origin: str, part: str) -> None:
    context = chrome.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "soc-local", "value": life.session("an.nt"), "url": origin}])
    page = context.new_page()
    page.goto(f"{origin}/alerts/alert-process")
    page.locator(f"#{part} a").first.click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(f"#{part}")).to_be_visible()
