"""Sources, health and rules by keys alone, in a real browser; the looks of each page are walked by screens.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dashboards.shell.board import RuleBoard
from soc.access import ROOT, RoleOfPerson
from soc.state.source_table import Source
from soc.state.tables.sources import SourceState
from soc.state.watch import RouteSeen
from tests.pages.server import served
from tests.pages.test_access_rules import opened
from tests.unit.dashboards.life import ANALYST, FINANCE, Life, a_life, some_beats, some_traffic
from tools.chromium import WIDE

RULES = Path(__file__).parent.parent.parent / "rules"


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A province with one known source, traffic, an unknown sender, and the board of our own rules."""
    made = a_life(tmp_path, demo=True)
    made.person("an.nt", "Nguyễn Thị An", *ANALYST, (RoleOfPerson.IT_CENTRE, ROOT))
    made.person("keeper", "Trần Văn Tâm", *ANALYST, (RoleOfPerson.IT_CENTRE, ROOT))
    some_traffic(made)
    now = made.clock.now()
    with made.state.write() as tx:
        tx.sources.add(Source("fw", "Tường lửa trục", now, unit=FINANCE, state=SourceState.ACTIVE))
        tx.sources.saw({"fw": now})
        tx.watch.note_routes([RouteSeen("fw", FINANCE, "mikrotik.system", now.date(), frozenset({"message"}))])
    board = RuleBoard(made.state, made.clock, [RULES], own=RULES)
    board.make()
    settings = replace(made.services.settings, rules=(RULES,))
    made.services = replace(made.services, beats=lambda: some_beats(made), board=board, settings=settings)
    yield made
    made.state.close()


@pytest.fixture
def origin(life: Life) -> Iterator[str]:
    with served(life) as address:
        yield address


def test_a_sender_is_adopted_by_keys_alone(chrome: Browser, life: Life, origin: str) -> None:
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    page.goto(f"{origin}/sources")
    page.keyboard.press("n")
    page.wait_for_url("**/sources/new")
    page.get_by_role("link", name="FortiGate").press("Enter")
    page.get_by_role("link", name="Đã dán").press("Enter")
    page.get_by_role("link", name="Xem thử").press("Enter")
    page.goto(page.url.partition("&")[0].replace("wait?source=", "adopt/"))
    page.get_by_label("Tên", exact=True).fill("Tường lửa Sở Tài chính")
    page.get_by_label("Đơn vị", exact=True).select_option(FINANCE)
    page.get_by_role("button", name="Nhận nguồn này").press("Enter")

    page.wait_for_url("**?done=approve")
    expect(page.locator("h1")).to_have_text("Tường lửa Sở Tài chính")


def test_a_list_is_narrowed_by_keys_and_its_chip_leads_back(chrome: Browser, life: Life, origin: str) -> None:
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    page.goto(f"{origin}/rules")
    expect(page.locator(".filters")).to_be_hidden()
    page.keyboard.press("f")
    expect(page.locator(".filters")).to_be_visible()
    page.get_by_label("Mức", exact=True).select_option("critical")
    page.get_by_role("button", name="Lọc").press("Enter")

    page.wait_for_url("**level=critical**")
    expect(page.locator(".filters")).to_be_hidden()
    page.locator(".chip a").press("Enter")
    page.wait_for_url(f"{origin}/rules")
    expect(page.locator(".chip")).to_have_count(0)


def test_figures_come_again_by_themselves_and_the_focus_stays(chrome: Browser, life: Life, origin: str) -> None:
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    page.goto(f"{origin}/health")
    link = page.locator("#figures table.known th a").first
    link.focus()
    held = link.get_attribute("href")
    with page.expect_response(lambda response: "/health?" in response.url and response.ok):
        page.evaluate("document.dispatchEvent(new CustomEvent('source-changed'))")
    page.wait_for_timeout(300)

    assert page.evaluate("document.activeElement.getAttribute('href')") == held
    expect(page.locator("#figures")).to_have_count(1)
