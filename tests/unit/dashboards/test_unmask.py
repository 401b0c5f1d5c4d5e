"""Looking behind the masks: with a reason, for a quarter of an hour, written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from soc.access import SYSTEM, RoleOfPerson
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, an_alert

SECRET = "Hunter22Tiger"
WHY = {"alert": "alert-vpn", "reason": "Đối chiếu mật khẩu bị lộ", "case_number": "12/CV-STTTT"}


@pytest.fixture
def analyst(life: Life, guest: TestClient) -> TestClient:
    life.person("mai.lt", "Lê Thị Mai", (RoleOfPerson.ANALYST, FINANCE))
    event = an_alert().samples[0] | {"event.original": f"login password={SECRET}", "unit.id": FINANCE}
    life.raise_alerts([an_alert("vpn", samples=(event,)), an_alert("other", unit=HEALTH, samples=(event,))])
    guest.cookies.set("soc-local", life.session("mai.lt"))
    return guest


def test_a_secret_is_shown_for_a_reason_and_a_quarter_of_an_hour(life: Life, analyst: TestClient) -> None:
    assert SECRET not in analyst.get("/alerts/alert-vpn").text
    assert 'href="/unmask?alert=alert-vpn"' in analyst.get("/alerts/alert-vpn").text

    assert analyst.post("/unmask", data=WHY).headers["location"] == "/alerts/alert-vpn"
    assert SECRET in analyst.get("/alerts/alert-vpn").text
    life.clock.advance(timedelta(minutes=14))
    assert analyst.get("/alerts").status_code == 200
    life.clock.advance(timedelta(minutes=1))
    assert SECRET not in analyst.get("/alerts/alert-vpn").text
    with life.state.read() as tx:
        entry = tx.audit.page(SYSTEM, act="unmask.begin")[0]
    assert (entry.actor, entry.unit, entry.reason) == ("mai.lt", FINANCE, WHY["reason"])


def test_it_ends_when_the_person_says_so(analyst: TestClient) -> None:
    assert analyst.post("/api/v1/unmaskings", json=WHY).status_code == 201
    assert SECRET in analyst.get("/api/v1/alerts/alert-vpn").text

    assert analyst.post("/unmask/end", data={"back": "/alerts/alert-vpn"}).status_code == 303
    assert SECRET not in analyst.get("/api/v1/alerts/alert-vpn").text
    assert analyst.request("DELETE", "/api/v1/unmaskings", json={}).status_code == 204


def test_without_a_reason_nothing_is_shown_and_nothing_typed_is_lost(analyst: TestClient) -> None:
    answer = analyst.post("/unmask", data=WHY | {"reason": "vì sao", "case_number": ""})

    assert answer.status_code == 422
    assert "vì sao" in answer.text
    assert SECRET not in analyst.get("/alerts/alert-vpn").text


def test_an_alert_of_another_unit_cannot_be_named(analyst: TestClient) -> None:
    assert analyst.get("/unmask?alert=alert-other").status_code == 404
    assert analyst.post("/unmask", data=WHY | {"alert": "alert-other"}).status_code == 404
    assert analyst.post("/api/v1/unmaskings", json=WHY | {"alert": "alert-other"}).status_code == 404


def test_the_shift_lead_reads_the_list_of_the_week(life: Life, analyst: TestClient) -> None:
    analyst.post("/unmask", data=WHY)
    assert analyst.get("/unmaskings").status_code == 403
    for account, unit, seen in (("lead.a", FINANCE, True), ("lead.b", HEALTH, False)):
        life.person(account, "Trưởng ca", (RoleOfPerson.SHIFT_LEAD, unit))
        analyst.cookies.set("soc-local", life.session(account))
        assert (WHY["reason"] in analyst.get("/unmaskings").text) is seen
        assert len(analyst.get("/api/v1/unmaskings").json()) == seen
    life.clock.advance(timedelta(days=8))
    analyst.cookies.set("soc-local", life.session("lead.a"))
    assert WHY["reason"] not in analyst.get("/unmaskings").text
