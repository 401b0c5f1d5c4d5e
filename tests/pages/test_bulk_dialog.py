"""`b` and `z` of the queue: the form and the undo over the list, which stays where it was."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from soc.access import SYSTEM
from soc.alert import Status
from tests.pages.test_bulk import at_work, choose, closed, tab_to
from tests.pages.test_work import signed_in
from tests.pages.watch import collect, watch
from tests.unit.dashboards.life import Life

FOUR = ("alert-scan", "alert-encoded", "alert-config", "alert-browser")
MODAL = "(one) => one.matches(':modal') && one.contains(document.activeElement)"


@pytest.fixture
def page(chrome: Browser, life: Life, origin: str) -> Page:
    opened = signed_in(chrome, life, origin)
    opened.set_viewport_size({"width": 1440, "height": 900})
    opened.goto(f"{origin}/alerts?view=open")
    return opened


def states(life: Life) -> list[Status]:
    with life.state.read() as tx:
        return [tx.alerts.get(name, SYSTEM).status for name in FOUR]


def test_four_ticked_alerts_are_closed_over_the_queue_and_restored_with_keys_alone(
    page: Page, life: Life, origin: str
) -> None:
    seen = watch(page, origin)
    for key in "jxjxjxjx":
        page.keyboard.press(key)
    expect(page.locator(".tick:checked")).to_have_count(4)
    page.keyboard.press("b")

    sheet = page.locator("#sheet")
    expect(sheet.locator("#touched")).to_contain_text("4 cảnh báo")
    expect(sheet.locator("#bulk-verdict")).to_be_focused()
    assert sheet.evaluate(MODAL)
    choose(page, "#bulk-verdict", "false_positive")
    page.keyboard.press("Tab")
    choose(page, "#bulk-reason", "rule_logic")
    page.keyboard.press("Control+Enter")
    expect(sheet.get_by_role("status")).to_have_text("Bắt đầu ngay")
    with at_work(life):
        expect(sheet.get_by_role("status")).to_have_text("Đã xong", timeout=15_000)
        assert set(states(life)) == {Status.CLOSED}
        page.keyboard.press("Escape")
        expect(sheet).to_have_count(0)
        expect(page.locator(".tick:checked")).to_have_count(0)
        expect(page.locator("[data-row][aria-current] [data-open]")).to_be_focused()

        page.keyboard.press("z")
        expect(sheet).to_contain_text("4 cảnh báo")
        page.keyboard.press("Enter")
        expect(sheet.get_by_role("status")).to_have_text("Đã hoàn tác", timeout=15_000)
    assert set(states(life)) == {Status.NEW}
    assert page.url.startswith(f"{origin}/alerts?")
    assert collect(page, seen).clean, seen


def test_escape_closes_the_sheet_and_the_focus_is_where_it_was(page: Page) -> None:
    page.keyboard.press("j")
    here = page.locator(":focus").get_attribute("href")
    page.keyboard.press("b")
    expect(page.locator("#sheet #bulk-verdict")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("#sheet")).to_have_count(0)
    expect(page.locator(f'[data-open][href="{here}"]')).to_be_focused()


def test_the_actions_stay_in_the_sheet_and_a_refusal_keeps_what_was_typed(page: Page, life: Life) -> None:
    page.keyboard.press("b")
    sheet = page.locator("#sheet")
    sheet.get_by_role("link", name="Phân công").press("Enter")
    expect(sheet.locator("#bulk-owner")).to_be_focused()
    tab_to(page, "#bulk-note")
    page.keyboard.type("ghi chú đã gõ")
    page.keyboard.press("Control+Enter")

    expect(sheet.get_by_role("alert")).to_be_focused()
    expect(sheet.locator("#bulk-note")).to_have_value("ghi chú đã gõ")
    sheet.get_by_role("link", name="Hủy").click()
    expect(sheet).to_have_count(0)
    assert set(states(life)) == {Status.NEW}


def test_under_the_sheet_the_keys_of_the_queue_are_still(page: Page) -> None:
    page.keyboard.press("b")
    page.locator("#sheet .tabs a").first.focus()
    for key in ("x", "j", "t", "g", "v"):
        page.keyboard.press(key)

    expect(page.locator(".tick:checked")).to_have_count(0)
    expect(page.locator("#sheet .tabs a").first).to_be_focused()
    assert "/alerts?" in page.url


def test_nothing_to_undo_is_said_in_words(page: Page, life: Life, origin: str) -> None:
    page.keyboard.press("z")
    sheet = page.locator("#sheet")
    expect(sheet).to_contain_text("Không có gì để hoàn tác")
    expect(sheet.locator('a[href="/jobs"]')).to_be_focused()
    job = closed(life)
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    expect(sheet.locator("form")).to_have_attribute("action", f"/jobs/{job.id}/undo")


def test_without_scripts_both_are_pages(chrome: Browser, life: Life, origin: str) -> None:
    context = chrome.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "soc-local", "value": life.session("an.nt"), "url": origin}])
    plain = context.new_page()
    job = closed(life)
    for key, address in (("b", "**/alerts/bulk?**"), ("z", "**/jobs/undo")):
        plain.goto(f"{origin}/alerts?view=open")
        plain.locator(f'[data-key="{key}"][data-sheet]').click()
        plain.wait_for_url(address)
        expect(plain.locator("h1")).to_have_count(1)
    plain.locator("main form button").click()
    plain.wait_for_url(f"**/jobs/{job.id}")
