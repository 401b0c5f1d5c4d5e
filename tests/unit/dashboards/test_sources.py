"""Sources, and the one click that gives an unknown sender its unit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from dashboards.sources.service import _standing
from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.state.source_table import Source
from soc.state.sources import Seen
from soc.state.tables.sources import SourceState
from tests.builders import NOON
from tests.unit.dashboards.life import FINANCE, Life, some_traffic


@pytest.fixture
def keeper(life: Life, guest: TestClient) -> TestClient:
    """The browser of somebody of the IT centre."""
    life.person("tt", "Trần Tâm", (RoleOfPerson.IT_CENTRE, ROOT))
    guest.cookies.set("soc-local", life.session("tt"))
    some_traffic(life)
    return guest


def pending(life: Life) -> str:
    with life.state.read() as tx:
        return tx.sources.all(SYSTEM, states=(SourceState.PENDING,))[0].id


def test_an_unknown_sender_is_approved_for_a_unit(life: Life, keeper: TestClient) -> None:
    assert "192.0.2.77" in keeper.get("/sources").text

    response = keeper.post("/sources/approve", data={"source": pending(life), "unit": FINANCE})

    assert response.headers["location"] == "/sources?done=true"
    page = keeper.get("/sources?done=true").text
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


@pytest.mark.parametrize(
    ("state", "silent", "mark"),
    [
        (SourceState.ACTIVE, timedelta(minutes=1), "ok"),
        (SourceState.ACTIVE, timedelta(minutes=20), "late"),
        (SourceState.ACTIVE, timedelta(hours=3), "lost"),
        (SourceState.ACTIVE, None, "unknown"),
        (SourceState.PAUSED, timedelta(0), "unknown"),
        (SourceState.RETIRED, timedelta(0), "unknown"),
    ],
)
def test_how_a_source_stands(state: SourceState, silent: timedelta | None, mark: str) -> None:
    seen = None if silent is None else Seen(NOON - timedelta(days=1), NOON - silent)

    assert _standing(state, seen, NOON)[0] == mark


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

    assert "không biết có gì đang xảy ra" in queue
    assert "4 nguồn mất tín hiệu" in queue
    assert "Chưa có cảnh báo nào" not in queue


def some_sources(life: Life, *names: str) -> None:
    """Sources of the finance department, all heard just now."""
    now = life.clock.now()
    with life.state.write() as tx:
        for name in names:
            tx.sources.add(Source(name, f"Nguồn {name}", now, unit=FINANCE, state=SourceState.ACTIVE))
        tx.sources.saw(dict.fromkeys(names, now))
