"""Scores on the page: each viewer's own units, no number where too little is seen, page and API alike."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from dashboards.posture import service
from soc.access import ROOT, RoleOfPerson
from soc.state.accounting import Count, Fate
from soc.state.source_table import Source
from soc.state.tables.sources import SourceState
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, app_of, some_alerts

HOUR = timedelta(hours=1)


@pytest.fixture
def scored(life: Life) -> Life:
    """Finance is seen whole and has an open critical alert; nothing of health was heard since two days."""
    now = life.clock.now()
    began = now - 40 * 24 * HOUR
    life.raise_alerts(some_alerts())
    with life.state.write() as tx:
        for name, unit, quiet in (("fw", FINANCE, 0), ("dc", HEALTH, 48)):
            tx.sources.add(Source(name, name, began, unit=unit, state=SourceState.ACTIVE))
            heard = [Count(name, now - back * HOUR, Fate.HEARD, 1, unit=unit) for back in range(quiet + 1, 960)]
            tx.accounting.note(heard)
    service.run(life.services, now)
    for account, role, unit in (
        ("chu", RoleOfPerson.LEADER, ROOT),
        ("yte", RoleOfPerson.UNIT_CONTACT, HEALTH),
        ("tai", RoleOfPerson.UNIT_CONTACT, FINANCE),
        ("quan", RoleOfPerson.ADMIN, ROOT),
    ):
        life.person(account, f"Nguyễn Văn {account.title()}", (role, unit))
    return life


def client(life: Life, account: str) -> TestClient:
    made = TestClient(app_of(life.services), follow_redirects=False, headers={"Sec-Fetch-Site": "same-origin"})
    made.cookies.set("soc-local", life.session(account))
    return made


def test_a_leader_sees_the_province_and_all_units_ranked_among_their_kind(scored: Life) -> None:
    page = client(scored, "chu").get("/posture").text.split("<main")[1]
    assert "Toàn tỉnh" in page
    assert page.index("Sở Y tế") < page.index("Sở Tài chính")
    assert "phương pháp chưa được ký duyệt" in page
    told = client(scored, "chu").get("/api/v1/posture").json()
    assert [one["unit"] for one in told["units"]] == [HEALTH, FINANCE]
    assert told["province"]["without_score"] == [HEALTH]


def test_a_contact_sees_his_own_unit_alone(scored: Life) -> None:
    browser = client(scored, "tai")
    told = browser.get("/api/v1/posture").json()
    assert ([one["unit"] for one in told["units"]], told["province"]) == ([FINANCE], None)
    assert "Sở Y tế" not in browser.get("/posture").text.split("<main")[1]
    for path in (f"/posture/{HEALTH}", f"/api/v1/posture/{HEALTH}", "/posture/*", "/api/v1/posture/none"):
        assert browser.get(path).status_code == 404


def test_too_little_seen_is_grey_and_has_no_number(scored: Life) -> None:
    browser = client(scored, "yte")
    page = browser.get(f"/posture/{HEALTH}").text.split("<main")[1]
    assert "chưa đủ dữ liệu" in page
    assert "/100" not in page
    assert 'class="falls"' not in page
    told = browser.get(f"/api/v1/posture/{HEALTH}").json()
    assert (told["shown"], told["exact"], told["letter"], told["lost"]) == (None, None, None, [])


def test_the_panel_names_its_cap_and_leads_to_what_costs_points(scored: Life) -> None:
    page = client(scored, "tai").get(f"/posture/{FINANCE}").text
    assert "có cảnh báo nghiêm trọng đang mở" in page
    assert 'href="/alerts/alert-vpn"' in page
    assert page.count('class="chart fall"') >= 9
    told = client(scored, "tai").get(f"/api/v1/posture/{FINANCE}").json()
    assert sum(round(float(one["points"]) * 10) for one in told["lost"]) == 10 * (100 - told["shown"])


def test_a_leader_is_not_led_where_he_may_not_go(scored: Life) -> None:
    page = client(scored, "chu").get(f"/posture/{FINANCE}").text.split("<main")[1]
    assert "/alerts/" not in page
    assert "/sources/" not in page
    assert client(scored, "quan").get("/posture").status_code == 403


def test_closed_days_are_told_with_their_revision(scored: Life) -> None:
    service.close_days(scored.services, scored.clock.now())
    browser = client(scored, "tai")
    span = {"since": "2026-10-01", "until": "2026-11-23"}
    days = browser.get(f"/api/v1/posture/{FINANCE}/days", params=span).json()
    assert len(days) == 10
    assert {(one["revision"], one["reason"]) for one in days} == {(1, "close")}
    assert browser.get(f"/api/v1/posture/{HEALTH}/days", params=span).status_code == 404


def test_before_the_first_score_the_page_says_so(life: Life) -> None:
    life.person("chu", "Nguyễn Văn Chủ", (RoleOfPerson.LEADER, ROOT))
    assert "Chưa có điểm nào được tính." in client(life, "chu").get("/posture").text
