"""The page of an entity, editing what is said of it, and the search of the top bar."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.state.source_table import Source
from soc.state.tables.sources import SourceState
from tests.builders import NOON, an_event
from tests.unit.dashboards.hunting import HOSTILE, filled, hunter, some_events
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, an_alert, some_alerts
from tests.unit.dashboards.test_hunt import text_of


@pytest.fixture
def browser(life: Life) -> TestClient:
    life.raise_alerts(some_alerts())
    return hunter(life)


def test_an_address_shows_unit_alerts_and_a_risk_that_adds_up(browser: TestClient) -> None:
    page = text_of(browser.get("/entities/ip/203.0.113.45").text)
    api = browser.get("/api/v1/entities/ip/203.0.113.45").json()

    assert "Vào được VPN sau khi dò mật khẩu" in page
    assert api["alerts_total"] == len(api["alerts"]) == 5
    assert api["risk"] == pytest.approx(sum(part["points"] for part in api["risk_parts"]))
    assert api["seen_unit"] == HEALTH
    assert "24/11/2026 11:58:00" in page


def test_the_events_come_as_parts_that_also_stand_alone(browser: TestClient) -> None:
    page = browser.get("/entities/user/hai.nv0").text
    assert 'href="/entities/user/hai.nv0/part/seen"' in page

    whole = browser.get("/entities/user/hai.nv0/part/seen")
    part = browser.get("/entities/user/hai.nv0/part/seen", headers={"HX-Request": "true"})
    peers = browser.get("/entities/user/hai.nv0/part/peers", headers={"HX-Request": "true"})

    assert "<h1>" in whole.text
    assert "<html" not in part.text
    assert "Sự kiện trong 30 ngày" in text_of(part.text)
    assert "dc0" in peers.text
    assert "10.0.0.9" in peers.text


def test_names_of_an_account_are_folded_together_and_other_accounts_left_out(life: Life) -> None:
    made = []
    for n, (domain, name) in enumerate([("SOYTE", "hai.nv"), ("soyte.local", "HAI.NV"), ("SOYTE", "other")]):
        event = an_event(NOON - timedelta(minutes=n + 1), user_name=name, user_domain=domain)
        event |= {"user.email": f"{name.lower()}@soyte.example", "user.target.name": "hai.nv", "unit.id": HEALTH}
        made.append(event)
    browser = hunter(life, store=filled(made))

    names = browser.get("/api/v1/entities/user/Hai.NV/seen").json()["names"]

    assert set(names["user.name"]) == {"hai.nv", "HAI.NV"}
    assert set(names["user.domain\\user.name"]) == {"SOYTE\\hai.nv", "soyte.local\\HAI.NV"}
    assert names["user.email"] == ["hai.nv@soyte.example"]


def test_sources_that_do_not_see_it_are_named_and_gaps_are_no_zeros(life: Life) -> None:
    with life.state.write() as tx:
        for name in ("test", "blind"):
            tx.sources.add(Source(name, f"Nguồn {name}", NOON, unit=FINANCE, state=SourceState.ACTIVE))
    browser = hunter(life)

    found = browser.get("/api/v1/entities/user/hai.nv0/seen").json()

    assert [(one["name"], one["events"]) for one in found["sources"]] == [("Nguồn test", 10), ("Nguồn blind", None)]
    assert {day["n"] for day in found["days"]} == {None, 0, 10}
    page = browser.get("/entities/user/hai.nv0/part/seen").text
    assert "không thấy" in page
    assert 'class="gap"' in page


def test_an_unknown_value_says_since_when_it_was_never_seen(browser: TestClient) -> None:
    page = text_of(browser.get("/entities/host/khong-co").text)

    assert "chưa từng thấy từ" in page
    assert "21/11/2026" in page
    assert browser.get("/api/v1/entities/host/khong-co").json()["last_seen"] is None
    assert "Chưa từng thấy" in browser.get("/entities/host/khong-co/part/seen").text


@pytest.mark.parametrize("path", ["planet/x", "ip/999.1.1.1", "unit/nowhere", "host/" + "x" * 1_001, "host/%20"])
def test_what_is_no_entity_is_not_found(browser: TestClient, path: str) -> None:
    assert browser.get(f"/entities/{path}").status_code == 404
    assert browser.get(f"/api/v1/entities/{path}").status_code == 404


def test_values_of_any_shape_have_a_page(browser: TestClient) -> None:
    for value in ("a%2Fb", "SOYTE%5Chai.nv", "%3Cscript%3E", "2001%3Adb8%3A%3A1", "%E2%80%AEexe"):
        kind = "ip" if "db8" in value else "user"
        response = browser.get(f"/entities/{kind}/{value}")
        assert response.status_code == 200
        assert "<script>\n" not in response.text.split("<main")[1]
    page = browser.get("/entities/user/" + "%3Cscript%3Ealert(1)%3C%2Fscript%3E%E2%80%AE").text
    assert "<script>alert" not in page
    assert "U+202E" in page


def test_an_edit_is_dated_audited_and_keeps_the_old_value(life: Life, browser: TestClient) -> None:
    for text in ("Phòng CNTT", "Trung tâm CNTT"):
        response = browser.post("/entities/host/dc0/facts", data={"name": "owner", "text": text})
        assert response.headers["location"] == "/entities/host/dc0?done=true"
        life.clock.advance(timedelta(minutes=1))

    found = browser.get("/api/v1/entities/host/DC0").json()

    assert [fact["text"] for fact in found["facts"]] == ["Trung tâm CNTT"]
    assert [fact["text"] for fact in found["history"]] == ["Trung tâm CNTT", "Phòng CNTT"]
    with life.state.read() as tx:
        entry = next(entry for entry in tx.audit.page(SYSTEM) if entry.act == "entity.owner")
    assert (entry.object, entry.before, entry.unit) == ("host:dc0", {"text": "Phòng CNTT"}, FINANCE)


def test_a_fault_keeps_what_was_typed(browser: TestClient) -> None:
    response = browser.post("/entities/host/dc0/facts", data={"name": "level", "text": "chín <b>"})

    assert response.status_code == 422
    assert "chín &lt;b&gt;</textarea>" in response.text
    late = browser.post("/api/v1/entities/host/dc0/facts", json={"name": "note", "text": "x", "until": "1/1/2020"})
    assert late.json()["errors"][0]["field"] == "until"


def test_a_note_may_end_and_hostile_text_stays_text(browser: TestClient) -> None:
    browser.post("/entities/host/dc0/facts", data={"name": "note", "text": HOSTILE, "until": "30/11/2026"})

    page = browser.get("/entities/host/dc0").text
    assert "<script>alert" not in page
    assert "30/11/2026 23:59:59" in page


def test_who_may_not_triage_there_reads_only(life: Life) -> None:
    life.person("tc", "Tài Chính", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    life.person("yt", "Y Tế", (RoleOfPerson.ANALYST, HEALTH))
    contact = hunter(life, "tc")
    assert "fact-text" not in contact.get("/entities/host/dc0").text
    assert contact.post("/entities/host/dc0/facts", data={"name": "note", "text": "x"}).status_code == 403
    assert contact.get("/api/v1/entities/host/web1").json()["last_seen"] is None

    other = hunter(life, "yt")
    assert other.get(f"/entities/unit/{FINANCE}").status_code == 404
    assert other.post("/entities/host/dc0/facts", data={"name": "note", "text": "x"}).status_code == 403


def test_a_unit_has_a_page(browser: TestClient) -> None:
    assert "Sở Tài chính" in browser.get(f"/entities/unit/{FINANCE}").text
    assert browser.get(f"/api/v1/entities/unit/{FINANCE}").json()["alerts_total"] == 3
    assert "dc0" in browser.get(f"/entities/unit/{FINANCE}/part/peers").text


def test_the_index_lists_the_riskiest_first(browser: TestClient) -> None:
    found = browser.get("/api/v1/entities").json()

    assert [one["risk"] for one in found] == sorted((one["risk"] for one in found), reverse=True)
    assert {"203.0.113.45", "hai.nv"} <= {one["value"] for one in found}
    assert browser.get("/entities").text.index(found[0]["value"]) > 0


def test_the_search_finds_alerts_entities_units_and_rules(browser: TestClient) -> None:
    assert browser.get("/search?q=CB-000001").headers["location"].startswith("/alerts/alert-")
    for text, wanted in (
        ("hai.nv", "/entities/user/hai.nv"),
        ("203.0.113.45", "/entities/ip/203.0.113.45"),
        ("tai chinh", f"/entities/unit/{FINANCE}"),
        ("d41d8cd98f00b204e9800998ecf8427e", "/entities/hash/d41d8cd98f00b204e9800998ecf8427e"),
        ("thue.example", "/entities/domain/thue.example"),
        ("mở powershell", "/alerts/alert-encoded"),
    ):
        page = browser.get("/search", params={"q": text}).text
        assert f'href="{wanted}"' in page, text
        assert "/hunt?q=" in page


def test_the_search_says_how_much_it_found_and_what_to_do_with_nothing(browser: TestClient) -> None:
    nothing = browser.get("/search", params={"q": "zzz không có"}).text
    assert "0 kết quả" in text_of(nothing)
    assert "Không có cảnh báo" in nothing
    assert "Viết điều bạn tìm" in browser.get("/search").text
    assert "<script>alert" not in browser.get("/search", params={"q": HOSTILE}).text
    assert browser.get("/api/v1/search", params={"q": "hai.nv"}).json()["alerts_total"] == 5


def test_the_search_keeps_to_the_scope(life: Life) -> None:
    life.raise_alerts([an_alert("kin", unit=FINANCE)])
    life.person("yt", "Y Tế", (RoleOfPerson.ANALYST, HEALTH))
    other = hunter(life, "yt")

    found = other.get("/api/v1/search", params={"q": "hai.nv"}).json()
    assert (found["alerts"], found["entities"]) == ([], [])
    assert other.get("/search?q=CB-000001").status_code == 200
    life.person("ad", "Quản Trị", (RoleOfPerson.ADMIN, ROOT))
    assert hunter(life, "ad").get("/search?q=x").status_code == 403


def test_without_an_event_store_people_still_read_what_is_known(life: Life) -> None:
    life.raise_alerts(some_alerts())
    browser = hunter(life, store=filled([]))
    page = text_of(browser.get("/entities/user/hai.nv").text)

    assert "chưa lưu sự kiện nào" in page
    assert len(some_events()) == 33
