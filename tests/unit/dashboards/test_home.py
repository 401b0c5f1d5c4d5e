"""Where each role begins, and what it finds there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from correlator.language.attributes import Texts
from dashboards.home import checklist, service
from dashboards.home.checklist import StepState
from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.state.source_table import Source
from soc.state.tables.sources import SourceState
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, app_of, some_alerts


def client(life: Life, account: str, *roles: tuple[RoleOfPerson, str]) -> TestClient:
    if roles:
        life.person(account, f"Người {account}", *roles)
    made = TestClient(app_of(life.services), follow_redirects=False, headers={"Sec-Fetch-Site": "same-origin"})
    made.cookies.set("soc-local", life.session(account))
    return made


def a_source(life: Life, name: str, unit: str, *, hours: int) -> None:
    now = life.clock.now()
    with life.state.write() as tx:
        tx.sources.add(Source(name, f"Nguồn {name}", now, unit=unit, state=SourceState.ACTIVE))
        tx.sources.saw({name: now - timedelta(hours=hours)})


@pytest.mark.parametrize(
    ("role", "href"),
    [
        (RoleOfPerson.ANALYST, "/alerts"),
        (RoleOfPerson.SHIFT_LEAD, "/alerts"),
        (RoleOfPerson.UNIT_CONTACT, "/unit"),
        (RoleOfPerson.LEADER, "/tiles"),
        (RoleOfPerson.AUDITOR, "/admin/audit"),
        (RoleOfPerson.IT_CENTRE, "/start"),
        (RoleOfPerson.ADMIN, "/start"),
    ],
)
def test_each_role_begins_at_its_own_page(life: Life, role: RoleOfPerson, href: str) -> None:
    assert client(life, "ai", (role, ROOT)).get("/").headers["location"] == href


def test_nobody_begins_at_the_sign_in(guest: TestClient) -> None:
    assert guest.get("/").headers["location"] == "/sign-in"


def states(life: Life) -> dict[str, StepState]:
    return {step.id: step.state for step in checklist.read(life.services).steps}


def test_the_seven_things_tick_themselves_from_facts(life: Life) -> None:
    assert set(states(life).values()) == {StepState.OPEN, StepState.LATER}
    a_source(life, "fw", FINANCE, hours=0)
    life.person("q1", "Một", (RoleOfPerson.ADMIN, ROOT))
    life.person("q2", "Hai", (RoleOfPerson.ADMIN, ROOT))
    with life.state.write() as tx:
        tx.facts.put("units.sha256", "own", at=life.clock.now())
    found = states(life)
    assert [found[name] for name in ("source", "unit", "second")] == [StepState.DONE] * 3
    assert [found[name] for name in ("roster", "mail", "backup")] == [StepState.LATER] * 3


def test_the_calendar_is_confirmed_by_whoever_manages_the_province(life: Life) -> None:
    browser = client(life, "quan", (RoleOfPerson.ADMIN, ROOT))
    assert 'href="/start/calendar"' in browser.get("/start").text
    year = browser.get("/api/v1/calendar").json()[0]
    assert (year["year"], year["approved_by"], len(year["days"])) == (2026, "", 16)
    assert "Xác nhận lịch năm 2026" in browser.get("/start/calendar").text
    assert browser.post("/start/calendar", data={"year": 2026, "digest": "old"}).status_code == 409
    assert browser.post("/start/calendar", data={"year": 2020, "digest": "old"}).status_code == 404
    assert browser.post("/start/calendar", data={"year": 2026, "digest": year["digest"]}).status_code == 303
    assert "Người quan xác nhận" in browser.get("/start/calendar").text
    assert states(life)["calendar"] is StepState.DONE
    with life.state.read() as tx:
        assert tx.audit.page(SYSTEM)[0].act == "calendar.approve"


def test_somebody_of_one_unit_confirms_no_calendar(life: Life) -> None:
    browser = client(life, "tt", (RoleOfPerson.IT_CENTRE, HEALTH))
    assert "<form" not in browser.get("/start/calendar").text.split("<main")[1].split("</main")[0]
    digest = browser.get("/api/v1/calendar").json()[0]["digest"]
    assert browser.post("/api/v1/calendar/2026/approve", json={"digest": digest}).status_code == 403


def test_the_list_goes_away_when_all_is_done(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = client(life, "quan", (RoleOfPerson.ADMIN, ROOT))
    page = browser.get("/start").text
    assert "7 việc đầu tiên" in page
    assert page.count("Chưa có trong bản này") >= 3
    monkeypatch.setattr(checklist, "read", lambda _: checklist.Checklist(()))
    assert browser.get("/").headers["location"] == "/health"
    assert "tự ẩn" in browser.get("/start").text


def test_the_lead_sees_who_is_on_and_which_limits_run_out(life: Life) -> None:
    life.raise_alerts(some_alerts())
    lead = client(life, "truong", (RoleOfPerson.SHIFT_LEAD, ROOT))
    page = lead.get("/team").text
    assert "Người truong" in page
    assert "Dò đường dẫn trang thông tin" in page
    body = lead.get("/api/v1/team").json()
    assert body["free"] == 5
    assert "truong" in {one["account"] for one in body["members"]}
    within = life.clock.now() + timedelta(hours=1)
    assert body["at_risk"]
    assert all(datetime.fromisoformat(one["due"]) < within for one in body["at_risk"])
    assert len(body["at_risk"]) <= body["past"] + body["soon"]


def test_the_line_of_the_shift_counts_what_its_links_show(life: Life) -> None:
    life.raise_alerts(some_alerts())
    lead = client(life, "truong", (RoleOfPerson.SHIFT_LEAD, ROOT))
    line = lead.get("/team/strip", headers={"HX-Request": "true"}).text
    body = lead.get("/api/v1/team").json()
    assert 'hx-get="/team/strip"' in lead.get("/alerts?view=open").text
    assert f'Chưa nhận <span class="figure">{body["free"]}</span>' in line
    queue = lead.get("/alerts?view=due").text
    assert f'Sắp quá hạn <span class="figure">{body["past"] + body["soon"]}</span>' in queue
    assert body["past"] > 0


def test_the_line_of_the_shift_is_not_for_others(life: Life) -> None:
    analyst = client(life, "an", (RoleOfPerson.ANALYST, ROOT))
    assert "/team/strip" not in analyst.get("/alerts?view=open").text
    assert analyst.get("/team/strip").headers["location"] == "/team"


def test_a_unit_sees_its_own_alerts_and_sources_alone(life: Life) -> None:
    life.raise_alerts(some_alerts())
    a_source(life, "fw", FINANCE, hours=0)
    a_source(life, "dc", HEALTH, hours=30)
    contact = client(life, "yt", (RoleOfPerson.UNIT_CONTACT, HEALTH))
    page = contact.get("/unit").text
    assert "Dò đường dẫn trang thông tin" in page
    assert "Vào được VPN" not in page
    assert "Nguồn dc" in page
    assert "Nguồn fw" not in page
    assert "mất kết nối" in page
    body = contact.get("/api/v1/unit").json()
    assert body["open"] == 2
    assert [one["id"] for one in body["sources"]] == ["dc"]
    assert {one["unit"] for one in body["alerts"]} == {HEALTH}
    assert 'class="card told"' in page


def test_a_unit_is_told_in_plain_words_until_when(life: Life) -> None:
    life.raise_alerts(some_alerts())
    contact = client(life, "tc", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    page = contact.get("/unit").text
    assert "thử sai mật khẩu nhiều lần, rồi đăng nhập thành công" in page
    assert "ca trực sẽ hướng dẫn" in page
    assert "Cần xử lý xong trước" in page
    told = contact.get("/api/v1/unit").json()["alerts"][0]
    assert told["meaning"].startswith("Địa chỉ ")
    assert told["due"]


def test_advice_of_the_rule_is_given_step_by_step(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Texts(act=("Đổi mật khẩu của {user.name}", "Xem `user.name:hai.nv`"))
    monkeypatch.setattr(service, "rule_of", lambda *_: object())
    monkeypatch.setattr(service, "guide_of", lambda *_: steps)
    life.raise_alerts(some_alerts())
    contact = client(life, "tc", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    assert "Làm gì" in contact.get("/unit").text
    first, second = contact.get("/api/v1/unit").json()["alerts"][0]["steps"]
    assert first.startswith("Đổi mật khẩu của ")
    assert second == "Xem user.name:hai.nv"


def test_a_unit_without_logs_is_told_that_nothing_can_be_said(life: Life) -> None:
    page = client(life, "yt", (RoleOfPerson.UNIT_CONTACT, HEALTH)).get("/unit").text
    assert "Không thể kết luận" in page
    assert "an toàn." not in page


def test_the_it_centre_sees_what_is_late_worst_first(life: Life) -> None:
    a_source(life, "a", FINANCE, hours=0)
    a_source(life, "b", HEALTH, hours=40)
    keeper = client(life, "tt", (RoleOfPerson.IT_CENTRE, ROOT))
    page = keeper.get("/late").text
    assert "Nguồn b" in page
    assert "Nguồn a" not in page
    assert "1 trên 2 nguồn gửi như thường lệ" in page
    body = keeper.get("/api/v1/late").json()
    assert [one["id"] for one in body["sources"]] == ["b"]
    assert (body["counted"], body["pending"], body["units_without"]) == (2, 0, [])
    assert [one["standing"] for one in body["sources"]] == ["silent"]
    assert keeper.get("/api/v1/start").json()[0]["id"] == "source"


def test_units_without_a_source_are_named_to_the_it_centre(life: Life) -> None:
    a_source(life, "a", FINANCE, hours=0)
    keeper = client(life, "tt", (RoleOfPerson.IT_CENTRE, ROOT))
    assert keeper.get("/api/v1/late").json()["units_without"] == [HEALTH]
    assert "Sở Y tế" in keeper.get("/late").text.split('id="without"')[1]
