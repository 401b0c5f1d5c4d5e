"""One's own account and administration: each page in both sizes, enrolment by keyboard, and the page's own lock."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from soc.access import ROOT, RoleOfPerson
from tests.pages.test_access_rules import AXE, RUN
from tests.pages.watch import collect, watch
from tests.unit.dashboards.life import HEALTH, PASSWORD, Life
from tools.chromium import PHONE, WIDE

PAGES = (
    *("/account", "/account/password", "/account/factor", "/step-up", "/admin/people", "/admin/people/new"),
    *("/admin/people/bao.lq", "/admin/sessions", "/admin/keys", "/admin/audit", "/admin/review", "/lock"),
)


@pytest.fixture
def life(life: Life) -> Life:
    life.person("quan.tri", "Phạm Quản Trị", (RoleOfPerson.ADMIN, ROOT), (RoleOfPerson.AUDITOR, ROOT))
    life.person("moi", "Trần Mới", (RoleOfPerson.ADMIN, HEALTH))
    now = life.clock.now()
    with life.state.write() as tx:
        tx.keys.make("SOAR", ["alerts:read"], by="quan.tri", at=now)
        tx.care.tell("quan.tri", "new_network", at=now, address="192.0.2.9")
    return life


def entered(chrome: Browser, life: Life, origin: str, size: tuple[int, int], theme: str, *, bypass: bool = False) -> (
    BrowserContext
):  # fmt: skip
    context = chrome.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        bypass_csp=bypass,
    )
    now = life.clock.now()
    with life.state.write() as tx:
        token = tx.sessions.start("quan.tri", at=now, factor_at=now)
    context.add_cookies([{"name": "soc-local", "value": token, "url": origin}])
    return context


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_every_page_is_accessible_and_fits(
    chrome: Browser, life: Life, origin: str, size: tuple[int, int], theme: str
) -> None:
    page = entered(chrome, life, origin, size, theme, bypass=True).new_page()
    for path in PAGES:
        page.goto(origin + path)
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        page.evaluate(AXE)
        assert page.evaluate(RUN) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        assert page.locator("h1").count() == 1, path


def test_an_administrator_enrols_by_keyboard_alone(chrome: Browser, life: Life, origin: str) -> None:
    page = chrome.new_context(viewport={"width": 1440, "height": 900}).new_page()
    seen = watch(page, origin)
    page.goto(f"{origin}/sign-in?back=/admin/people")
    page.keyboard.press("Tab")
    page.locator("#account").focus()
    page.keyboard.type("moi")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/enrol**")
    with life.state.read() as tx:
        secret = tx.factors.pending("moi") or ""
    page.locator("#code").focus()
    page.keyboard.type(pyotp.TOTP(secret).at(life.clock.now()))
    page.keyboard.press("Enter")
    expect(page.locator(".paper li")).to_have_count(10)
    page.get_by_role("link", name="Đã cất giữ, tiếp tục").press("Enter")
    page.wait_for_url(f"{origin}/admin/people")

    assert collect(page, seen).clean, seen


def test_the_page_locks_itself_and_keeps_what_was_typed(chrome: Browser, life: Life, origin: str) -> None:
    context = entered(chrome, life, origin, WIDE, "light")
    page = context.new_page()
    page.clock.install()
    page.goto(f"{origin}/admin/review")
    page.locator("#note").fill("đang gõ dở")

    with page.expect_response("**/session/lock"):
        page.clock.fast_forward(16 * 60_000)

    expect(page.locator("dialog.lock-sheet")).to_be_visible()
    expect(page.locator("main h1")).to_be_hidden()
    second = context.new_page()
    second.goto(f"{origin}/account")
    assert second.url.endswith("/lock?back=/account"), "a reload does not unlock"
    page.locator("#lock-password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("dialog.lock-sheet")).to_have_count(0)
    assert page.locator("#note").input_value() == "đang gõ dở"
