"""One action on the filter: tried, begun, finished by the worker, undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboards.schedule import FAILURES_MOST, JobWorker
from soc.access import RoleOfPerson
from soc.alert import Level, Status
from soc.errors import StateError
from soc.state import bulk
from tests.unit.dashboards.life import FINANCE, HEALTH, RULE, Life, an_alert, some_alerts

API = "/api/v1/alerts/bulk"
CLOSE = {"action": "close", "verdict": "false_positive", "reason": "rule_logic"}


def ask(client: TestClient, **body: Any) -> Any:
    return client.post(API, json={"filter": {}, **CLOSE, **body})


def low(number: int, **changes: Any) -> list[Any]:
    """Low alerts of one rule."""
    rule = replace(RULE, id="rule-low", level=Level.LOW)
    return [an_alert(f"low{i}", rule=rule, level=Level.LOW, **changes) for i in range(number)]


def finish(life: Life) -> None:
    JobWorker(life.services).run(life.clock.now())


def test_a_dry_run_counts_by_level_unit_and_rule_and_writes_nothing(life: Life, browser: TestClient) -> None:
    life.raise_alerts(some_alerts())

    found = ask(browser, dry_run=True).json()

    assert found["count"] == 5
    assert found["levels"][0] == {"id": "critical", "count": 1}
    assert {part["id"]: part["count"] for part in found["units"]} == {FINANCE: 3, HEALTH: 2}
    assert len(found["rules"]) == 5
    assert browser.get("/api/v1/jobs").json() == []


def test_alerts_raised_after_the_dry_run_are_not_touched(life: Life, browser: TestClient) -> None:
    life.raise_alerts(low(3))
    as_of = ask(browser, dry_run=True).json()["as_of"]
    life.raise_alerts([an_alert("late", level=Level.LOW)])

    begun = ask(browser, as_of=as_of)
    finish(life)

    assert begun.status_code == 202
    assert browser.get(begun.headers["location"]).json()["done"] == 3
    assert browser.get("/api/v1/alerts/alert-late").json()["status"] == "new"


def test_undo_restores_all_but_what_somebody_changed_since(life: Life, browser: TestClient) -> None:
    life.raise_alerts(low(4))
    job = ask(browser).json()["job"]
    finish(life)
    revision = browser.get("/api/v1/alerts/alert-low1").headers["etag"]
    browser.post("/api/v1/alerts/alert-low1/actions", json={"action": "reopen"}, headers={"If-Match": revision})

    assert browser.post(f"/api/v1/jobs/{job}/undo", json={}).status_code == 202
    finish(life)

    found = browser.get(f"/api/v1/jobs/{job}").json()
    assert (found["state"], found["undone"], found["skipped"]) == ("undone", 3, 1)
    assert [one["id"] for one in found["troubles"]] == ["alert-low1"]
    restored = browser.get("/api/v1/alerts/alert-low0").json()
    assert (restored["status"], restored["owner"], restored["verdict"]) == ("new", None, None)
    kinds = [line["kind"] for line in browser.get("/api/v1/alerts/alert-low0/history").json()]
    assert kinds == ["raised", "take", "close", "undo"]
    assert browser.post(f"/api/v1/jobs/{job}/undo", json={}).status_code == 409


def test_ten_minutes_later_nothing_is_undone(life: Life, browser: TestClient) -> None:
    life.raise_alerts(low(1))
    job = ask(browser).json()["job"]
    finish(life)
    life.clock.advance(timedelta(seconds=601))

    assert browser.post(f"/api/v1/jobs/{job}/undo", json={}).json()["code"] == "SOC-1613"
    assert browser.post(f"/jobs/{job}/undo").status_code == 409


def test_what_cannot_be_changed_is_listed_with_its_reason(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert("shut", level=Level.LOW, status=Status.CLOSED), *low(1)])

    job = ask(browser, filter={"view": "closed"}).json()["job"]
    finish(life)

    found = browser.get(f"/api/v1/jobs/{job}").json()
    assert (found["done"], found["failed"]) == (0, 1)
    assert found["troubles"][0]["reason"].startswith("SOC-1601")
    lines = browser.get(f"/api/v1/jobs/{job}/troubles").text.splitlines()
    assert lines[0] == "\ufeffalert,id,unit,state,reason"
    assert lines[1].startswith("CB-000001,alert-shut,")


@pytest.mark.parametrize(("level", "number"), [(Level.CRITICAL, 1), (Level.HIGH, 21)])
def test_closing_much_that_is_heavy_is_for_the_shift_lead(
    life: Life, guest: TestClient, level: Level, number: int
) -> None:
    life.person("binh.tv", "Trần Văn Bình", (RoleOfPerson.ANALYST, FINANCE))
    guest.cookies.set("soc-local", life.session("binh.tv"))
    life.raise_alerts(an_alert(f"x{i}", level=level) for i in range(number))

    assert ask(guest, dry_run=True).json()["refused"] == "needs_lead"
    assert ask(guest).status_code == 403
    assert ask(guest, action="take", verdict=None, reason=None).status_code == 202


def test_twenty_high_ones_are_not_too_many(life: Life, guest: TestClient) -> None:
    life.person("binh.tv", "Trần Văn Bình", (RoleOfPerson.ANALYST, FINANCE))
    guest.cookies.set("soc-local", life.session("binh.tv"))
    life.raise_alerts(an_alert(f"x{i}", level=Level.HIGH) for i in range(20))

    assert ask(guest).status_code == 202


def test_a_job_of_another_person_does_not_exist(life: Life, browser: TestClient, guest: TestClient) -> None:
    life.raise_alerts(low(1))
    job = ask(browser).json()["job"]
    life.person("binh.tv", "Trần Văn Bình", (RoleOfPerson.ANALYST, FINANCE))
    guest.cookies.set("soc-local", life.session("binh.tv"))

    assert guest.get(f"/api/v1/jobs/{job}").status_code == 404
    assert guest.get(f"/jobs/{job}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [{"verdict": None}, {"reason": "exercise"}, {"reason": "other"}, {"action": "assign"}, {"action": "ask_unit"}],
)
def test_what_the_action_needs_is_asked_before_anything_begins(
    life: Life, browser: TestClient, body: dict[str, Any]
) -> None:
    life.raise_alerts(low(1))

    assert ask(browser, **body).status_code == 422
    assert browser.get("/api/v1/jobs").json() == []


def test_the_form_works_without_scripts(life: Life, browser: TestClient) -> None:
    life.raise_alerts(low(2))

    form = browser.get("/alerts/bulk?level=low")
    empty = browser.post("/alerts/bulk?level=low", data={"action": "close", "as_of": "9"})
    begun = browser.post("/alerts/bulk?level=low", data={**CLOSE, "as_of": "9"})
    finish(life)
    shown = browser.get(begun.headers["location"])
    undone = browser.post(f"{begun.headers['location']}/undo")

    assert 'action="/alerts/bulk?level=low"' in form.text or 'action="/alerts/bulk?level=low' in form.text
    assert empty.status_code == 422
    assert begun.status_code == 303
    assert "/undo" in shown.text
    assert undone.status_code == 303
    assert browser.get("/jobs").status_code == 200
    assert browser.get("/alerts/bulk?action=assign").status_code == 200
    assert browser.get("/alerts/bulk?level=medium").status_code == 200


def test_what_can_be_undone_is_the_youngest_finished_job(life: Life, browser: TestClient) -> None:
    life.raise_alerts(low(2))
    nothing = browser.get("/jobs/undo").text
    first = ask(browser).json()["job"]
    finish(life)
    second = ask(browser, action="reopen", filter={"status": "closed"}).json()["job"]
    at_work = browser.get("/jobs/undo").text
    finish(life)

    found = browser.get("/jobs/undo").text

    assert "/undo" not in nothing.split("<main")[1]
    assert f"/jobs/{first}/undo" in at_work
    assert f'href="/jobs/{second}"' in at_work
    assert f"/jobs/{second}/undo" in found


def test_as_a_fragment_form_refusal_job_and_undo_come_without_the_frame(life: Life, browser: TestClient) -> None:
    life.raise_alerts(low(2))
    browser.headers["HX-Request"] = "true"

    form = browser.get("/alerts/bulk?level=low")
    refused = browser.post("/alerts/bulk?level=low", data={"action": "close", "as_of": "9", "note": "typed"})
    begun = browser.post("/alerts/bulk?level=low", data={**CLOSE, "as_of": "9"}, follow_redirects=True)
    finish(life)
    asked = browser.get("/jobs/undo")

    assert (form.status_code, refused.status_code, begun.status_code) == (200, 422, 200)
    assert "typed</textarea>" in refused.text
    for answer in (form, refused, begun, asked):
        assert "<html" not in answer.text
        assert answer.text.count('id="sheet-title"') == 1


def test_a_job_that_was_interrupted_goes_on_where_it_stopped(
    life: Life, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("soc.state.bulk.CHUNK", 2)
    life.raise_alerts(low(5))
    job = ask(browser).json()["job"]
    bulk.step(life.state, job, life.clock.now())
    assert browser.get(f"/api/v1/jobs/{job}").json()["done"] == 2
    assert browser.get(f"/api/v1/jobs/{job}").headers["retry-after"] == "1"

    finish(life)

    assert browser.get(f"/api/v1/jobs/{job}").json()["done"] == 5


def test_a_job_that_fails_again_and_again_stops_and_says_why(
    life: Life, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise StateError("the disk is full", code="SOC-1605")

    life.raise_alerts(low(1))
    job = ask(browser).json()["job"]
    monkeypatch.setattr("soc.state.bulk.step", fails)
    worker = JobWorker(life.services)
    for _ in range(FAILURES_MOST):
        worker._chunk(job)

    found = browser.get(f"/api/v1/jobs/{job}").json()
    assert (found["state"], found["trouble"]) == ("stopped", "SOC-1605 the disk is full")
    assert "SOC-1605" in browser.get(f"/jobs/{job}").text
