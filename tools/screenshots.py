"""Pictures of every page, both themes, both widths: `python -m tools.screenshots [NAME...]`.

Starts a `socctl demo` of its own, lets it fill, and writes docs/screens/NAME[-dark][-phone].png in few colours so that
all of them together stay small. A page of another feature adds one line to SHOTS.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tools.chromium import PHONE, WIDE, launched
from tools.demo_province import Demo, running
from tools.png import few_colours

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screens"
SHOTS = {
    "queue": "/alerts?view=open",
    "queue-done": "/alerts?view=closed",
    "alert": "/alerts/{alert}",
    "alert-context": "/alerts/{alert}/context",
    "bulk": "/alerts/bulk?view=open&level=low",
    "jobs": "/jobs",
    "job": "/jobs/{job}",
    "hunt": "/hunt?q=event.outcome:failure&since=now-6h&until=now",
    "hunt-groups": "/hunt?q=user.name:*&by=user.name,host.name&since=now-6h&until=now",
    "hunt-fault": "/hunt?q=usr.name:an",
    "event": "/hunt/events/{event}",
    "entities": "/entities",
    "entity": "{entity}",
    "sources": "/sources",
    "source": "/sources/{source}",
    "source-new": "/sources/new",
    "source-new-device": "/sources/new/fortigate",
    "health": "/health",
    "rules": "/rules",
    "rule": "/rules/{rule}",
    "incidents": "/registers/incidents",
    "incident-new": "/registers/incidents/entry",
    "systems": "/registers/systems",
    "weaknesses": "/registers/weaknesses",
    "external": "/registers/external",
    "held": "/figures/held",
    "findings": "/figures/findings",
    "reasons": "/figures/reasons",
    "quality": "/figures/quality",
    "contributions": "/figures/contributions",
    "forecast": "/figures/forecast/doc_incoming",
    "upload": "/figures/upload",
    "reports": "/reports",
    "tiles": "/tiles",
    "tasks": "/tasks",
    "task": "/tasks/{task}",
    "task-new": "/tasks/new",
    "warnings": "/warnings",
    "warning": "/warnings/{warning}",
    "reminders": "/reminders",
    "meetings": "/meetings",
    "meeting-new": "/meetings/new",
    "meeting": "/meetings/{meeting}",
    "meeting-show": "/meetings/{meeting}/show?n=1",
    "posture": "/posture",
    "posture-unit": "/posture/{posture}",
    "team": "/team",
    "unit": "/unit",
    "late": "/late",
    "start": "/start",
    "calendar": "/start/calendar",
    "import": "/import",
    "import-result": "{dropped}",
    "account": "/account",
    "api": "/api",
    "offline": "/offline",
}
"""Name -> address, for the analyst of the demo; the words in braces come from `Demo.names`."""
ADMIN = {
    "people": "/admin/people",
    "person": "/admin/people/{account}",
    "sessions": "/admin/sessions",
    "keys": "/admin/keys",
    "audit": "/admin/audit",
    "review": "/admin/review",
    "lock": "/lock",
}
"""The same for somebody who administers; the last one locks."""
DOORS = {"sign-in": "/sign-in", "enrol": "/sign-in/enrol"}
"""For somebody who is not in yet; the first leads to the second."""
LOOKS = ((WIDE, "light", ""), (WIDE, "dark", "-dark"), (PHONE, "light", "-phone"), (PHONE, "dark", "-phone-dark"))
MOST = 8_000_000


def take(browser: Browser, demo: Demo, names: list[str]) -> None:
    """One context a person; a page is loaded once a width."""
    blank = browser.new_page()
    for account, shots in (("demo", SHOTS), (demo.administrator, ADMIN), ("", DOORS)):
        page = _entered(browser, demo, account)
        for name, path in shots.items():
            if names and name not in names:
                continue
            if name == "enrol":
                demo.knock(page)
            _shoot(page, blank, name, demo.origin + path.format(**demo.names))
        page.context.close()


def _shoot(page: Page, blank: Page, name: str, address: str) -> None:
    size = None
    for wanted, scheme, variant in LOOKS:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        if wanted != size:
            size = wanted
            page.set_viewport_size({"width": size[0], "height": size[1]})
            answer = page.goto(address)
            if answer is not None and answer.status >= 400:
                print(f"{name}: {address} answers {answer.status}", file=sys.stderr)
            page.evaluate("document.fonts.ready")
            page.wait_for_timeout(500)  # what a page fetches after itself
        (TARGET / f"{name}{variant}.png").write_bytes(few_colours(blank, page.screenshot()))


def _entered(browser: Browser, demo: Demo, account: str) -> Page:
    context = browser.new_context(locale="vi-VN")
    if account:
        context.add_cookies([{"name": "soc-local", "value": demo.session(account), "url": demo.origin}])
    return context.new_page()


def main() -> int:
    """Which pages, if not all."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as demo, launched() as browser:
        page = _entered(browser, demo, "demo")
        demo.look(page)
        page.context.close()
        take(browser, demo, sys.argv[1:])
    size = sum(path.stat().st_size for path in TARGET.glob("*.png"))
    print(f"docs/screens holds {size} bytes", file=sys.stderr)
    return 1 if size > MOST else 0


if __name__ == "__main__":
    raise SystemExit(main())
