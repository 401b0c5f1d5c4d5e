"""The parts of the alert page that come after it: as fragments, as pages of their own, and over the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from dashboards.app import create_app
from soc.access import SYSTEM, RoleOfPerson
from soc.event import encode
from soc.store import Cursor
from soc.store.memory import MemoryStore
from tests.builders import NOON, an_event
from tests.unit.dashboards.life import HEALTH, Life, an_alert

PARTS = ("context", "tree", "elsewhere", "unseen")
HTMX = {"hx-request": "true"}


@pytest.fixture
def wide(life: Life, browser: TestClient) -> TestClient:
    """The analyst's browser at a machine that has the event store, with one alert of a process."""
    start = an_event(NOON - timedelta(minutes=13), host_name="ws-1", user_name="hai.nv", source_ip="203.0.113.45")
    start |= {"event.category": ["process"], "event.type": ["start"], "process.pid": 12, "process.parent.pid": 8}
    start |= {"process.executable": "<b>evil</b>.exe", "soc.source.id": "wec"}
    store = MemoryStore()
    store.append([encode(start)], Cursor("event", -1, 0))
    life.services = replace(life.services, events=store)
    life.raise_alerts([an_alert(samples=(start,))])
    made = TestClient(create_app(life.services), headers=dict(browser.headers), follow_redirects=False)
    made.cookies = browser.cookies
    return made


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_a_fragment_a_page_and_a_route(wide: TestClient, part: str) -> None:
    alone = wide.get(f"/alerts/alert-a/{part}", headers=HTMX)
    assert alone.status_code == 200
    assert alone.text.lstrip().startswith("<section")
    page = wide.get(f"/alerts/alert-a/{part}").text
    assert "<h1>" in page
    assert f'id="{part}"' in page
    assert wide.get(f"/api/v1/alerts/alert-a/{part}").status_code == 200
    assert "<b>evil" not in page


@pytest.mark.parametrize("part", PARTS)
def test_parts_of_an_alert_of_another_unit_are_not_there(life: Life, guest: TestClient, part: str) -> None:
    life.person("lan.ht", "Hồ Thị Lam", (RoleOfPerson.ANALYST, HEALTH))
    life.raise_alerts([an_alert()])
    guest.cookies.set("soc-local", life.session("lan.ht"))
    assert guest.get(f"/alerts/alert-a/{part}").status_code == 404
    assert guest.get(f"/api/v1/alerts/alert-a/{part}").status_code == 404


def test_the_page_asks_for_its_parts_afterwards_and_links_to_them(wide: TestClient) -> None:
    page = wide.get("/alerts/alert-a").text
    for part in PARTS:
        assert f'hx-get="/alerts/alert-a/{part}"' in page
        assert f'<a href="/alerts/alert-a/{part}"' in page


def test_the_tree_over_the_api_says_what_is_missing(wide: TestClient) -> None:
    found = wide.get("/api/v1/alerts/alert-a/tree").json()
    assert [(one["pid"], one["missing"], one["matched"]) for one in found["processes"]] == [
        (8, "log", False),
        (12, None, True),
    ]


def test_a_step_is_ticked_and_taken_back_and_both_stay(life: Life, wide: TestClient) -> None:
    assert wide.post("/alerts/alert-a/ticks", data={"step": "0", "text": "Hỏi", "done": "1"}).status_code == 303
    assert wide.post("/api/v1/alerts/alert-a/ticks", json={"step": 0, "done": False}).status_code == 201
    with life.state.read() as tx:
        kinds = [(event.kind, event.after.get("done")) for event in tx.alerts.history("alert-a", SYSTEM)]
    assert kinds[1:] == [("tick", True), ("tick", False)]
    assert "bỏ dấu một bước" in wide.get("/alerts/alert-a").text


def test_a_reader_without_triage_ticks_nothing(life: Life, guest: TestClient) -> None:
    life.person("it", "Trung tâm", (RoleOfPerson.IT_CENTRE, "*"))
    life.raise_alerts([an_alert()])
    guest.cookies.set("soc-local", life.session("it"))
    assert guest.post("/alerts/alert-a/ticks", data={"step": "0", "done": "1"}).status_code == 403


def test_a_note_goes_into_the_history_and_an_empty_one_does_not(life: Life, wide: TestClient) -> None:
    assert wide.post("/alerts/alert-a/comments", data={"text": "Đã gọi"}).status_code == 303
    assert wide.post("/alerts/alert-a/comments", data={"text": " "}).status_code == 303
    with life.state.read() as tx:
        assert [event.note for event in tx.alerts.history("alert-a", SYSTEM)][1:] == ["Đã gọi"]


def test_without_an_event_store_the_parts_say_so(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])
    assert "không có kho sự kiện" in browser.get("/alerts/alert-a/context").text
    assert "chưa có số liệu" in browser.get("/alerts/alert-a/elsewhere").text
    assert browser.get("/api/v1/alerts/alert-a/unseen").json()["no_store"]
