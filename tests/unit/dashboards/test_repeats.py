"""Idempotency-Key: sent twice, done once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.testclient import TestClient

from soc.state.answers import AnswerKey
from tests.unit.dashboards.life import Life, an_alert

PATH = "/api/v1/alerts/alert-a/comments"


def send(client: TestClient, text: str = "seen", key: str = "k1", path: str = PATH) -> Any:
    return client.post(path, json={"text": text}, headers={"Idempotency-Key": key})


def comments(client: TestClient) -> int:
    return sum(line["kind"] == "comment" for line in client.get("/api/v1/alerts/alert-a/history").json())


def test_a_request_sent_twice_is_done_once(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])

    first, second = send(browser), send(browser)

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert comments(browser) == 1


def test_the_same_key_with_another_body_is_refused(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])
    send(browser)

    other = send(browser, "something else")

    assert (other.status_code, other.json()["code"]) == (422, "SOC-1618")
    assert comments(browser) == 1


def test_another_key_another_day_and_another_route_are_other_requests(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert(), an_alert("b")])
    send(browser)
    send(browser, key="k2")
    send(browser, path="/api/v1/alerts/alert-b/comments")
    assert comments(browser) == 2

    life.clock.advance(timedelta(hours=25))
    browser.cookies.set("soc-local", life.session("an.nt"))
    send(browser)

    assert comments(browser) == 3


def test_a_refusal_is_repeated_too(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])
    headers = {"Idempotency-Key": "k", "If-Match": '"1"'}

    answers = [
        browser.post("/api/v1/alerts/alert-a/actions", json={"action": "reopen"}, headers=headers) for _ in range(2)
    ]

    assert [one.status_code for one in answers] == [409, 409]
    assert answers[1].headers["content-type"] == "application/problem+json"


def test_while_the_first_is_answered_the_second_waits(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])
    send(browser)
    with life.state.write() as tx:
        tx.answers.keep(AnswerKey("an.nt", PATH, "k1"), 0, {}, "")

    busy = send(browser)

    assert (busy.status_code, busy.headers["retry-after"]) == (409, "1")
    life.clock.advance(timedelta(minutes=3))
    assert send(browser).status_code == 201


def test_strangers_and_failures_keep_nothing(life: Life, guest: TestClient) -> None:
    assert send(guest).status_code == 401
    with life.state.read() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM kept_answer").scalar() == 0
