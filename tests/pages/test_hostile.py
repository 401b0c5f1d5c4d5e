"""Hostile text through the real state and every page: nothing runs, nothing is born, nothing falls apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pages.hostile import ALL_OF_IT, hostile_alerts
from tests.pages.screens import SCREENS
from tests.pages.test_access_rules import opened
from tests.pages.watch import collect, watch
from tests.unit.dashboards.life import ANALYST, Life
from tools.chromium import PHONE, WIDE

BORN = (
    "document.querySelectorAll('[data-born], [onerror], [onload], [onmouseover], [srcdoc],"
    " main script, main style').length"
)
LINKS = "[...document.links].map((one) => one.protocol).filter((one) => !['http:', 'https:', 'mailto:'].includes(one))"
TEMPLATES = Path("dashboards")


@pytest.fixture
def life(life: Life) -> Life:
    life.person("keeper", ALL_OF_IT[:100], *ANALYST)
    alerts = life.raise_alerts(hostile_alerts())
    with life.state.write() as tx:
        now = life.clock.now()
        tx.keys.make(ALL_OF_IT[:100], ["alerts:read"], by="keeper", at=now)
        tx.sessions.start("keeper", at=now, agent=ALL_OF_IT[:256], address=ALL_OF_IT[:64])
    assert len(alerts) > 8
    return life


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_of_it_runs_or_becomes_markup(chrome: Browser, life: Life, origin: str, size: tuple[int, int]) -> None:
    page = opened(chrome, life, origin, size, "light", bypass=False).new_page()
    some = [f"/alerts/{alert.id}" for alert in hostile_alerts()]
    for path in (*SCREENS, *some, "/account"):
        seen = watch(page, origin)
        page.goto(origin + path)
        collect(page, seen)
        assert page.evaluate("window.__ran") is None, path
        assert page.evaluate(BORN) == 0, path
        assert page.evaluate(LINKS) == [], path
        assert seen.reports == [], path
        assert seen.foreign == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_no_template_switches_escaping_off() -> None:
    found = [
        f"{path}: {word}"
        for path in TEMPLATES.rglob("templates/*.html")
        for word in ("|safe", "| safe", "autoescape false", "hx-on", "javascript:", "style=", "|tojson")
        if word in path.read_text("utf-8")
    ]
    assert found == []


ALLOWED = {
    f"dashboards/{name}.py"
    for name in ("shell/charts", "shell/forecast_chart", "sources/charts", "tiles/picture", "meeting/package")
}
"""Our own SVG, and files of ours; their texts are escaped where they are put in."""


def test_markup_is_made_by_hand_in_listed_files_alone() -> None:
    found = {path.as_posix() for path in TEMPLATES.rglob("*.py") if "Markup(" in path.read_text("utf-8")}
    assert found <= ALLOWED
