"""Pictures for the README: `python -m tools.screenshots LINK` visits a running `socctl demo` by its one-time link.

Writes docs/screens/*.png: queue, alert, sources and health in light, the queue in dark and on a phone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, StorageState

from tools.chromium import PHONE, launched

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screens"
WIDE = (1366, 768)
"""Smaller than the pages are tested at: a picture stays below 250 kB."""
SHOTS = (
    ("queue", "/alerts", WIDE, "light"),
    ("alert", "", WIDE, "light"),
    ("sources", "/sources", WIDE, "light"),
    ("health", "/health", WIDE, "light"),
    ("queue-dark", "/alerts", WIDE, "dark"),
    ("queue-phone", "/alerts", PHONE, "light"),
)


def take(browser: Browser, link: str) -> None:
    """Enters once, then one fresh context a picture."""
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    page.goto(link)
    page.locator("main button.main").click()
    page.wait_for_url("**/alerts")
    first = page.locator("[data-open]").first.get_attribute("href") or "/alerts"
    state = context.storage_state()
    for name, path, size, scheme in SHOTS:
        shot = _page(browser, state, size, scheme)
        shot.goto(urljoin(link, path or first))
        shot.evaluate("document.fonts.ready")
        shot.screenshot(path=TARGET / f"{name}.png")
        shot.context.close()


def _page(browser: Browser, state: StorageState, size: tuple[int, int], scheme: str) -> Page:
    context = browser.new_context(
        storage_state=state,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="vi-VN",
    )
    return context.new_page()


def main() -> int:
    """The link that `socctl demo` printed."""
    if len(sys.argv) != 2:
        print("usage: python -m tools.screenshots LINK", file=sys.stderr)
        return 2
    TARGET.mkdir(parents=True, exist_ok=True)
    with launched() as browser:
        take(browser, sys.argv[1])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
