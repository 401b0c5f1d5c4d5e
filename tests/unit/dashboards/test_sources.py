"""Sources, and the one click that gives an unknown sender its unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from dashboards.services import Beat
from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.state.accounting import Count, Fate
from soc.state.source_table import Source
from soc.state.tables.sources import SourceState
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, some_traffic


@pytest.fixture
def keeper(life: Life, guest: TestClient) -> TestClient:
    """The browser of somebody of the IT centre."""
    life.person("tt", "Trần Tâm", (RoleOfPerson.IT_CENTRE, ROOT))
    guest.cookies.set("soc-local", life.session("tt", proved=True))
    some_traffic(life)
    return guest


def pending(life: Life) -> str:
    with life.state.read() as tx:
        return tx.sources.all(SYSTEM, states=(SourceState.PENDING,))[0].id


def test_an_unknown_sender_is_approved_for_a_unit(life: Life, keeper: TestClient) -> None:
    assert "192.0.2.77" in keeper.get("/sources").text

    response = keeper.post("/sources/approve", data={"source": pending(life), "unit": FINANCE})

    assert response.headers["location"] == "/sources?done=approve"
    page = keeper.get("/sources?done=approve").text
    assert "Đã duyệt nguồn" in page
    assert "Sở Tài chính" in page
    assert "trực tuyến" in page


@pytest.mark.parametrize("unit", ["", "nowhere"])
def test_a_unit_must_exist(life: Life, keeper: TestClient, unit: str) -> None:
    assert keeper.post("/sources/approve", data={"source": pending(life), "unit": unit}).status_code == 422


def test_the_api_approves_once(life: Life, keeper: TestClient) -> None:
    name = pending(life)
    address = f"/api/v1/sources/{name}/approve"

    first = keeper.post(address, json={"unit": FINANCE})
    second = keeper.post(address, json={"unit": FINANCE})

    assert (first.status_code, first.json()["unit"]) == (200, FINANCE)
    assert (second.status_code, second.json()["errors"][0]["field"]) == (422, "source")
    assert keeper.post("/api/v1/sources/none/approve", json={"unit": FINANCE}).status_code == 404
    assert [line["id"] for line in keeper.get("/api/v1/sources").json()] == [name]


def test_an_analyst_reads_but_does_not_approve(life: Life, browser: TestClient) -> None:
    some_traffic(life)

    assert "Trung tâm CNTT duyệt" in browser.get("/sources").text
    assert browser.post("/sources/approve", data={"source": pending(life), "unit": FINANCE}).status_code == 403


def test_the_approval_is_audited(life: Life, keeper: TestClient) -> None:
    keeper.post("/sources/approve", data={"source": pending(life), "unit": FINANCE})

    with life.state.read() as tx:
        entries = [entry for entry in tx.audit.page(SYSTEM) if entry.act == "source.approve"]
    assert [(entry.actor, entry.unit) for entry in entries] == [("tt", FINANCE)]


def test_silent_sources_stand_first_and_are_named_above_the_queue(life: Life, browser: TestClient) -> None:
    some_sources(life, "live", "gone")
    life.clock.advance(timedelta(hours=3))
    with life.state.write() as tx:
        tx.sources.saw({"live": life.clock.now()})
    browser.cookies.set("soc-local", life.session("an.nt"))

    sources, queue = browser.get("/sources").text, browser.get("/alerts").text

    assert sources.index("Nguồn gone") < sources.index("Nguồn live")
    assert "Không kiểm tra được" in queue
    assert "1 nguồn mất tín hiệu: Nguồn gone" in " ".join(queue.split())
    assert "Chưa có cảnh báo nào" in queue


def test_an_empty_queue_without_any_live_source_is_no_sign_of_calm(life: Life, browser: TestClient) -> None:
    some_sources(life, "a", "b", "c", "d")
    life.clock.advance(timedelta(hours=3))
    browser.cookies.set("soc-local", life.session("an.nt"))

    queue = browser.get("/alerts").text

    assert "không biết có gì xảy ra" in queue
    assert "4 nguồn mất tín hiệu" in queue
    assert "Chưa có cảnh báo nào" not in queue


def some_sources(life: Life, *names: str) -> None:
    """Sources of the finance department, all heard just now."""
    now = life.clock.now()
    with life.state.write() as tx:
        for name in names:
            tx.sources.add(Source(name, f"Nguồn {name}", now, unit=FINANCE, state=SourceState.ACTIVE))
        tx.sources.saw(dict.fromkeys(names, now))


def test_a_source_has_a_page_with_its_books_and_what_may_be_changed(life: Life, keeper: TestClient) -> None:
    some_sources(life, "fw")

    page = keeper.get("/sources/fw").text

    assert "Nguồn fw" in page
    assert "Ba mươi ngày" in page
    assert 'name="owner"' in page
    assert keeper.get("/sources/none").status_code == 404


def test_what_is_said_of_a_source_holds_from_now_on_and_is_audited(life: Life, keeper: TestClient) -> None:
    some_sources(life, "fw")
    life.clock.advance(timedelta(minutes=1))
    keeper.cookies.set("soc-local", life.session("tt"))
    form = {"name": "Tường lửa trục", "unit": HEALTH, "owner": "Tổ mạng", "contact": "0238", "level": "3"}

    response = keeper.post("/sources/fw", data=form | {"kind": "firewall", "product": "fortigate"})

    assert response.headers["location"] == "/sources/fw?done=describe"
    with life.state.read() as tx:
        new, care = tx.sources.get("fw", SYSTEM), tx.watch.care(SYSTEM)["fw"]
        versions = tx.sources.versions("fw", SYSTEM)
        acts = [entry.act for entry in tx.audit.page(SYSTEM)]
    assert (new.name, new.unit, new.product, care.owner, care.level) == (
        "Tường lửa trục",
        HEALTH,
        "fortigate",
        "Tổ mạng",
        3,
    )
    assert len(versions) == 2
    assert acts.count("source.describe") == 1


def test_every_fault_of_a_description_is_told_at_once_and_nothing_is_lost(life: Life, keeper: TestClient) -> None:
    some_sources(life, "fw")
    form = {"name": " ", "unit": "nowhere", "owner": "x" * 121, "level": "9", "product": "none"}

    response = keeper.post("/sources/fw", data=form)

    assert response.status_code == 422
    for field in ("name", "unit", "owner", "level", "product"):
        assert f'href="#{field}"' in response.text
    assert "x" * 121 in response.text


def test_a_source_is_paused_and_resumed_and_nothing_else(life: Life, keeper: TestClient) -> None:
    some_sources(life, "fw")

    assert keeper.post("/sources/fw/resume").status_code == 422
    assert keeper.post("/sources/fw/pause").headers["location"] == "/sources/fw?done=pause"
    assert keeper.post("/sources/fw/fly").status_code == 422
    state = keeper.post("/api/v1/sources/fw/state", json={"act": "resume"})
    assert (state.status_code, state.json()["standing"]) == (200, "live")


def test_a_reader_changes_nothing(life: Life, browser: TestClient) -> None:
    some_sources(life, "fw")

    assert browser.post("/sources/fw", data={"name": "x"}).status_code == 403
    assert browser.post("/sources/fw/pause").status_code == 403
    assert browser.patch("/api/v1/sources/fw", json={"owner": "x"}).status_code == 403
    assert browser.get("/sources/new").status_code == 403


def test_sources_are_filtered(life: Life, keeper: TestClient) -> None:
    some_sources(life, "alpha", "beta")
    keeper.post("/sources/beta/pause")

    assert "Nguồn alpha" not in keeper.get("/sources?state=paused").text
    assert "Nguồn beta" not in keeper.get("/sources?q=ALPHA").text
    assert "Không nguồn nào hợp bộ lọc" in keeper.get("/sources?q=nothing").text


def test_a_device_is_connected_in_four_steps(life: Life, keeper: TestClient) -> None:
    beat = Beat("receive", life.clock.now(), address="udp=5514 tcp=5515 http=8514")
    life.services = replace(life.services, beats=lambda: (beat,))
    keeper.app.state.services = life.services  # type: ignore[attr-defined]
    name = pending(life)

    assert "FortiGate" in keeper.get("/sources/new").text
    configuration = keeper.get("/sources/new/fortigate").text
    assert "set port 5514" in configuration
    assert "192.0.2.77" in keeper.get("/sources/new/fortigate/wait").text
    assert "hiểu 0" in keeper.get(f"/sources/new/fortigate/wait?source={name}").text
    assert keeper.get(f"/sources/new/fortigate/adopt/{name}").status_code == 200
    adopted = keeper.post(
        f"/sources/new/fortigate/adopt/{name}", data={"name": "Tường lửa", "unit": FINANCE, "level": "2"}
    )
    assert adopted.headers["location"] == f"/sources/{name}?done=approve"
    with life.state.read() as tx:
        assert tx.sources.get(name, SYSTEM).product == "fortigate"
    assert keeper.get("/sources/new/toaster").status_code == 404


def test_the_counter_of_a_sender_known_longer_begins_with_the_step(life: Life, keeper: TestClient) -> None:
    name = pending(life)
    with life.state.write() as tx:
        tx.accounting.note([Count(name, life.clock.now(), fate, 7) for fate in (Fate.RECEIVED, Fate.EVENT)])
    fresh = keeper.get("/sources/new/fortigate/wait").text
    assert f"wait?source={name}&amp;had=0&amp;read=0" in fresh
    life.clock.advance(timedelta(hours=1))
    keeper.cookies.set("soc-local", life.session("tt"))
    later = keeper.get("/sources/new/fortigate/wait").text
    assert f"wait?source={name}&amp;had=7&amp;read=7" in later

    with life.state.write() as tx:
        tx.accounting.note([Count(name, life.clock.now(), fate, 2) for fate in (Fate.RECEIVED, Fate.EVENT)])

    page = keeper.get(f"/sources/new/fortigate/wait?source={name}&had=7&read=7").text
    assert "Nhận 2, hiểu 2" in page
    assert "trước đó 7" in page


def test_a_program_gets_its_key_once(life: Life, keeper: TestClient) -> None:
    page = keeper.post("/sources/new/http", data={"name": "Ứng dụng một cửa", "unit": FINANCE}).text

    assert "/ingest/v1/ung-dung-mot-cua" in page
    assert "Bearer soc_" in page
    again = keeper.post("/api/v1/sources/keys", json={"name": "Ứng dụng một cửa", "unit": FINANCE})
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "name")
    assert keeper.post("/sources/new/http", data={"name": "", "unit": "x"}).status_code == 422


def test_every_snippet_has_our_address(life: Life, keeper: TestClient) -> None:
    found = keeper.get("/api/v1/sources/devices").json()

    assert len(found) >= 10
    assert all("$" not in one["snippet"].replace("$msg", "") for one in found)
    assert all("127.0.0.1" in one["snippet"] for one in found)
