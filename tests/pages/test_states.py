"""Pages in the states that daily life brings: nothing, silence, one, many, hostile, rule gone, refused, keys open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from soc.alert import Level
from soc.state.source_table import Source
from soc.state.tables.sources import SourceState
from tests.pages.server import served
from tests.pages.test_access_rules import AXE, RUN, opened
from tests.pages.test_work import HOSTILE
from tests.pages.watch import collect, watch
from tests.unit.dashboards.life import ANALYST, FINANCE, RULE, Life, a_life, an_alert, some_traffic
from tools.chromium import PHONE, WIDE

LONG = "Máy chủ tệp của Trung tâm Phục vụ hành chính công tỉnh, tầng ba, phòng máy số hai"
OUTSIDE = """(width) => [...document.querySelectorAll("main *")]
  .filter((one) => !one.closest(".hidden, .tabs, .counts, .scroll, .cut, svg"))
  .filter((one) => one.getBoundingClientRect().right > width + 1).map((one) => one.outerHTML.slice(0, 90))"""
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A province in which nothing has happened yet."""
    made = a_life(tmp_path, demo=True)
    made.person("keeper", "Trần Văn Tâm", *ANALYST)
    yield made
    made.state.close()


@pytest.fixture
def origin(life: Life) -> Iterator[str]:
    with served(life) as address:
        yield address


def silence(life: Life) -> str:
    now = life.clock.now()
    with life.state.write() as tx:
        for n in range(5):
            tx.sources.add(Source(f"s{n}", f"{LONG} {n}", now, unit=FINANCE, state=SourceState.ACTIVE))
            tx.sources.saw({f"s{n}": now - timedelta(hours=3 + n)})
    return "/alerts"


def one(life: Life) -> str:
    life.raise_alerts([an_alert("one")])
    return "/alerts"


def rule_gone(life: Life) -> str:
    rule = replace(RULE, file="windows/gone.yml", version="0" * 64, title_vi=LONG)
    life.raise_alerts([an_alert("gone", rule=rule, samples=(), entities=tuple(("host.name", LONG) for _ in range(9)))])
    return "/alerts/alert-gone"


def hostile(life: Life) -> str:
    text = " ".join(HOSTILE)
    rule = replace(RULE, title_vi=text[:300], meaning_vi="{user.name}", author=text, tags=(text, f"attack.{text}"))
    sample = {"@timestamp": "2026-11-24T05:00:00.000000Z", "event.original": text, "message": text, text[:90]: text}
    matched = {"user.name": text, text[:90]: "abc\u202eexe.txt"}
    entities = (("user.name", text[:400]), ("host.name", "x" * 300))
    life.raise_alerts([an_alert("hostile", rule=rule, samples=(sample,), matched=matched, entities=entities)])
    return "/alerts/alert-hostile"


def many(life: Life) -> str:
    rule = replace(RULE, title_vi=f"{LONG}: đăng nhập sai nhiều lần rồi vào được", level=Level.HIGH)
    entities = (("host.name", f"{LONG}.example.gov.vn"), ("user.name", "nguyen.van.an"), ("source.ip", "203.0.113.9"))
    raised = life.clock.now() - timedelta(hours=1)
    changes = {"rule": rule, "level": Level.HIGH, "entities": entities, "raised_at": raised}
    life.raise_alerts(an_alert(f"{n:03d}", **changes, count=10**n if n < 15 else n) for n in range(500))
    return "/alerts"


STATES = (lambda _: "/alerts", silence, one, rule_gone, hostile, many)


@SIZES
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_state_is_accessible_and_fits(
    chrome: Browser, life: Life, origin: str, size: tuple[int, int], theme: str
) -> None:
    page = opened(chrome, life, origin, size, theme, bypass=True).new_page()
    for prepare in STATES:
        path = prepare(life)
        page.goto(origin + path)
        page.evaluate("document.querySelectorAll('details.sample, .moves details').forEach((one) => one.open = true)")
        page.evaluate(AXE)
        assert page.evaluate(RUN) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        assert page.evaluate(OUTSIDE, size[0]) == [], path


@SIZES
@pytest.mark.parametrize("path", ["/health", "/sources"])
def test_names_of_sources_can_be_read(
    chrome: Browser, life: Life, origin: str, size: tuple[int, int], path: str
) -> None:
    silence(life)
    some_traffic(life)
    page = opened(chrome, life, origin, size, "light", bypass=False).new_page()
    page.goto(origin + path)

    widths = page.evaluate("[...document.querySelectorAll('.known th .cut')].map((one) => one.offsetWidth)")

    assert min(widths) >= 180


@SIZES
def test_the_list_of_keys_is_accessible(chrome: Browser, life: Life, origin: str, size: tuple[int, int]) -> None:
    page = opened(chrome, life, origin, size, "light", bypass=True).new_page()
    page.goto(f"{origin}/alerts")
    page.keyboard.press("Shift+Slash")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate(AXE)

    assert page.evaluate(RUN) == []


def test_no_state_breaks_the_policy_and_the_server_hears_when_one_does(
    chrome: Browser, life: Life, origin: str
) -> None:
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    seen = watch(page, origin)
    for prepare in STATES:
        page.goto(origin + prepare(life))
        page.keyboard.press("Shift+Slash")
        page.keyboard.press("Escape")
        assert collect(page, seen).clean, seen
    assert reports(page, origin) == 0

    page.evaluate("document.querySelector('main').setAttribute('style', 'color: red')")

    page.wait_for_function("window.__reports.length === 1")
    page.wait_for_timeout(300)
    assert reports(page, origin) == 1


def test_rows_keep_their_height_whatever_stands_in_them(chrome: Browser, life: Life, origin: str) -> None:
    hostile(life)
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    page.goto(origin + many(life))

    heights = page.evaluate("[...document.querySelectorAll('[data-row]')].map((row) => row.offsetHeight)")

    assert len(heights) == 50
    assert all(28 <= height <= 36 for height in heights), set(heights)


def test_keys_move_open_and_come_back_and_can_be_switched_off(chrome: Browser, life: Life, origin: str) -> None:
    life.raise_alerts([an_alert("a"), an_alert("b")])
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    page.goto(f"{origin}/alerts")
    first, second = (link.get_attribute("href") or "" for link in page.locator("[data-open]").all())
    page.keyboard.press("j")
    assert focused(page) == second, "the first is chosen when the list opens"
    page.keyboard.press("k")
    assert focused(page) == first
    page.keyboard.press("Enter")
    page.wait_for_url(f"{origin}{first}")
    page.keyboard.press("u")
    page.wait_for_url(f"{origin}/alerts?open={first.rpartition('/')[2]}")
    expect(page.locator("[data-row][aria-current] [data-open]")).to_have_attribute("href", first)

    page.keyboard.press("j")
    page.keyboard.press("Shift+Slash")
    page.keyboard.press("j")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Tắt phím tắt").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert focused(page) == second, "focus returns after the dialog"
    page.keyboard.press("j")
    assert focused(page) == second, "keys are off"


def test_keys_go_by_their_place_not_by_their_letter(chrome: Browser, life: Life, origin: str) -> None:
    life.raise_alerts([an_alert("a")])
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    page.goto(f"{origin}/alerts")

    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ư', code: 'KeyJ', bubbles: true}))")

    assert focused(page) == "/alerts/alert-a"


def test_without_scripts_the_list_of_keys_is_a_place_on_the_page(chrome: Browser, life: Life, origin: str) -> None:
    context = chrome.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "soc-local", "value": life.session("keeper"), "url": origin}])
    page = context.new_page()
    page.goto(f"{origin}/alerts")
    page.get_by_role("link", name="Phím tắt").click()

    expect(page.locator("#keys")).to_be_visible()
    page.get_by_role("link", name="Đóng danh sách").click()
    expect(page.locator("#keys")).to_be_hidden()


def focused(page: Page) -> str | None:
    found: str | None = page.evaluate("document.activeElement.getAttribute('href')")
    return found


def reports(page: Page, origin: str) -> int:
    """What the server itself counted."""
    found: int = page.request.get(f"{origin}/api/v1/health").json()["policy_reports"]
    return found
