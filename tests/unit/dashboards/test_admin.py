"""Administration: what changes for people, and what an administrator may not do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from soc.access import ROOT, SYSTEM, RoleOfPerson
from tests.unit.dashboards.life import FINANCE, HEALTH, PASSWORD, Life, an_alert

GRANT = {"role": "unit_contact", "unit": HEALTH, "until": ""}


@pytest.fixture
def admin(life: Life, guest: TestClient) -> TestClient:
    """An administrator who has just given the second factor."""
    life.person("quan.tri", "Phạm Quản Trị", (RoleOfPerson.ADMIN, ROOT))
    now = life.clock.now()
    with life.state.write() as tx:
        guest.cookies.set("soc-local", tx.sessions.start("quan.tri", at=now, factor_at=now))
    return guest


def test_an_invitation_lets_somebody_choose_a_password_once(life: Life, admin: TestClient) -> None:
    made = admin.post("/admin/people/new", data=GRANT | {"account": "moi.nv", "name": "Nguyễn Văn Mới"})
    link = made.text.partition("/set-up/")[2].partition("<")[0]
    admin.cookies.clear()

    assert admin.get(f"/set-up/{link}").status_code == 200
    assert admin.post(f"/set-up/{link}", data={"new": "123456789012"}).status_code == 422
    assert admin.post(f"/set-up/{link}", data={"new": "sở tài chính muôn năm"}).status_code == 422
    assert admin.post(f"/set-up/{link}", data={"new": "mười hai con ngựa trắng"}).headers["location"] == "/"
    assert admin.post(f"/set-up/{link}", data={"new": "mười hai con ngựa trắng"}).status_code == 401


def test_changed_roles_end_all_sessions_and_are_told(life: Life, admin: TestClient) -> None:
    token = life.session("an.nt")

    assert admin.post("/admin/people/an.nt/grants", data=GRANT).status_code == 303

    with life.state.read() as tx:
        assert tx.sessions.find(token, life.clock.now()) is None
        assert [one.kind for one in tx.care.notices("an.nt")] == ["grants"]
        assert tx.audit.page(SYSTEM)[0].act == "grant.give"


def test_nobody_changes_his_own_roles(admin: TestClient) -> None:
    own = {"role": "analyst", "unit": ROOT}

    assert admin.post("/admin/people/quan.tri/grants", data=own).status_code == 403
    body = own | {"since": "2026-11-24"}
    assert admin.post("/api/v1/admin/people/quan.tri/grants", json=body).json()["code"] == "SOC-1711"


def test_an_administrator_of_a_unit_gives_nothing_outside_of_it(life: Life, admin: TestClient) -> None:
    life.person("nho", "Quản Trị Nhỏ", (RoleOfPerson.ADMIN, FINANCE))
    now = life.clock.now()
    with life.state.write() as tx:
        admin.cookies.set("soc-local", tx.sessions.start("nho", at=now, factor_at=now))

    assert admin.post("/admin/people/an.nt/grants", data=GRANT).status_code == 422
    assert admin.post("/admin/people/an.nt/grants", data=GRANT | {"unit": ROOT}).status_code == 422
    assert admin.post("/admin/people/an.nt/grants", data=GRANT | {"unit": FINANCE}).status_code == 303


def test_being_administrator_shows_no_alert(life: Life, admin: TestClient) -> None:
    life.raise_alerts([an_alert()])

    assert admin.get("/alerts").status_code == 403
    assert admin.get("/api/v1/alerts/alert-a").status_code == 403


def test_changes_ask_for_a_fresh_factor(life: Life, admin: TestClient) -> None:
    life.clock.advance(timedelta(minutes=11))

    page = admin.post("/admin/people/an.nt/link")
    assert (page.status_code, page.headers["location"]) == (303, "/step-up?back=/admin/people")
    assert admin.post("/api/v1/admin/people/an.nt/link", json={}).json()["code"] == "SOC-1727"


def test_a_disabled_account_is_out_at_once(life: Life, admin: TestClient) -> None:
    token = life.session("an.nt")
    admin.post("/admin/people/an.nt/state", data={"state": "disabled"})
    admin.cookies.set("soc-local", token)

    assert admin.get("/account").headers["location"].startswith("/sign-in")
    assert admin.post("/sign-in", data={"account": "an.nt", "password": PASSWORD}).status_code == 401


def test_a_renewed_key_overlaps_for_seven_days(life: Life, admin: TestClient) -> None:
    body = {"name": "SOAR", "scopes": ["alerts:read"], "unit": ROOT, "days": 90}
    old = admin.post("/api/v1/admin/keys", json=body).json()["secret"]
    new = admin.post(f"/api/v1/admin/keys/{old[4:12]}/rotate", json={}).json()["secret"]

    with life.state.read() as tx:
        now = life.clock.now()
        assert tx.keys.find(old, now + timedelta(days=6)) is not None
        assert tx.keys.find(old, now + timedelta(days=7)) is None
        assert tx.keys.find(new, now + timedelta(days=89)) is not None


def test_an_administrator_reads_own_acts_and_an_auditor_all(life: Life, admin: TestClient) -> None:
    with life.state.write() as tx:
        from soc.alert import Actor

        tx.audit.append(Actor("an.nt"), "alert.close", "alert-a", at=life.clock.now(), unit=FINANCE)
    assert {one["actor"] for one in admin.get("/api/v1/admin/audit").json()} == {"quan.tri"}
    assert {one["actor"] for one in admin.get("/api/v1/admin/audit?actor=an.nt").json()} == {"quan.tri"}

    life.person("kiem.toan", "Kiểm Toán", (RoleOfPerson.AUDITOR, ROOT))
    admin.cookies.set("soc-local", life.session("kiem.toan"))
    for _ in range(3):
        found = admin.get("/api/v1/admin/audit").json()
    assert {"an.nt", "quan.tri", "kiem.toan"} <= {one["actor"] for one in found}
    assert sum(one["act"] == "audit.read" and one["actor"] == "kiem.toan" for one in found) == 1


def test_the_chain_is_checked_and_exported_without_formulas(life: Life, admin: TestClient) -> None:
    admin.get("/admin/audit?act=%3Dcmd")
    with life.state.write() as tx:
        from soc.alert import Actor

        tx.audit.append(Actor("quan.tri"), "test", "=1+1", at=life.clock.now())

    assert admin.post("/api/v1/admin/audit/verify", json={}).json() == {"whole": True, "bad": None, "why": ""}
    export = admin.post("/admin/audit/export")
    assert export.headers["content-disposition"].startswith("attachment")
    assert "'=1+1" in export.text


def test_the_review_is_signed_and_falls_due(life: Life, admin: TestClient) -> None:
    assert admin.post("/api/v1/admin/review", json={"note": "đã xem"}).status_code == 204
    found = admin.get("/api/v1/admin/review").json()
    assert (found["signed_by"], found["overdue"], len(found["sha256"])) == ("quan.tri", False, 64)

    life.clock.advance(timedelta(days=184))
    with life.state.write() as tx:
        admin.cookies.set("soc-local", tx.sessions.start("quan.tri", at=life.clock.now()))
    assert admin.get("/api/v1/admin/review").json()["overdue"] is True


def test_people_see_and_end_their_own_sessions_alone(life: Life, browser: TestClient) -> None:
    life.person("khac", "Người Khác", (RoleOfPerson.LEADER, ROOT))
    other = life.session("khac")
    life.session("an.nt")
    sessions = browser.get("/api/v1/account").json()["sessions"]

    assert len(sessions) == 2
    with life.state.read() as tx:
        handle = tx.sessions.of("khac", life.clock.now())[0].handle
    assert (
        browser.delete(f"/api/v1/account/sessions/{handle}", headers={"Content-Type": "application/json"}).status_code
        == 404
    )
    browser.post("/account/sessions/end-others")
    assert len(browser.get("/api/v1/account").json()["sessions"]) == 1
    with life.state.read() as tx:
        assert tx.sessions.find(other, life.clock.now()) is not None
