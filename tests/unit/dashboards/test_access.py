"""Ways in and out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from dashboards.access.attempts import PER_MINUTE, Attempts
from dashboards.access.doors import local
from dashboards.app import create_app
from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.alert import ActorKind
from tests.unit.dashboards.life import PASSWORD, Life, an_alert

PERSON = {"account": "yen.lh", "name": "Lê Hải Yến", "password": "mười hai con ngựa trắng"}


def a_link(life: Life, account: str | None = None) -> str:
    with life.state.write() as tx:
        return tx.links.make(at=life.clock.now(), account=account)


def test_the_set_up_link_makes_an_account_and_signs_it_in(life: Life, guest: TestClient) -> None:
    link = f"/set-up/{a_link(life)}"

    assert "cán bộ giám sát" in guest.get(link).text
    response = guest.post(link, data=PERSON)

    assert (response.status_code, response.headers["location"]) == (303, "/sign-in/enrol?back=/")
    cookie = response.headers["set-cookie"].lower()
    assert cookie.startswith("soc-local=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert guest.get("/alerts").status_code == 303, "an administrator enrols a phone first"


def test_opening_the_link_changes_nothing(life: Life, guest: TestClient) -> None:
    link = f"/set-up/{a_link(life)}"

    for _ in range(5):
        assert guest.get(link).status_code == 200

    assert guest.post(link, data=PERSON).status_code == 303


@pytest.mark.parametrize("late", [False, True])
def test_a_used_or_old_link_gives_one_calm_page(life: Life, guest: TestClient, late: bool) -> None:
    link = f"/set-up/{a_link(life)}"
    if late:
        life.clock.advance(timedelta(minutes=16))
    else:
        guest.post(link, data=PERSON)

    again = guest.get(link)
    unknown = guest.get("/set-up/nothing")

    assert again.status_code == unknown.status_code == 404
    assert "Liên kết không dùng được" in again.text
    assert guest.post(link, data=PERSON).status_code == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"account": "Có dấu"}, "account"),
        ({"account": "an.nt"}, "account"),
        ({"name": " "}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 200}, "password"),
        ({"password": "123456789012"}, "password"),
    ],
)
def test_a_refused_set_up_keeps_what_was_typed_but_the_password(
    life: Life, guest: TestClient, change: dict[str, str], field: str
) -> None:
    typed = PERSON | change

    response = guest.post(f"/set-up/{a_link(life)}", data=typed)

    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert f'value="{typed["name"]}"' in response.text
    assert typed["password"] not in response.text


def test_the_demo_link_asks_for_no_password(life: Life, guest: TestClient) -> None:
    roles = (RoleOfPerson.ANALYST, RoleOfPerson.SHIFT_LEAD)
    with life.state.write() as tx:
        token = tx.links.make(at=life.clock.now(), account="an.nt", roles=roles, unit=ROOT)

    assert "trưởng ca" in guest.get(f"/set-up/{token}").text
    assert guest.post(f"/set-up/{token}").status_code == 303
    assert "Nguyễn Thị An" in guest.get("/alerts").text


def test_signing_in_leads_back_to_where_one_wanted_to_go(guest: TestClient) -> None:
    refused = guest.get("/health")
    assert (refused.status_code, refused.headers["location"]) == (303, "/sign-in?back=/health")

    response = guest.post("/sign-in", data={"account": "AN.NT ", "password": PASSWORD, "back": "/health"})

    assert (response.status_code, response.headers["location"]) == (303, "/health")
    assert guest.get("/health").status_code == 200


@pytest.mark.parametrize("account", ["an.nt", "nobody"])
def test_a_wrong_password_and_an_unknown_account_look_alike(guest: TestClient, account: str) -> None:
    response = guest.post("/sign-in", data={"account": account, "password": "wrong wrong wrong"})

    assert response.status_code == 401
    assert "Sai tài khoản hoặc mật khẩu" in response.text
    assert "wrong wrong wrong" not in response.text


def test_after_five_failures_an_account_waits(guest: TestClient) -> None:
    answers = [guest.post("/sign-in", data={"account": "nobody", "password": "x"}).status_code for _ in range(7)]
    last = guest.post("/sign-in", data={"account": "nobody", "password": "x"})

    assert answers[0] == 401
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) > 0


def test_twenty_tries_a_minute_per_address() -> None:
    attempts = Attempts()

    assert not any(attempts.too_many("192.0.2.1", now) for now in range(PER_MINUTE))
    assert attempts.too_many("192.0.2.1", 21)
    assert not attempts.too_many("192.0.2.2", 21)
    assert not attempts.too_many("192.0.2.1", 90)


def test_too_many_tries_from_one_address_are_refused(guest: TestClient) -> None:
    answers = [guest.post("/sign-in", data={"account": f"a{n}", "password": ""}).status_code for n in range(22)]

    assert answers[-1] == 429


def test_signing_out_ends_the_session_on_the_server(browser: TestClient) -> None:
    token = browser.cookies["soc-local"]

    response = browser.post("/sign-out")
    browser.cookies.set("soc-local", token)

    assert "clear-site-data" in response.headers
    assert browser.get("/alerts").status_code == 303


def test_a_session_ends_after_half_an_hour_without_use(life: Life, browser: TestClient) -> None:
    for _ in range(4):
        life.clock.advance(timedelta(minutes=14))
        assert browser.get("/account").status_code == 200
    life.clock.advance(timedelta(minutes=31))

    assert browser.get("/account").headers["location"] == "/sign-in?back=/account"


def test_a_page_that_only_waits_keeps_no_session_alive(life: Life, browser: TestClient) -> None:
    answers = []
    for _ in range(4):
        life.clock.advance(timedelta(minutes=10))
        answers.append(browser.get("/alerts/fresh", headers={"HX-Request": "true"}).status_code)

    assert answers == [200, 401, 401, 401], "locked after 15 minutes, gone after 30"


def test_under_tls_the_cookie_is_a_host_cookie(life: Life) -> None:
    secure = replace(life.services, settings=replace(life.services.settings, origin="https://testserver"))
    client = TestClient(
        create_app(secure),
        base_url="https://testserver",
        headers={"Sec-Fetch-Site": "same-origin"},
        follow_redirects=False,
    )

    response = client.post("/sign-in", data={"account": "an.nt", "password": PASSWORD})

    assert response.headers["set-cookie"].startswith("__Host-soc=")
    assert "Secure" in response.headers["set-cookie"]
    assert "Domain" not in response.headers["set-cookie"]


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "alerts", "", "/a\r\nb"])
def test_nobody_is_sent_elsewhere(back: str) -> None:
    assert local(back) == "/"


def test_language_and_theme_are_kept_and_used(browser: TestClient) -> None:
    chosen = browser.post("/preferences", data={"language": "en", "theme": "dark", "back": "/health"})

    assert chosen.headers["location"] == "/health"
    page = browser.get("/health").text
    assert '<html lang="en" data-theme="dark"' in page
    assert "Health of the system" in page
    browser.post("/preferences", data={"language": "xx", "theme": "pink"})
    assert '<html lang="en" data-theme="dark"' in browser.get("/health").text


def test_acts_carry_person_session_and_address(life: Life, browser: TestClient) -> None:
    (alert,) = life.raise_alerts([an_alert()])
    browser.post(f"/alerts/{alert.id}/take", data={"revision": "1"})

    with life.state.read() as tx:
        event = tx.alerts.history(alert.id, SYSTEM)[-1]
    assert (event.actor, event.actor_kind, len(event.request_id)) == ("an.nt", ActorKind.PERSON, 16)
