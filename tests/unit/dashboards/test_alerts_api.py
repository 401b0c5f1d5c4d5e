"""Alerts over REST: the same functions, the same refusals."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from soc.access import RoleOfPerson
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, an_alert, some_alerts

API = "/api/v1/alerts"
CLOSE = {"action": "close", "verdict": "false_positive", "reason": "rule_logic"}


def act(client: TestClient, body: dict[str, Any], *, revision: str | None = '"1"', alert: str = "alert-a") -> Any:
    headers = {"If-Match": revision} if revision else {}
    return client.post(f"{API}/{alert}/actions", json=body, headers=headers)


def test_nobody_gets_a_problem_not_a_page(guest: TestClient) -> None:
    response = guest.get(API)

    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == "SOC-1720"
    assert response.json()["request_id"] == response.headers["x-request-id"]


def test_lists_are_in_queue_order_and_paged(life: Life, browser: TestClient) -> None:
    life.raise_alerts(some_alerts())

    first = browser.get(API, params={"limit": 3}).json()
    second = browser.get(API, params={"limit": 3, "cursor": first["next"]}).json()

    levels = [alert["level"] for alert in first["alerts"] + second["alerts"]]
    assert levels == ["critical", "high", "high", "medium", "low"]
    assert second["next"] is None
    assert first["alerts"][0]["number"].startswith("CB-")


@pytest.mark.parametrize(
    ("params", "status"), [({"level": "huge"}, 422), ({"limit": 501}, 422), ({"limit": 0}, 422), ({"cursor": "?"}, 400)]
)
def test_wrong_parameters_are_named(browser: TestClient, params: dict[str, Any], status: int) -> None:
    assert browser.get(API, params=params).status_code == status


def test_one_alert_comes_with_evidence_and_its_revision(life: Life, browser: TestClient) -> None:
    life.raise_alerts(some_alerts())

    response = browser.get(f"{API}/alert-scan")

    body = response.json()
    assert response.headers["etag"] == '"1"'
    assert body["correlation"]["count"] == 47
    assert body["legal"] == ["assign", "take", "ask_unit", "close"]
    assert body["events"][0]["event.original"]


def test_a_move_answers_the_new_revision(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])

    taken = act(browser, {"action": "take"})
    closed = act(browser, CLOSE, revision=taken.headers["etag"])

    assert taken.json()["owner"] == "an.nt"
    assert (closed.json()["status"], closed.json()["revision"]) == ("closed", 3)
    history = browser.get(f"{API}/alert-a/history").json()
    assert [line["kind"] for line in history] == ["raised", "take", "close"]


def test_an_illegal_move_names_the_legal_ones(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])

    response = act(browser, {"action": "reopen"})

    assert response.status_code == 409
    assert response.json()["legal"] == ["assign", "take", "ask_unit", "close"]
    assert len(browser.get(f"{API}/alert-a/history").json()) == 1


@pytest.mark.parametrize(
    ("body", "revision", "status"),
    [
        ({"action": "take"}, '"9"', 412),
        ({"action": "take"}, None, 428),
        ({"action": "take"}, "*", 428),
        ({"action": "close"}, '"1"', 422),
        ({"action": "assign"}, '"1"', 422),
        ({"action": "assign", "owner": "nobody"}, '"1"', 422),
        ({"action": "ask_unit"}, '"1"', 422),
        ({"action": "explode"}, '"1"', 422),
        ({"action": "take", "colour": "red"}, '"1"', 422),
        ({"action": "close", "verdict": "undetermined", "reason": "other", "note": "x"}, '"1"', 422),
    ],
)
def test_refused_moves_write_nothing(
    life: Life, browser: TestClient, body: dict[str, Any], revision: str | None, status: int
) -> None:
    life.raise_alerts([an_alert()])

    response = act(browser, body, revision=revision)

    assert response.status_code == status, response.text
    assert len(browser.get(f"{API}/alert-a/history").json()) == 1


def test_a_question_to_the_unit(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])
    question = {"text": "Máy của ai?", "contact": "chị Lam", "deadline": "2026-11-25T17:00:00+07:00"}

    response = act(browser, {"action": "ask_unit", "question": question})

    assert response.json()["status"] == "waiting_unit"
    naive = act(
        browser, {"action": "ask_unit", "question": question | {"deadline": "2026-11-25T17:00:00"}}, revision='"3"'
    )
    assert naive.status_code == 422


def test_comments_join_the_history(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])

    assert browser.post(f"{API}/alert-a/comments", json={"text": "đã gọi"}).status_code == 201
    assert browser.post(f"{API}/alert-a/comments", json={"text": " "}).status_code == 422
    assert browser.get(f"{API}/alert-a/history").json()[-1]["note"] == "đã gọi"


def test_broken_json_is_malformed(life: Life, browser: TestClient) -> None:
    response = browser.post(f"{API}/x/actions", content="{", headers={"Content-Type": "application/json"})

    assert (response.status_code, response.json()["code"]) == (400, "SOC-1723")


def test_another_units_alert_does_not_exist(life: Life, guest: TestClient) -> None:
    life.person("lam.ht", "Hồ Thị Lam", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    guest.cookies.set("soc-local", life.session("lam.ht"))
    life.raise_alerts([an_alert("own"), an_alert("foreign", unit=HEALTH)])

    listed = guest.get(API, params={"view": "open"}).json()["alerts"]
    answers = [guest.get(f"{API}/{name}").json() | {"request_id": ""} for name in ("alert-foreign", "alert-none")]

    assert [alert["id"] for alert in listed] == ["alert-own"]
    assert answers[0] == answers[1]
    assert guest.get(f"{API}/alert-foreign/history").status_code == 404
    assert act(guest, {"action": "take"}, alert="alert-own").status_code == 403
    assert guest.post(f"{API}/alert-own/comments", json={"text": "x"}).status_code == 403


def test_an_analyst_of_one_unit_cannot_move_anothers(life: Life, guest: TestClient) -> None:
    life.person("yen.lh", "Lê Hải Yến", (RoleOfPerson.ANALYST, FINANCE), (RoleOfPerson.IT_CENTRE, "*"))
    guest.cookies.set("soc-local", life.session("yen.lh"))
    life.raise_alerts([an_alert("foreign", unit=HEALTH)])

    assert guest.get(f"{API}/alert-foreign").json()["legal"] == []
    assert act(guest, {"action": "take"}, alert="alert-foreign").status_code == 404
