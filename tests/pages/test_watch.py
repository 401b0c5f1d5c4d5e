"""Sources, health and rules in a real browser: by keys alone, accessible, no sideways scroll, no broken policy."""

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
from tests.pages.test_access_rules import AXE, RUN, opened
from tests.pages.watch import collect, watch
from tests.unit.dashboards.life import ANALYST, FINANCE, Life, a_life, some_beats, some_traffic
from tools.chromium import PHONE, WIDE

RULES = Path(__file__).parent.parent.parent / "rules"
PATHS = (
    "/sources",
    "/sources/fw",
    "/sources/new",
    "/sources/new/fortigate",
    "/sources/new/http",
    "/sources/new/fortigate/wait",
    "/health",
    "/rules",
    "/rules/fda52830-243c-44b2-87b5-c6dc1d91d234",
)


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


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light")])
def test_every_page_is_accessible_and_fits(
    chrome: Browser, life: Life, origin: str, size: tuple[int, int], theme: str
) -> None:
    page = opened(chrome, life, origin, size, theme, bypass=True).new_page()
    for path in PATHS:
        page.goto(origin + path)
        page.evaluate(AXE)
        assert page.evaluate(RUN) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_no_page_breaks_the_policy(chrome: Browser, life: Life, origin: str) -> None:
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    seen = watch(page, origin)
    for path in PATHS:
        page.goto(origin + path)
        assert collect(page, seen).clean, (path, seen)


def test_a_sender_is_adopted_by_keys_alone(chrome: Browser, life: Life, origin: str) -> None:
    page = opened(chrome, life, origin, WIDE, "light", bypass=False).new_page()
    page.goto(f"{origin}/sources")
    page.keyboard.press("n")
    page.wait_for_url("**/sources/new")
    page.get_by_role("link", name="FortiGate").press("Enter")
    page.get_by_role("link", name="Đã dán").press("Enter")
    page.get_by_role("link", name="Xem thử").press("Enter")
    page.goto(page.url.replace("wait?source=", "adopt/"))
    page.get_by_label("Tên", exact=True).fill("Tường lửa Sở Tài chính")
    page.get_by_label("Đơn vị", exact=True).select_option(FINANCE)
    page.get_by_role("button", name="Nhận nguồn này").press("Enter")

    page.wait_for_url("**?done=approve")
    expect(page.locator("h1")).to_have_text("Tường lửa Sở Tài chính")
