"""Hunt, entities and search in a real browser: by keyboard alone, in every theme, width and language, hostile text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.server import served
from tests.pages.test_access_rules import AXE, RUN, opened
from tests.pages.watch import collect, watch
from tests.unit.dashboards.hunting import filled, some_events
from tests.unit.dashboards.life import ANALYST, FINANCE, Life, a_life, some_alerts
from tools.chromium import PHONE, WIDE

PAGES = (
    "/hunt",
    "/hunt?q=user.name:*&since=now-1h&until=now&unit=",
    "/hunt?q=message:*script*&since=now-24h",
    "/hunt?q=usr.name:an+and+source.ip:10.0.0.0/33",
    "/hunt?q=user.name:*&by=user.name,host.name",
    "/hunt?q=user.name:nobody",
    "/hunt?q=a&since=1/1/2020&until=2/1/2020",
    "/entities",
    "/entities/user/hai.nv",
    "/entities/ip/203.0.113.45",
    "/entities/host/khong-co",
    f"/entities/unit/{FINANCE}",
    "/entities/user/hai.nv0/part/seen",
    "/search?q=hai",
    "/search?q=zzz",
    "/search",
)


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = a_life(tmp_path, demo=True)
    made.person("keeper", "Trần Văn Tâm", *ANALYST)
    made.raise_alerts(some_alerts())
    made.services = replace(made.services, events=filled(some_events()))
    yield made
    made.state.close()


@pytest.fixture
def origin(life: Life) -> Iterator[str]:
    with served(life) as address:
        yield address


def settled(page: Page, address: str) -> None:
    page.goto(address)
    # The stream of changes never ends, so the network is never idle: the parts that load are waited for.
    expect(page.locator(".part > p:only-child > a")).to_have_count(0)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_page_is_accessible_and_fits(
    chrome: Browser, life: Life, origin: str, size: tuple[int, int], theme: str
) -> None:
    page = opened(chrome, life, origin, size, theme, bypass=True).new_page()
    found = {}
    for path in PAGES:
        settled(page, origin + path)
        page.evaluate(AXE)
        wide = page.evaluate("document.documentElement.scrollWidth")
        faults = page.evaluate(RUN) + ([f"{wide} wide"] if wide > size[0] else [])
        if faults or page.locator("h1").count() != 1:
            found[path] = faults

    assert found == {}, found


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_breaks_the_policy_and_hostile_text_runs_nowhere(
    chrome: Browser, life: Life, origin: str, language: str
) -> None:
    context = opened(chrome, life, origin, WIDE, "light", bypass=False)
    context.add_cookies([{"name": "soc-language", "value": language, "url": origin}])
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    seen = watch(page, origin)
    for path in PAGES:
        settled(page, origin + path)
        collect(page, seen)
        assert seen.clean, (path, seen)
        assert page.locator("[onmouseover]").count() == 0


def test_from_a_key_to_the_whole_event_by_keyboard_alone(chrome: Browser, life: Life, origin: str) -> None:
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    page.goto(f"{origin}/hunt")
    page.locator("#q").focus()
    page.keyboard.type("user.na", delay=10)
    first = page.locator("#q-proposals [role=option]").first
    expect(first).to_contain_text("user.name")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_have_value("user.name:")
    page.keyboard.type("hai.nv1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hunt?*q=user.name%3Ahai.nv1*")
    expect(page.get_by_text("10 sự kiện")).to_be_visible()
    expect(page.locator(".uplot")).to_be_visible()

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#event-pane")).to_contain_text("hai.nv1")

    page.locator("#event-pane .value").first.focus()
    page.keyboard.press(".")
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()


def test_the_cursor_waits_at_the_fault(chrome: Browser, life: Life, origin: str) -> None:
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    page.goto(f"{origin}/hunt?q=user.name:an and usr.name:b")

    assert page.evaluate("document.activeElement.id") == "q"
    assert page.evaluate("document.activeElement.selectionStart") == 17
    expect(page.locator("mark")).to_have_text("usr.name")


def test_dragging_over_the_timeline_zooms(chrome: Browser, life: Life, origin: str) -> None:
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    page.goto(f"{origin}/hunt?q=user.name:*&since=now-1h&until=now")
    box = page.locator(".u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 30, steps=5)
    page.mouse.up()

    page.wait_for_url("**since=24%2F11%2F2026*")
    assert 0 < page.locator("[data-row]").count() < 31


@pytest.mark.parametrize("path", ["/hunt?q=user.name:hai.nv1", "/entities/user/hai.nv1"])
def test_without_scripts_everything_can_be_read(chrome: Browser, life: Life, origin: str, path: str) -> None:
    context = chrome.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "soc-local", "value": life.session("keeper"), "url": origin}])
    page = context.new_page()
    page.goto(origin + path)
    if "hunt" in path:
        assert page.locator("svg.histogram rect.bar").count() > 0
        page.locator("[data-open]").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sự kiện")
    else:
        page.get_by_role("link", name="Hoạt động, tên gọi và nguồn").click()
        expect(page.get_by_text("Sự kiện trong 30 ngày")).to_be_visible()


def test_the_search_box_leads_to_an_entity_and_a_note_by_keyboard(chrome: Browser, life: Life, origin: str) -> None:
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    page.goto(f"{origin}/search?q=hai.nv")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{origin}/entities/user/hai.nv")
    page.keyboard.press("e")
    page.get_by_label("Nội dung").focus()
    page.keyboard.type("đã gọi cho người dùng")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("Đã ghi kèm ngày")).to_be_visible()
    expect(page.get_by_text("đã gọi cho người dùng").first).to_be_visible()
