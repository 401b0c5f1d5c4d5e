"""The registers: who may write them, what a wrong entry says, and that a file tells first what it would do."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.alert import Status, Verdict
from soc.incident import Incident, State
from soc.state.source_table import Source
from soc.state.tables.sources import SourceState
from tests.builders import NOON
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, an_alert

ENTRY = "/registers/systems/entry"
SYSTEM_ROW = {"id": "ht-thue", "name": "Hệ thống thuế", "unit": FINANCE, "level": "3", "decision_date": "02/03/2026"}
GIVEN = {"unit": FINANCE, "day": "20/11/2026", "given_by": "x"}
INCIDENT = {
    "unit": FINANCE,
    "title": "Máy chủ bị cài mã độc",
    "category": "malware",
    "severity": "serious",
    "t0": "24/11/2026 06:20",
}


@pytest.fixture
def keeper(life: Life, guest: TestClient) -> TestClient:
    """Somebody of the IT centre; a source of the finance department sends."""
    life.person("tt", "Trần Tâm", (RoleOfPerson.IT_CENTRE, ROOT))
    guest.cookies.set("soc-local", life.session("tt"))
    with life.state.write() as tx:
        tx.sources.add(Source("fw", "Tường lửa", NOON, unit=FINANCE, state=SourceState.ACTIVE))
    return guest


def opened(life: Life, browser: TestClient, **fields: str) -> Incident:
    answer = browser.post("/registers/incidents/entry", data=INCIDENT | fields)
    assert answer.status_code == 303, answer.text
    with life.state.read() as tx:
        return tx.incidents.all(SYSTEM)[0]


def move(browser: TestClient, one: Incident, act: str, /, **fields: str) -> Any:
    return browser.post(f"/registers/incidents/{one.id}/{act}", data={"revision": str(one.revision)} | fields)


def test_a_system_is_entered_and_shown(life: Life, keeper: TestClient) -> None:
    answer = keeper.post(ENTRY, data=SYSTEM_ROW | {"decision_number": "12/QĐ-UBND"})
    assert answer.headers["location"] == "/registers/systems/ht-thue?done=saved"
    assert "12/QĐ-UBND" in keeper.get("/registers/systems/ht-thue").text
    assert "Hệ thống thuế" in keeper.get("/registers/systems?level=3&q=thue").text
    assert "Hệ thống thuế" not in keeper.get("/registers/systems?level=2").text
    with life.state.read() as tx:
        assert [entry.act for entry in tx.audit.page(SYSTEM)][:1] == ["system.add"]


def test_a_wrong_entry_shows_what_was_typed_and_why(keeper: TestClient) -> None:
    wrong = {"id": "Hệ thống", "name": "", "unit": "nowhere", "level": "7", "decision_date": "31/02/2026"}
    answer = keeper.post(ENTRY, data=wrong)
    assert answer.status_code == 422
    assert 'value="31/02/2026"' in answer.text
    assert 'value="Hệ thống"' in answer.text
    faults = set(re.findall(r'id="(\w+)-fault"', answer.text))
    assert faults == {"id", "name", "unit", "level", "decision_date"}


def test_a_changed_system_keeps_its_past(life: Life, keeper: TestClient) -> None:
    keeper.post(ENTRY, data=SYSTEM_ROW)
    assert 'value="02/03/2026"' in keeper.get(f"{ENTRY}?id=ht-thue").text
    life.clock.advance(timedelta(minutes=1))
    keeper.post(ENTRY, data=SYSTEM_ROW | {"level": "4"})
    with life.state.read() as tx:
        assert [one.level for one in tx.systems.versions("ht-thue", SYSTEM)] == [3, 4]


@pytest.mark.parametrize("book", ["systems", "sources", "scans", "weaknesses", "endpoints", "botnet"])
def test_an_analyst_reads_and_does_not_write_what_the_it_centre_keeps(browser: TestClient, book: str) -> None:
    assert browser.get(f"/registers/{book}/entry").status_code == 403
    assert browser.post(f"/registers/{book}/entry", data=SYSTEM_ROW).status_code == 403
    assert browser.post(f"/registers/{book}/file", data={"text": "a"}).status_code == 403
    assert browser.get(f"/registers/{book}/export").status_code == 200


def test_there_is_no_other_book(browser: TestClient) -> None:
    for place in ("entry", "file", "export"):
        assert browser.get(f"/registers/books/{place}").status_code == 404


def test_a_removed_source_needs_a_second_person(life: Life, keeper: TestClient) -> None:
    keeper.post(ENTRY, data=SYSTEM_ROW)
    owed = {"system": "ht-thue", "source": "fw", "since": "01/09/2026"}
    assert keeper.post("/registers/sources/entry", data=owed).status_code == 303
    base = "/registers/systems/ht-thue/sources/1"
    wrong = keeper.post(f"{base}/remove", data={"since": "hôm nay", "reason": ""})
    assert (wrong.status_code, 'value="hôm nay"' in wrong.text) == (422, True)
    asked = keeper.post(f"{base}/remove", data={"since": "01/12/2026", "reason": "thay thiết bị"})
    assert asked.status_code == 303
    assert keeper.post(f"{base}/approve").status_code == 422
    life.person("bd", "Bùi Dũng", (RoleOfPerson.SHIFT_LEAD, ROOT))
    keeper.cookies.set("soc-local", life.session("bd"))
    assert "thay thiết bị" in keeper.get("/registers/systems/ht-thue").text
    assert keeper.post(f"{base}/approve").status_code == 303
    assert keeper.post(f"{base}/approve").status_code == 409
    assert keeper.post(f"{base}/remove", data={"since": "01/12/2026", "reason": "thay thiết bị"}).status_code == 403
    with life.state.read() as tx:
        (owed_now,) = tx.systems.expected(SYSTEM)
    assert not owed_now.expected_on(date(2026, 12, 1))


def test_an_incident_shows_how_much_time_is_left(life: Life, browser: TestClient) -> None:
    """Noon, detected at 06:20 today: 24 hours less 5 h 40."""
    one = opened(life, browser)
    for address in ("/registers/incidents", f"/registers/incidents/{one.id}"):
        assert "Còn 18 giờ 20 phút" in browser.get(address).text
    assert "cần kiểm tra" in browser.get(f"/registers/incidents/{one.id}").text
    life.clock.advance(timedelta(hours=20, minutes=5))
    browser.cookies.set("soc-local", life.session("an.nt"))
    assert "Quá hạn 01 giờ 45 phút" in browser.get(f"/registers/incidents/{one.id}").text


def test_an_incident_goes_to_its_end_by_its_forms(life: Life, browser: TestClient) -> None:
    one = opened(life, browser)
    for name, fields in (
        ("confirm", {"moment": "24/11/2026 07:00"}),
        ("report", {"form": "initial", "sent_at": "24/11/2026 09:00", "channel": "portal", "receiver": "A05"}),
        ("contain", {}),
        ("change_t0", {"moment": "24/11/2026 05:00", "reason": "thư cảnh báo có trước"}),
        ("close", {}),
    ):
        assert move(browser, one, name, **fields).status_code == 303, name
        with life.state.read() as tx:
            one = tx.incidents.get(one.id, SYSTEM)
    assert (one.state, len(one.proofs), len(one.former_t0)) == (State.CLOSED, 1, 1)
    page = browser.get(f"/registers/incidents/{one.id}").text
    assert "thư cảnh báo có trước" in page
    assert "Đã gửi đúng hạn" in page


def test_a_wrong_move_shows_what_was_typed_in_its_own_form(life: Life, browser: TestClient) -> None:
    one = opened(life, browser)
    answer = move(browser, one, "report", form="initial", sent_at="25/11/2026 09:00", channel="portal", receiver=" ")
    assert answer.status_code == 422
    assert 'value="25/11/2026 09:00"' in answer.text
    assert set(re.findall(r'id="(\w+)-fault"', answer.text)) == {"receiver"}
    late = move(browser, one, "report", form="initial", sent_at="25/11/2026 09:00", channel="portal", receiver="A05")
    assert set(re.findall(r'id="(\w+)-fault"', late.text)) == {"sent_at"}
    assert move(browser, one, "waive", name="", reason="").status_code == 422


def test_a_move_out_of_order_and_a_stale_one_change_nothing(life: Life, browser: TestClient) -> None:
    one = opened(life, browser)
    assert move(browser, one, "close").status_code == 409
    assert move(browser, one, "confirm").status_code == 303
    assert move(browser, one, "contain").status_code == 412
    assert move(browser, one, "vanish").status_code == 404


def test_a_form_that_is_sent_twice_opens_one_incident(life: Life, browser: TestClient) -> None:
    assert opened(life, browser).number == opened(life, browser).number == 1


def test_another_units_incidents_and_systems_do_not_exist(life: Life, browser: TestClient, keeper: TestClient) -> None:
    keeper.post(ENTRY, data=SYSTEM_ROW)
    browser.cookies.set("soc-local", life.session("an.nt"))
    one = opened(life, browser)
    life.person("yt", "Vũ Y Tế", (RoleOfPerson.ANALYST, HEALTH), (RoleOfPerson.IT_CENTRE, HEALTH))
    browser.cookies.set("soc-local", life.session("yt"))
    unknown = browser.get("/registers/incidents/none").text
    assert browser.get(f"/registers/incidents/{one.id}").status_code == 404
    assert len(browser.get(f"/registers/incidents/{one.id}").text) == len(unknown)
    assert move(browser, one, "confirm").status_code == 404
    assert browser.get("/registers/systems/ht-thue").status_code == 404
    assert "mã độc" not in browser.get("/registers/incidents").text
    assert "thuế" not in browser.get("/registers/systems/export").text
    taken = browser.post(ENTRY, data=SYSTEM_ROW | {"unit": HEALTH})
    assert (taken.status_code, 'id="id-fault"' in taken.text) == (422, True)


CSV = "id,name,unit,level,color\r\nht-a,Cổng,so-tai-chinh,3,x\r\nht-b,=cmd(),so-y-te,9,x\r\n\r\nht-c,,so-y-te,2,x\r\n"


def test_a_file_says_what_each_row_does_before_anything_is_written(life: Life, keeper: TestClient) -> None:
    answer = keeper.post("/registers/systems/file", files={"file": ("a.csv", CSV.encode(), "text/csv")})
    assert answer.status_code == 200
    assert "1 dòng mới, 0 dòng thay đổi, 0 dòng đã có, 2 dòng lỗi" in answer.text
    assert "color" in answer.text
    with life.state.read() as tx:
        assert tx.systems.all(SYSTEM) == ()
    saved = keeper.post("/registers/systems/file", data={"text": CSV, "save": "1"})
    assert "Đã lưu, trừ các dòng lỗi" in saved.text
    with life.state.read() as tx:
        assert [one.id for one in tx.systems.all(SYSTEM)] == ["ht-a"]
    again = keeper.post("/registers/systems/file", data={"text": CSV.splitlines()[0] + "\n" + CSV.splitlines()[1]})
    assert "0 dòng mới, 0 dòng thay đổi, 1 dòng đã có" in again.text


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00", b"", b'id,name,unit\n"open', b"name,unit\nx,y\n", b"id;name;unit\n" + b"a;b;c\n" * 1001]
)
def test_what_is_no_such_file_is_said_plainly(keeper: TestClient, body: bytes) -> None:
    answer = keeper.post("/registers/systems/file", files={"file": ("a.csv", body, "text/csv")})
    assert (answer.status_code, 'id="file-fault"' in answer.text) == (422, True)


def test_an_export_runs_no_formula_and_can_be_loaded_again(keeper: TestClient) -> None:
    keeper.post(ENTRY, data=SYSTEM_ROW | {"name": "=1+2"})
    text = keeper.get("/registers/systems/export").text
    assert ",'=1+2," in text
    answer = keeper.post("/registers/systems/file", data={"text": text})
    assert "0 dòng mới, 0 dòng thay đổi, 1 dòng đã có, 0 dòng lỗi" in answer.text


def test_the_past_of_incidents_is_loaded_with_its_steps(life: Life, browser: TestClient) -> None:
    head = "unit,title,category,severity,t0,confirmed_at,contained_at,closed_at\n"
    row = "so-tai-chinh,Trang bị thay đổi,defacement,medium,2026-05-03 08:00,2026-05-03 09:00,2026-05-04 09:00,\n"
    bad = row.replace("2026-05-04 09:00", "2026-05-02 09:00").replace("Trang", "Cổng")
    answer = browser.post("/registers/incidents/file", data={"text": head + row + bad, "save": "1"})
    assert "1 dòng mới" in answer.text
    with life.state.read() as tx:
        (one,) = tx.incidents.all(SYSTEM)
    assert (one.state, one.revision) == (State.CONTAINED, 3)
    export = browser.get("/registers/incidents/export").text
    again = browser.post("/registers/incidents/file", data={"text": export})
    assert "0 dòng mới, 0 dòng thay đổi, 1 dòng đã có, 0 dòng lỗi" in again.text


def test_every_book_takes_a_row_and_gives_it_back(life: Life, keeper: TestClient) -> None:
    keeper.post(ENTRY, data=SYSTEM_ROW)
    flaw = {"system": "ht-thue", "code": "CVE-2026-1", "title": "TLS cũ", "level": "high"}
    rows = {
        "scans": {"system": "ht-thue", "scanned_on": "01/10/2026", "by": "TTCNTT"},
        "weaknesses": flaw | {"found_on": "01/10/2026", "due": "01/11/2026"},
        "endpoints": {
            "unit": FINANCE,
            "day": "20/11/2026",
            "given_by": "TTCNTT",
            "machines": "120",
            "protected": "100",
        },
        "botnet": {"unit": FINANCE, "day": "20/11/2026", "address": "192.0.2.7", "given_by": "Cơ quan điều phối"},
    }
    for book, row in rows.items():
        answer = keeper.post(f"/registers/{book}/entry", data=row)
        assert answer.status_code == 303, (book, answer.text)
        (listed,) = keeper.get(f"/api/v1/registers/{book}").json()
        made = keeper.post(f"/api/v1/registers/{book}", json={"values": listed})
        assert (made.status_code, len(keeper.get(f"/api/v1/registers/{book}").json())) == (201, 1)
    page = keeper.get("/registers/weaknesses").text
    assert "CVE-2026-1" in page
    assert "quá hạn" in page
    fixed = keeper.post("/registers/weaknesses/entry", data=rows["weaknesses"] | {"fixed_on": "20/11/2026"})
    assert fixed.status_code == 303
    with life.state.read() as tx:
        assert tx.weaknesses.all(SYSTEM, open_only=True) == ()
    external = keeper.get("/registers/external").text
    assert "192.0.2.7" in external
    assert "Cơ quan điều phối" in external


@pytest.mark.parametrize(
    ("book", "row", "field"),
    [
        ("endpoints", GIVEN | {"machines": "9", "protected": "10"}, "protected"),
        ("endpoints", GIVEN | {"machines": "-1", "protected": "0"}, "machines"),
        ("botnet", GIVEN | {"address": "999.1.1.1"}, "address"),
        ("scans", {"system": "none", "scanned_on": "20/11/2026", "by": "x"}, "system"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(keeper: TestClient, book: str, row: dict[str, str], field: str) -> None:
    answer = keeper.post(f"/registers/{book}/entry", data=row)
    assert (answer.status_code, set(re.findall(r'id="(\w+)-fault"', answer.text))) == (422, {field})


def test_programs_open_and_move_incidents(life: Life, browser: TestClient) -> None:
    one = opened(life, browser)
    base = f"/api/v1/registers/incidents/{one.id}"
    told = browser.get(base).json()
    assert [clock["id"] for clock in told["clocks"]] == ["first_notice", "cause_and_remedy", "classification"]
    assert "confirm" in told["moves"]
    wanted = {"move": "confirm", "revision": 1, "values": {}}
    assert browser.post(f"{base}/moves", json=wanted).json()["state"] == "confirmed"
    assert browser.post(f"{base}/moves", json=wanted).status_code == 412
    close = {"move": "close", "revision": 2, "values": {}}
    assert browser.post(f"{base}/moves", json=close).status_code == 409
    assert browser.post("/api/v1/registers/systems", json={"values": {"colour": "red"}}).status_code == 422
    file = browser.post("/api/v1/registers/incidents/file", json={"text": "unit,title\n"})
    assert file.status_code == 422


def test_programs_see_and_act_on_expected_sources(life: Life, keeper: TestClient) -> None:
    keeper.post(ENTRY, data=SYSTEM_ROW)
    keeper.post("/registers/sources/entry", data={"system": "ht-thue", "source": "fw", "since": "01/09/2026"})
    base = "/api/v1/registers/systems/ht-thue/sources"
    asked = {"act": "remove", "since": "2026-12-01", "reason": "thay thiết bị"}
    assert keeper.post(f"{base}/1", json=asked).status_code == 204
    assert keeper.get(base).json()[0]["removal_asked_by"] == "tt"
    assert keeper.post(f"{base}/1", json={"act": "approve"}).status_code == 422
    assert keeper.post(f"{base}/1", json={"act": "refuse"}).status_code == 204
    assert keeper.get(base).json()[0]["removed_since"] is None


def test_a_true_alert_leads_to_the_form_of_an_incident(life: Life, browser: TestClient) -> None:
    true = an_alert("true", verdict=Verdict.TRUE_POSITIVE, reason="compromise_confirmed", status=Status.CLOSED)
    life.raise_alerts([true, an_alert("open")])
    link = f"/registers/incidents/entry?alert={true.id}"
    assert link in browser.get(f"/alerts/{true.id}").text
    assert "/registers/incidents/entry" not in browser.get("/alerts/alert-open").text
    form = browser.get(link).text
    assert 'value="24/11/2026' in form
    made = opened(life, browser, alert=true.id)
    assert made.alerts == (true.id,)
    life.person("yt", "Vũ Y Tế", (RoleOfPerson.ANALYST, HEALTH))
    browser.cookies.set("soc-local", life.session("yt"))
    assert browser.get(link).status_code == 404


@pytest.mark.parametrize("text", ["Báo cáo TỐI MẬT", "(Mật)", "tuyệt mật"])
def test_what_is_marked_as_a_state_secret_is_not_stored(life: Life, browser: TestClient, text: str) -> None:
    answer = browser.post("/registers/incidents/entry", data=INCIDENT | {"summary": text})
    assert (answer.status_code, set(re.findall(r'id="(\w+)-fault"', answer.text))) == (422, {"summary"})
    assert opened(life, browser, summary="Đã đổi mật khẩu, Mật độ cao").number == 1
