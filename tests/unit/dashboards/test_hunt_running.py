"""Places for searches, cancelling, completion, export, counts, saved questions."""

from __future__ import annotations

import asyncio
import hashlib
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest
from fastapi import Request
from starlette.testclient import TestClient

from dashboards.errors import Refused
from dashboards.hunt.export import guarded
from dashboards.hunt.gate import Gate
from dashboards.hunt.index import ValueIndex
from dashboards.hunt.running import run
from dashboards.hunt.timeline import step_of
from soc.access import SYSTEM, RoleOfPerson, Scope
from soc.store.stop import current
from tests.builders import NOON
from tests.unit.dashboards.hunting import HOSTILE, filled, hunter, some_events
from tests.unit.dashboards.life import FINANCE, Life


@pytest.fixture
def browser(life: Life) -> TestClient:
    return hunter(life)


class Caller:
    """A request whose caller hangs up after some looks."""

    def __init__(self, gate: Gate, looks: int = 10**9) -> None:
        self.app = SimpleNamespace(state=SimpleNamespace(searches=gate))
        self._looks = looks

    async def is_disconnected(self) -> bool:
        self._looks -= 1
        return self._looks < 0


def ask(gate: Gate, work: Any, looks: int = 10**9) -> Any:
    viewer = SimpleNamespace(account="an")
    return asyncio.run(run(cast(Request, Caller(gate, looks)), cast(Any, viewer), work))


def test_two_a_person_four_in_all_and_the_rest_wait_in_order() -> None:
    gate = Gate()
    mine = [gate.join("an") for _ in range(3)]
    others = [gate.join(name) for name in ("bình", "chi", "dũng")]

    assert [gate.may_run(ticket) for ticket in (*mine, *others)] == [True, True, False, True, True, False]
    gate.leave(mine[0])
    assert gate.may_run(mine[2])
    gate.leave(others[0])
    assert gate.may_run(others[2])
    assert gate.counts == (4, 0)


def test_a_full_row_refuses_and_whoever_leaves_it_makes_room() -> None:
    gate = Gate(1, 1, 1)
    gate.join("an")
    waiting = gate.join("an")
    with pytest.raises(Refused) as caught:
        gate.join("bình")
    assert (caught.value.status, caught.value.code) == (429, "SOC-1515")
    gate.leave(waiting)
    assert not gate.may_run(gate.join("bình"))


def test_hanging_up_stops_the_work_within_a_second_and_frees_the_place() -> None:
    gate = Gate()

    def work() -> None:
        for _ in range(200):
            current().check()
            time.sleep(0.02)  # stands for the engine, which the stop interrupts

    began = time.monotonic()
    with pytest.raises(Refused) as caught:
        ask(gate, work, looks=2)

    assert caught.value.code == "SOC-1517"
    assert time.monotonic() - began < 1
    assert gate.counts == (0, 0)


def test_whoever_hangs_up_while_waiting_leaves_the_row() -> None:
    gate = Gate(1, 1)
    gate.join("bình")
    with pytest.raises(Refused):
        ask(gate, lambda: 1, looks=1)
    assert gate.counts == (1, 0)
    assert ask(Gate(), lambda: 7) == 7


def test_completion_offers_fields_by_label_and_values_of_the_own_units_only(life: Life) -> None:
    browser = hunter(life)
    browser.get("/api/v1/complete")
    cast(ValueIndex, browser.app.state.value_index).wait()  # type: ignore[attr-defined]

    fields = browser.get("/api/v1/complete", params={"q": "tai kho"}).json()
    values = browser.get("/api/v1/complete", params={"q": "user.name:h"}).json()
    signs = browser.get("/api/v1/complete", params={"q": "destination.port"}).json()
    closed = browser.get("/api/v1/complete", params={"q": "event.outcome:suc"}).json()

    assert {"insert": "user.name:", "label": "user.name", "note": "tài khoản", "kind": "field"} in fields["items"]
    assert (values["start"], values["end"], values["ready"]) == (10, 11, True)
    assert [(item["insert"], item["note"]) for item in values["items"]][:1] == [("hai.nv0 ", "10")]
    assert ":>=" in [item["insert"] for item in signs["items"]]
    assert "success " in [item["insert"] for item in closed["items"]]

    life.person("tc", "Tài Chính", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    browser.cookies.set("soc-local", life.session("tc"))
    assert browser.get("/api/v1/complete", params={"q": "url.domain:"}).json()["items"] == []
    assert len(browser.get("/api/v1/complete", params={"q": ""}).json()["items"]) > 5


def test_the_index_never_asks_for_a_completion_and_renews_itself() -> None:
    index, store = ValueIndex(), filled(some_events())
    assert index.sample(None, NOON).at is None
    assert index.sample(store, NOON).at is None
    index.wait()
    kept = index.sample(store, NOON + timedelta(minutes=1))
    assert kept.top("user.name", SYSTEM)["hai.nv1"] == 10
    assert kept.top("url.domain", Scope(frozenset({FINANCE}))) == {}
    assert HOSTILE in kept.top("user.name", SYSTEM)


def test_the_menu_of_a_value_knows_its_count_before_the_click(browser: TestClient) -> None:
    found = browser.get("/api/v1/values/count", params={"field": "user.name", "value": "hai.nv0"}).json()
    assert (found["only"], found["without"], found["alone"]) == (10, 22, 10)
    assert browser.get("/api/v1/values/count", params={"field": "nope", "value": "x"}).status_code == 422
    assert browser.get("/api/v1/values/count", params={"field": "user.name", "value": "x" * 600}).json()["only"] is None


@pytest.mark.parametrize("path", ["/hunt/export", "/api/v1/events/export"])
def test_an_export_is_streamed_and_audited_with_its_hash(life: Life, browser: TestClient, path: str) -> None:
    given = {"q": "user.name:hai*", "form": "ndjson", "since": "now-1h", "until": "now"}
    body = {"data": given} if path.startswith("/hunt") else {"json": given}

    answer = browser.post(path, **body)  # type: ignore[arg-type]

    assert len([orjson.loads(line) for line in answer.content.splitlines()]) == 30
    assert "attachment" in answer.headers["content-disposition"]
    with life.state.read() as tx:
        entry = next(entry for entry in tx.audit.page(SYSTEM) if entry.act == "events.export")
    assert entry.actor == "an.nt"
    assert entry.after["q"] == "user.name:hai*"
    assert (entry.after["rows"], entry.after["whole"]) == (30, True)
    assert entry.after["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert browser.app.state.searches.counts == (0, 0)  # type: ignore[attr-defined]


def test_a_spreadsheet_calculates_nothing_of_ours(life: Life) -> None:
    made = some_events()
    made[0]["user.name"] = "=cmd|' /C calc'!A1"
    browser = hunter(life, store=filled(made))

    text = browser.post("/hunt/export", data={"form": "csv", "q": "user.name:*", "cols": "user.name"}).text

    assert text.startswith("\ufeff@timestamp,user.name\r\n")
    assert "'=cmd" in text
    for start in ("=1", "+1", "-1", "@a", "\t=1", "  =1"):
        assert guarded(start).startswith("'")
    assert guarded("10.0.0.1") == "10.0.0.1"


def test_a_faulty_export_goes_back_to_its_question(browser: TestClient) -> None:
    assert browser.post("/hunt/export", data={"form": "csv", "q": "usr:("}).headers["location"].startswith("/hunt?q=")
    assert browser.post("/api/v1/events/export", json={"q": "usr:("}).status_code == 422


def test_faults_reach_programs_as_a_problem_with_columns(browser: TestClient) -> None:
    answer = browser.get("/api/v1/events", params={"q": "a and usr.name:b"})
    checked = browser.get("/api/v1/query/check", params={"q": "a and usr.name:b"}).json()

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["column"] == 7
    assert "user.name" in answer.json()["errors"][0]["expected"]
    assert (checked[0]["column"], checked[0]["message_id"]) == (7, "unknown_field")
    assert browser.get("/api/v1/events", params={"since": "x"}).json()["errors"][0]["field"] == "since"
    assert browser.get("/api/v1/events/stack").status_code == 422


def test_the_timeline_of_programs_has_gaps_not_zeros(browser: TestClient) -> None:
    found = browser.get("/api/v1/events/timeline", params={"q": "", "since": "now-24h"}).json()

    assert found["total"] == 32
    assert {bar["n"] for bar in found["bars"]} >= {None}
    assert sum(bar["n"] or 0 for bar in found["bars"]) == 32


def test_bars_stay_readable_for_any_time() -> None:
    for length in (timedelta(seconds=20), timedelta(hours=24), timedelta(days=30), timedelta(days=3_650)):
        assert length.total_seconds() / step_of(length) <= 121


def test_own_questions_are_saved_listed_and_deleted(life: Life, browser: TestClient) -> None:
    assert browser.post("/hunt/saved", data={"name": "Của tôi", "q": "user.name:hai*"}).status_code == 303
    assert "Của tôi" in browser.get("/hunt").text
    (one,) = browser.get("/api/v1/hunts").json()
    assert (one["mine"], one["href"].startswith("/hunt?q=user.name")) == (True, True)

    shared = {"name": "Chung", "q": "a", "shared": True}
    assert browser.post("/api/v1/hunts", json=shared).status_code == 200
    life.person("khac", "Khác", (RoleOfPerson.ANALYST, "*"))
    other = hunter(life, "khac")
    (seen,) = other.get("/api/v1/hunts").json()
    assert (seen["name"], seen["mine"]) == ("Chung", False)
    assert other.request("DELETE", f"/api/v1/hunts/{seen['id']}", json={}).status_code == 404

    mine = hunter(life)
    assert mine.post(f"/hunt/saved/{one['id']}/delete").status_code == 303
    assert mine.post("/hunt/saved", data={"name": " ", "q": "a"}).status_code == 422
    assert [left["name"] for left in mine.get("/api/v1/hunts").json()] == ["Chung"]
