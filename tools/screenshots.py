"""Pictures of every page, both themes, both widths: `python -m tools.screenshots LINK` visits a running `socctl demo`.

LINK is the one-time address that the demo printed. Writes docs/screens/NAME[-dark][-phone].png, in few colours so that
all of them together stay small. A page of another feature adds one line to SHOTS; names after LINK take those alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, StorageState

from tools.chromium import PHONE, WIDE, launched
from tools.png import few_colours

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screens"
SHOTS = {
    "queue": "/alerts?view=open&open={alert}",
    "alert": "/alerts/{alert}",
    "sources": "/sources",
    "health": "/health",
}
"""Name -> address; `{alert}` is the first alert of the queue."""
VARIANTS = (("", WIDE, "light"), ("-dark", WIDE, "dark"), ("-phone", PHONE, "light"), ("-phone-dark", PHONE, "dark"))
MOST = 6_000_000


def take(browser: Browser, link: str, names: list[str]) -> None:
    """Enters once, then one fresh context a picture."""
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    page.goto(link)
    page.locator("main button.main").click()
    page.wait_for_url(lambda url: "/set-up/" not in url)
    page.goto(urljoin(link, "/alerts?view=open"))
    first = page.locator("[data-row]").first.get_attribute("data-row") or ""
    state, blank = context.storage_state(), browser.new_page()
    for name in names or SHOTS:
        for variant, size, scheme in VARIANTS:
            shot = _page(browser, state, size, scheme)
            shot.goto(urljoin(link, SHOTS[name].format(alert=first)))
            shot.evaluate("document.fonts.ready")
            shot.wait_for_timeout(600)  # what a page fetches after itself
            (TARGET / f"{name}{variant}.png").write_bytes(few_colours(blank, shot.screenshot()))
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
    """The link that `socctl demo` printed, and which pages if not all."""
    if len(sys.argv) < 2:
        print("usage: python -m tools.screenshots LINK [NAME...]", file=sys.stderr)
        return 2
    TARGET.mkdir(parents=True, exist_ok=True)
    with launched() as browser:
        take(browser, sys.argv[1], sys.argv[2:])
    size = sum(path.stat().st_size for path in TARGET.glob("*.png"))
    if size > MOST:
        print(f"docs/screens holds {size} bytes, more than {MOST}", file=sys.stderr)
    return 1 if size > MOST else 0


if __name__ == "__main__":
    raise SystemExit(main())
