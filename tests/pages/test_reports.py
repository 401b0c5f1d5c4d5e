"""A report on real pages: every state keeps every rule, and the whole way to paper is done by its own forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from soc.access import ROOT, RoleOfPerson
from tests.pages.server import served
from tests.pages.test_access_rules import entered, walked
from tests.unit.dashboards.life import Life, a_life, some_alerts

SECOND = "hai"
TEXTS = {"VIII": "Kết quả nổi bật: <b>đủ nguồn</b>.", "X": "Đề nghị bố trí kinh phí."}


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = a_life(tmp_path, demo=True, data=tmp_path)
    made.person("keeper", "Trần Văn Tâm", *((role, ROOT) for role in RoleOfPerson))
    made.person(SECOND, "Nguyễn Văn Hai", (RoleOfPerson.LEADER, ROOT))
    made.raise_alerts(some_alerts())
    yield made
    made.state.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_state_of_a_report_keeps_every_rule(chrome: Browser, life: Life, language: str) -> None:
    faults: dict[str, list[str]] = {}
    with served(life) as origin:
        page = entered(chrome, life, origin, language)
        page.goto(f"{origin}/reports")
        page.click("form button.main")
        path = page.url.removeprefix(origin).partition("?")[0]

        def look(state: str) -> None:
            if found := walked(page, origin, path, language, set()):
                faults[state] = found

        look("draft")
        page.goto(f"{origin}{path}")
        page.click("form[action$='/submit'] button")
        expect(page.locator("#problems")).to_be_visible()
        _write(page)
        page.fill("#override", "Lãnh đạo đã biết")
        page.click("form[action$='/submit'] button")
        look("review, by its author")
        second = _as(chrome, life, origin, language)
        second.goto(f"{origin}{path}")
        second.fill("#number", "5")
        second.fill("#day", "05/12/2026")
        second.fill("#signer", "Trần Văn B")
        second.click("form[action$='/issue'] button")
        expect(second.locator("p.done")).to_be_visible()
        expect(second.locator("main b", has_text="đủ nguồn")).to_have_count(0)
        look("issued")
        path = "/reports"
        look("the list")
    assert faults == {}


def _write(page: Page) -> None:
    for name, text in TEXTS.items():
        page.fill(f"#text-{name}", text)
    page.click("form[action$='/texts'] button")
    expect(page.locator("p.done")).to_be_visible()


def _as(chrome: Browser, life: Life, origin: str, language: str) -> Page:
    context = chrome.new_context(locale="vi-VN")
    cookies = {"soc-local": life.session(SECOND), "soc-language": language}
    context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in cookies.items()])
    return context.new_page()
