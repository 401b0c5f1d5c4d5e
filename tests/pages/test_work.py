"""The main job by keyboard alone, in a real browser against the real application."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from soc.access import SYSTEM
from soc.alert import Level, Status, Verdict
from tests.pages.watch import collect, watch
from tests.unit.dashboards.life import Life, an_alert


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_set_up_link_to_a_closed_alert(chrome: Browser, life: Life, origin: str, script: bool) -> None:
    with life.state.write() as tx:
        token = tx.links.make(at=life.clock.now())
    page = chrome.new_context(java_script_enabled=script).new_page()
    page.goto(f"{origin}/set-up/{token}")
    page.get_by_label("Tên đăng nhập").fill("yen.lh")
    page.get_by_label("Họ và tên").fill("Lê Hải Yến")
    page.get_by_label("Mật khẩu").fill("mười hai con ngựa trắng")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/enrol**")
    with life.state.read() as tx:
        secret = tx.factors.pending("yen.lh") or ""
    page.locator("#code").fill(pyotp.TOTP(secret).at(life.clock.now()))
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Đã cất giữ, tiếp tục").press("Enter")
    page.goto(f"{origin}/alerts")
    expect(page.locator("h1")).to_have_text("Hàng đợi cảnh báo")
    if script:
        work_by_keys(page, origin)
    else:
        work_by_buttons(page)
    page.wait_for_url("**/alerts/alert-vpn?done=close")
    expect(page.get_by_role("status")).to_have_text("Đã đóng cảnh báo.")
    with life.state.read() as tx:
        closed = tx.alerts.get("alert-vpn", SYSTEM)
    assert (closed.status, closed.verdict, closed.owner) == (Status.CLOSED, Verdict.TRUE_POSITIVE, "yen.lh")


def work_by_keys(page: Page, origin: str) -> None:
    """No mouse: Enter opens the topmost, t takes, c opens the form, Ctrl+Enter sends it."""
    page.keyboard.press("Enter")
    page.wait_for_url(f"{origin}/alerts/alert-vpn")
    page.keyboard.press("t")
    page.wait_for_url("**?done=take")
    page.keyboard.press("c")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Xác")
    page.keyboard.press("Tab")
    page.keyboard.type("đã chặn địa chỉ")
    page.keyboard.press("Control+Enter")


def work_by_buttons(page: Page) -> None:
    page.get_by_role("link", name="Vào được VPN").click()
    page.get_by_role("button", name="Tiếp nhận").click()
    page.get_by_role("link", name="Đóng").click()
    page.get_by_label("Cảnh báo đúng").check()
    page.get_by_label("Lý do").select_option("compromise_confirmed")
    page.get_by_role("button", name="Đóng").click()


def test_keys_never_fire_while_typing(chrome: Browser, life: Life, origin: str) -> None:
    page = signed_in(chrome, life, origin)
    page.goto(f"{origin}/alerts/alert-vpn")
    page.keyboard.press("/")
    page.keyboard.type("tac")

    assert page.locator("#search").input_value() == "tac"
    assert page.url == f"{origin}/alerts/alert-vpn"
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("v")
    page.wait_for_url(f"{origin}/health")


def test_whoever_is_late_finds_the_text_again(chrome: Browser, life: Life, origin: str) -> None:
    page = signed_in(chrome, life, origin)
    page.goto(f"{origin}/alerts/alert-vpn")
    other = signed_in(chrome, life, origin)
    other.goto(f"{origin}/alerts/alert-vpn")
    other.keyboard.press("t")
    other.wait_for_url("**?done=take")

    page.keyboard.press("c")
    page.get_by_label("Cảnh báo sai").check()
    page.get_by_label("Lý do").select_option("rule_logic")
    page.get_by_label("Ghi chú").fill("đã hỏi người dùng")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Ghi chú")).to_have_value("đã hỏi người dùng")
    page.get_by_label("Ghi chú").press("Control+Enter")
    page.wait_for_url("**?done=close")


def test_a_new_alert_appears_behind_its_bar_by_itself(chrome: Browser, life: Life, origin: str) -> None:
    page = signed_in(chrome, life, origin)
    seen = watch(page, origin)
    page.goto(f"{origin}/alerts?view=open")
    life.raise_alerts([an_alert("late", raised_at=life.clock.now())])

    expect(page.locator("#fresh a")).to_contain_text("1 cảnh báo mới", timeout=10_000)

    assert page.locator("[data-row]").count() == 5
    page.keyboard.press("r")
    expect(page.locator("[data-row]")).to_have_count(6)
    assert collect(page, seen).clean, seen


def test_an_alert_raised_before_the_stream_was_open_appears_too(chrome: Browser, life: Life, origin: str) -> None:
    page = signed_in(chrome, life, origin)

    def late(route: Route) -> None:
        life.raise_alerts([an_alert("late", raised_at=life.clock.now())])
        route.continue_()

    page.route("**/api/v1/stream*", late, times=1)
    page.goto(f"{origin}/alerts?view=open")

    expect(page.locator("#fresh a")).to_contain_text("1 cảnh báo mới", timeout=10_000)


def test_the_clock_goes_on(chrome: Browser, life: Life, origin: str) -> None:
    page = signed_in(chrome, life, origin)
    page.goto(f"{origin}/health")

    expect(page.locator("[data-clock]")).not_to_have_text("24/11/2026 12:00:00", timeout=4_000)
    assert page.locator("[data-clock]").inner_text().startswith("24/11/2026 12:00:0")


HOSTILE = (
    "<script>window.__hacked=1</script>",
    "<img src=x onerror=window.__hacked=1>",
    '" onmouseover="window.__hacked=1" x="',
    '<b hx-get="/sign-out" hx-trigger="load">x</b>',
    "{{7*7}}{% raw %}",
    "javascript:window.__hacked=1",
    "abc\u202eexe.txt\u2066\x00\x1b[31m",
    "=cmd|' /C calc'!A0",
    "A" * 65_536,
    "Ho\u0300a\u0309",
)


def test_hostile_values_do_nothing(chrome: Browser, life: Life, origin: str) -> None:
    page = signed_in(chrome, life, origin)
    base = an_alert()
    rows = []
    for number, text in enumerate(HOSTILE):
        short = text[:200]
        rule = replace(base.rule, title=short, title_vi=short, meaning_vi="{user.name}", author=short, link=short)
        sample = {"@timestamp": "2026-11-24T05:00:00.000000Z", "event.original": text, "message": text, short: text}
        changes = {"rule": rule, "level": Level.LOW, "matched": {short: text, "user.name": text}}
        entities = (("user.name", text), ("url.original", short))
        raised = life.clock.now() - timedelta(days=2)
        rows.append(an_alert(f"x{number}", samples=(sample,), entities=entities, raised_at=raised, **changes))
    life.raise_alerts(rows)

    for path in ["/alerts?level=low", *(f"/alerts/{row.id}" for row in rows)]:
        seen = watch(page, origin)
        page.goto(origin + path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found = page.evaluate(
            "({hacked: window.__hacked, births: [...document.querySelectorAll('.foreign *, td *')].filter((one) =>"
            " one.matches('script, img, [onerror], [onmouseover], [hx-get]')).length,"
            " wide: document.documentElement.scrollWidth - innerWidth})"
        )
        assert (found.get("hacked"), found["births"]) == (None, 0), path
        assert found["wide"] <= 0, path
        assert collect(page, seen).clean, seen


def test_the_api_and_the_page_agree(chrome: Browser, life: Life, origin: str) -> None:
    page = signed_in(chrome, life, origin)
    answer = page.request.get(f"{origin}/api/v1/alerts")

    page.goto(f"{origin}/alerts")

    listed = [alert["id"] for alert in json.loads(answer.text())["alerts"]]
    assert [link.get_attribute("href") for link in page.locator("[data-open]").all()] == [
        f"/alerts/{i}" for i in listed
    ]


def signed_in(chrome: Browser, life: Life, origin: str) -> Page:
    """A page of the analyst's own browser."""
    context = chrome.new_context()
    context.add_cookies([{"name": "soc-local", "value": life.session("an.nt"), "url": origin}])
    return context.new_page()
