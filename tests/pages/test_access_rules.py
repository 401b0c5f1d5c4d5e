"""Every page, in both themes and widths: axe finds nothing, the policy reports nothing, nothing leaves the origin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from soc.access import ROOT, RoleOfPerson
from tests.pages.screens import screens
from tests.pages.watch import collect, watch
from tests.unit.dashboards.life import ANALYST, Life
from tools.chromium import PHONE, WIDE

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
RUN = (
    "axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations.map("
    "(one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`))"
)


def opened(
    chrome: Browser, life: Life, origin: str, size: tuple[int, int], theme: str, *, bypass: bool
) -> BrowserContext:
    context = chrome.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        bypass_csp=bypass,
    )
    context.add_cookies([{"name": "soc-local", "value": life.session("keeper"), "url": origin}])
    return context


@pytest.fixture
def life(life: Life) -> Life:
    life.person("keeper", "Trần Văn Tâm", *ANALYST, (RoleOfPerson.IT_CENTRE, ROOT))
    return life


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing(chrome: Browser, life: Life, origin: str, size: tuple[int, int], theme: str) -> None:
    page = opened(chrome, life, origin, size, theme, bypass=True).new_page()
    found: dict[str, Any] = {}
    for path in screens(life):
        page.goto(origin + path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.evaluate(AXE)
        violations = page.evaluate(RUN)
        if violations:
            found[path] = violations

    assert found == {}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_policy_reports_nothing(chrome: Browser, life: Life, origin: str, language: str) -> None:
    context = opened(chrome, life, origin, WIDE, "light", bypass=False)
    context.add_cookies([{"name": "soc-language", "value": language, "url": origin}])
    page = context.new_page()
    for path in screens(life):
        seen = watch(page, origin)
        page.goto(origin + path, wait_until="networkidle")
        collect(page, seen)
        # The browser itself notes a page that answers 404; that is no fault of the page.
        seen.errors = [error for error in seen.errors if "status of 404" not in error]
        assert seen.clean, (path, seen)
        assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_scrolls_sideways_and_each_has_one_heading(
    chrome: Browser, life: Life, origin: str, size: tuple[int, int]
) -> None:
    page = opened(chrome, life, origin, size, "light", bypass=False).new_page()
    for path in screens(life):
        page.goto(origin + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        assert page.locator("h1").count() == 1, path
        assert page.locator("main").count() == 1, path


def test_fonts_draw_vietnamese_and_come_from_us(chrome: Browser, life: Life, origin: str) -> None:
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    page.goto(f"{origin}/alerts")

    loaded = page.evaluate(
        "document.fonts.ready.then((all) => [...all].filter((face) => face.status === 'loaded').map((f) => f.family))"
    )

    assert {name.strip('"') for name in loaded} == {"Be Vietnam Pro", "JetBrains Mono"}


def test_targets_are_large_enough_on_a_phone(chrome: Browser, life: Life, origin: str) -> None:
    page = opened(chrome, life, origin, PHONE, "light", bypass=False).new_page()
    page.goto(f"{origin}/alerts/alert-vpn")

    small = page.evaluate(
        "[...document.querySelectorAll('button, summary.button, .rail a')].filter((one) => one.offsetHeight"
        " && one.offsetHeight < 44).map((one) => one.outerHTML.slice(0, 120))"
    )

    assert small == []
