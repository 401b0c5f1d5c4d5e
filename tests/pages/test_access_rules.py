"""Every page, in both themes and widths: axe finds nothing, the policy reports nothing, nothing leaves the origin."""

from __future__ import annotations

import os
import re
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
    "(where) => axe.run(document.querySelector(where || 'html'), {resultTypes: ['violations']})"
    ".then((found) => found.violations.map("
    "(one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`))"
)
OVER = """(where) => { const one = document.querySelector(where);
  return Math.max(document.documentElement.scrollWidth - innerWidth, one.scrollWidth - one.clientWidth); }"""
NAMED = """() => { const by = document.querySelector("dialog[open]").getAttribute("aria-labelledby");
  return document.getElementById(by)?.textContent.trim() ? [] : ["a dialog without a name"]; }"""
DIALOGS = """() => {
  for (const words of document.querySelectorAll("template:not(#sheet-words)")) {
    const one = words.content.querySelector("dialog");
    if (one) document.body.append(Object.assign(one.cloneNode(true), { id: `of-${words.id}` }));
  }
  return [...document.querySelectorAll("dialog")].map((one) => one.id);
}"""
"""The ids of all dialogs; those that a script would make are put into the page."""
SHEETS = """() => document.getElementById("sheet-words")
  ? [...document.querySelectorAll("a[data-sheet]")].map((link) => link.getAttribute("href")) : []"""
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
LONG = bool(os.environ.get("SOC_PROOF"))
LOOKS = dict.fromkeys(SOME_LOOKS, ALL_LOOKS) if LONG else SOME_LOOKS
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
    opened: set[str] = set()
    found = {path: faults for path in screens(life) if (faults := walked(page, origin, path, language, opened))}
    assert found == {}


def entered(chrome: Browser, life: Life, origin: str, language: str) -> Page:
    context = opened(chrome, life, origin, WIDE, "light", bypass=False)
    now = life.clock.now()
    with life.state.write() as tx:
        token = tx.sessions.start("keeper", at=now, factor_at=now)
    cookies = {"soc-local": token, "soc-language": language}
    context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in cookies.items()])
    return context.new_page()


def walked(page: Page, origin: str, path: str, language: str, opened: set[str]) -> list[str]:
    """What is wrong with a page and its dialogs: loaded once, looked at in several sizes and themes."""
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
    faults += looked_at(page, language, "html")
    faults += [
        f"{name}: {fault}" for name in dialogs(page, opened) for fault in looked_at(page, language, "dialog[open]")
    ]
    return [*faults, *page.evaluate("window.__reports || []")[len(seen.reports) :]]


def looked_at(page: Page, language: str, where: str) -> Iterator[str]:
    """What axe and a ruler find."""
    for size, theme in LOOKS[language]:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        yield from (f"{theme} {size[0]}: {fault}" for fault in page.evaluate(RUN, where))
        over = page.evaluate(OVER, where)
        if over > 0:
            yield f"{over} too wide on {size[0]}"


def dialogs(page: Page, opened: set[str]) -> Iterator[str]:
    """Opens one after the other: each kind once, in the long run of the tests on every page."""
    if LONG:
        opened.clear()
    for name in page.evaluate(DIALOGS):
        if is_new(name, opened):
            page.evaluate("(id) => document.getElementById(id).showModal()", name)
            yield f"#{name}"
            page.evaluate("(id) => document.getElementById(id).close()", name)
    for href in page.evaluate(SHEETS):
        if is_new(href, opened):
            page.locator(f'a[data-sheet][href="{href}"]').evaluate("(link) => link.click()")
            page.wait_for_selector("#sheet[open] #sheet-title")
            yield href
            page.keyboard.press("Escape")
            page.wait_for_selector("#sheet", state="detached")


def is_new(name: str, opened: set[str]) -> bool:
    """Whether no dialog of this kind was opened before: numbers and queries make no other kind."""
    kind = re.sub(r"\d+|\?.*", "", name)
    new = kind not in opened
    opened.add(kind)
    return new


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
