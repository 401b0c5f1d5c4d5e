"""Every page, in both themes and widths: axe finds nothing, the policy reports nothing, nothing leaves the origin."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.pages.province import fill
from tests.pages.screens import screens
from tests.pages.server import served
from tests.pages.watch import collect, watch
from tests.unit.dashboards.life import Life, a_life
from tools.chromium import PHONE, WIDE

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
RUN = (
    "axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations.map("
    "(one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`))"
)

SHAPE = """(language) => {
  for (const one of document.querySelectorAll("main details")) one.open = true;
  const faults = [];
  for (const name of ["h1", "main"]) {
    const n = document.querySelectorAll(name).length;
    if (n !== 1) faults.push(`${n} ${name}`);
  }
  if (document.documentElement.lang !== language) faults.push(`speaks ${document.documentElement.lang}`);
  return faults;
}"""
ALL_LOOKS = tuple((size, theme) for size in (WIDE, PHONE) for theme in ("light", "dark"))
SOME_LOOKS = {"vi": ((WIDE, "light"), (PHONE, "dark")), "en": ((PHONE, "light"), (WIDE, "dark"))}
LOOKS = dict.fromkeys(SOME_LOOKS, ALL_LOOKS) if os.environ.get("SOC_PROOF") else SOME_LOOKS
"""Each page in each language; every size and theme with each other only in the long run of the tests."""


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
def life(tmp_path: Path) -> Iterator[Life]:
    made = a_life(tmp_path, demo=True)
    yield fill(made, tmp_path)
    made.state.close()


@pytest.fixture
def origin(life: Life) -> Iterator[str]:
    with served(life) as address:
        yield address


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_keeps_every_rule(chrome: Browser, life: Life, origin: str, language: str) -> None:
    page = entered(chrome, life, origin, language)
    found = {path: faults for path in screens(life) if (faults := walked(page, origin, path, language))}
    assert found == {}


def entered(chrome: Browser, life: Life, origin: str, language: str) -> Page:
    context = opened(chrome, life, origin, WIDE, "light", bypass=False)
    now = life.clock.now()
    with life.state.write() as tx:
        token = tx.sessions.start("keeper", at=now, factor_at=now)
    cookies = {"soc-local": token, "soc-language": language}
    context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in cookies.items()])
    return context.new_page()


def walked(page: Page, origin: str, path: str, language: str) -> list[str]:
    """What is wrong with a page: loaded once, looked at in several sizes and themes."""
    seen = watch(page, origin)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    answer = page.goto(origin + path)
    if answer is None or answer.status >= 500:
        return ["no answer" if answer is None else f"answers {answer.status}"]
    collect(page, seen)
    # The browser itself notes a page that answers 404 or 422; that is no fault of the page.
    faults = [*seen.reports, *seen.foreign, *(error for error in seen.errors if "a status of 4" not in error)]
    faults += page.evaluate(SHAPE, language)
    page.evaluate(AXE)
    for size, theme in LOOKS[language]:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        faults += [f"{theme} {size[0]}: {fault}" for fault in page.evaluate(RUN)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        faults += [f"{wide} wide on {size[0]}"] if wide > size[0] else []
    return faults


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
