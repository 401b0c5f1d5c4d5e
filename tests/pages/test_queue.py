"""The queue's main job by keyboard alone: choose, take, judge, next; and what happens when somebody was faster."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from soc.access import SYSTEM
from soc.alert import Status, Verdict
from tests.pages.test_work import signed_in
from tests.pages.watch import collect, watch
from tests.unit.dashboards.life import Life
from tools.chromium import PHONE


@pytest.fixture
def page(chrome: Browser, life: Life, origin: str) -> Page:
    opened = signed_in(chrome, life, origin)
    opened.set_viewport_size({"width": 1440, "height": 900})
    opened.goto(f"{origin}/alerts?view=open")
    return opened


def pane_shows(page: Page, title: str) -> None:
    expect(page.locator("#pane h2").first).to_have_text(title)


def test_an_alert_is_taken_judged_and_followed_by_the_next_with_keys_alone(page: Page, life: Life, origin: str) -> None:
    seen = watch(page, origin)
    pane_shows(page, "Vào được VPN sau khi dò mật khẩu")
    page.keyboard.press("t")
    expect(page.locator('[data-row="alert-vpn"] .c-work')).to_contain_text("An")
    page.keyboard.press("c")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Xác")
    page.keyboard.press("Control+Enter")

    pane_shows(page, "Dò đường dẫn trang thông tin")
    assert "open=alert-scan" in page.url
    with life.state.read() as tx:
        closed = tx.alerts.get("alert-vpn", SYSTEM)
    assert (closed.status, closed.verdict, closed.owner) == (Status.CLOSED, Verdict.TRUE_POSITIVE, "an.nt")
    assert collect(page, seen).clean, seen


def test_whoever_was_faster_is_named_in_the_row(page: Page, chrome: Browser, life: Life, origin: str) -> None:
    pane_shows(page, "Vào được VPN sau khi dò mật khẩu")
    with life.state.write() as tx:
        tx.people.create("moi", "Trần Mới", at=life.clock.now())
    other = chrome.new_context()
    other.add_cookies([{"name": "soc-local", "value": life.session("bao.lq"), "url": origin}])
    faster = other.new_page()
    faster.goto(f"{origin}/alerts/alert-vpn")
    faster.keyboard.press("t")
    faster.wait_for_url("**?done=take")

    page.keyboard.press("c")
    page.get_by_label("Cảnh báo sai", exact=True).check()
    page.get_by_label("Lý do").select_option("rule_logic")
    page.locator("#pane #note").fill("đã hỏi người dùng")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#pane #problems")).to_be_visible()
    expect(page.locator("#pane #note")).to_have_value("đã hỏi người dùng")
    expect(page.locator('[data-row="alert-vpn"] .c-work')).to_contain_text("Lê Quốc Bảo, ")


def test_escape_closes_the_pane_and_the_address_holds_what_is_open(page: Page, origin: str) -> None:
    page.goto(f"{origin}/alerts?view=open&open=alert-scan")
    pane_shows(page, "Dò đường dẫn trang thông tin")
    expect(page.locator('[data-row="alert-scan"]')).to_have_attribute("aria-current", "true")

    page.keyboard.press("Escape")

    expect(page.locator("#pane h2")).to_have_count(0)
    page.wait_for_timeout(300)
    expect(page.locator("#pane h2"), "the pane stays closed").to_have_count(0)
    assert "open=" not in page.url


def test_ticked_rows_alone_are_acted_on_by_keys(page: Page) -> None:
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".tick:checked")).to_have_count(2)
    page.keyboard.press("b")

    expect(page.locator("#sheet #touched")).to_contain_text("2 cảnh báo")
    assert "picked=alert-vpn%2Calert-scan" in (page.locator("#sheet form").get_attribute("action") or "")


def test_levels_have_number_keys(page: Page, origin: str) -> None:
    page.keyboard.press("2")

    page.wait_for_url("**level=high**")
    expect(page.locator("[data-row]")).to_have_count(2)


def test_the_one_menu_of_a_value_narrows_and_copies(page: Page) -> None:
    pane_shows(page, "Vào được VPN sau khi dò mật khẩu")
    page.locator("#pane .value").first.focus()
    page.keyboard.press("Period")

    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    assert "/hunt?q=" in (menu.get_by_role("menuitem").first.get_attribute("href") or "")
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)


def test_a_filter_is_saved_and_stands_among_the_tabs(page: Page, origin: str) -> None:
    page.goto(f"{origin}/alerts?view=open&level=high")
    page.get_by_role("link", name="Lưu bộ lọc này").click()
    page.get_by_label("Tên bộ lọc").fill("Mức cao")
    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name="Mức cao", exact=True)).to_have_attribute("aria-current", "page")


def test_on_a_phone_a_row_is_a_link_to_the_page(chrome: Browser, life: Life, origin: str) -> None:
    phone = signed_in(chrome, life, origin)
    phone.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    phone.goto(f"{origin}/alerts?view=open")
    phone.get_by_role("link", name="Vào được VPN").click()

    phone.wait_for_url(f"{origin}/alerts/alert-vpn")


def test_typed_text_is_offered_back(page: Page, origin: str) -> None:
    page.goto(f"{origin}/alerts/alert-vpn")
    page.keyboard.press("c")
    page.locator("#note").fill("đang gõ dở")
    page.goto(f"{origin}/alerts?view=closed")
    page.goto(f"{origin}/alerts/alert-vpn")
    page.keyboard.press("c")

    page.get_by_role("button", name="Lấy lại").click()

    expect(page.locator("#note")).to_have_value("đang gõ dở")


def test_an_own_change_elsewhere_shows_in_the_row(page: Page, life: Life) -> None:
    row = page.locator('[data-row="alert-vpn"]')
    with life.state.write() as tx:
        alert = tx.alerts.get("alert-vpn", SYSTEM)
    assert alert.owner is None
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('alert-changed', {detail: {data: '{\"id\": \"alert-vpn\"}'}}))"
    )

    expect(row).to_have_class("untaken changed")
