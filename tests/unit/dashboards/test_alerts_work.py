"""Comments corrected and refused by name, past judgement, figures, exports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from soc.access import SYSTEM, RoleOfPerson
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, an_alert, some_alerts

ALERT = "/api/v1/alerts/alert-a"


def write(client: TestClient, text: str, path: str = f"{ALERT}/comments") -> Any:
    return client.post(path, json={"text": text})


def lines(client: TestClient) -> list[dict[str, Any]]:
    return [line for line in client.get(f"{ALERT}/history").json() if line["kind"] != "raised"]


def test_a_comment_is_corrected_for_15_minutes_and_amended_later(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])
    write(browser, "Máy chủ bị quét")
    seq = lines(browser)[0]["seq"]

    write(browser, "Máy chủ web bị quét", f"{ALERT}/comments/{seq}")
    life.clock.advance(timedelta(minutes=16))
    browser.cookies.set("soc-local", life.session("an.nt"))
    write(browser, "Đã chặn", f"{ALERT}/comments/{seq}")

    assert [(line["kind"], line["note"]) for line in lines(browser)] == [
        ("comment", "Máy chủ bị quét"),
        ("correct", "Máy chủ web bị quét"),
        ("amend", "Đã chặn"),
    ]


def test_nobody_corrects_the_words_of_another(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])
    write(browser, "mine")
    seq = lines(browser)[0]["seq"]
    life.person("binh.tv", "Trần Văn Bình", (RoleOfPerson.ANALYST, FINANCE))
    browser.cookies.set("soc-local", life.session("binh.tv"))

    refused = write(browser, "yours", f"{ALERT}/comments/{seq}")

    assert (refused.status_code, refused.json()["code"]) == (409, "SOC-1616")


def test_only_people_who_may_see_the_alert_can_be_named(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])
    life.person("binh.tv", "Trần Văn Bình", (RoleOfPerson.ANALYST, FINANCE))
    life.person("yen.lh", "Lê Hải Yến", (RoleOfPerson.ANALYST, HEALTH))

    refused = write(browser, "@yen.lh @nobody.x xem giúp, @binh.tv cũng vậy")
    written = write(browser, "@binh.tv xem giúp; thư: an@binh.tv")

    assert refused.status_code == 422
    assert "@yen.lh, @nobody.x" in refused.json()["detail"]
    assert "@binh.tv" not in refused.json()["detail"]
    assert written.status_code == 201
    assert lines(browser)[0]["after"] == {"mentions": ["binh.tv"]}


def test_past_judgement_names_the_same_fingerprint_first(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert(fingerprint="f"), an_alert("old", fingerprint="f"), an_alert("kin", fingerprint="g")])
    for name, reason in (("old", "rule_logic"), ("kin", "bad_indicator")):
        body = {"action": "close", "verdict": "false_positive", "reason": reason}
        browser.post(f"/api/v1/alerts/alert-{name}/actions", json=body, headers={"If-Match": '"1"'})

    found = browser.get(f"{ALERT}/past").json()

    assert (found["total"], found["verdict"], found["reason"]) == (1, "false_positive", "rule_logic")
    assert [(line["kind"], line["alerts"]) for line in found["lines"]] == [
        ("fingerprint", ["alert-old"]),
        ("shared", ["alert-kin"]),
    ]
    assert found["lines"][0]["by"] == [["an.nt", 1]]


def test_without_a_past_nothing_is_proposed(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert(entities=())])

    assert browser.get(f"{ALERT}/past").json() == {"total": 0, "verdict": None, "reason": None, "lines": []}


def test_figures_come_from_the_log_and_say_which_clock(life: Life, browser: TestClient) -> None:
    life.raise_alerts([an_alert()])
    browser.post(f"{ALERT}/actions", json={"action": "take"}, headers={"If-Match": '"1"'})

    found = browser.get("/api/v1/metrics/triage").json()

    rows = {(row["name"], row["working"]): row for row in found["figures"]}
    assert (rows["acknowledge", False]["n"], rows["acknowledge", False]["median"]) == (1, 240.0)
    assert rows["acknowledge", True]["median"] is None
    assert browser.get("/api/v1/metrics/triage", params={"unit": HEALTH}).json()["alerts"] == 0


def test_lists_take_fields_and_a_sort(life: Life, browser: TestClient) -> None:
    life.raise_alerts(some_alerts())

    found = browser.get("/api/v1/alerts", params={"fields": "id,level", "sort": "newest", "limit": 2}).json()

    assert found["alerts"][0] == {"id": "alert-vpn", "level": "critical"}
    refused = browser.get("/api/v1/alerts", params={"fields": "id,secret"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "fields")


@pytest.mark.parametrize("kind", ["ndjson", "csv"])
def test_an_export_streams_everything_and_is_audited(life: Life, browser: TestClient, kind: str) -> None:
    rows = some_alerts()
    life.raise_alerts([*rows, an_alert("bad", entities=(("user.name", "=cmd|calc"),))])

    text = browser.get("/api/v1/alerts/export", params={"format": kind}).text

    if kind == "ndjson":
        assert len([orjson.loads(line) for line in text.splitlines()]) == 6
    else:
        assert len(text.strip().splitlines()) == 7
    with life.state.read() as tx:
        assert next(iter(tx.audit.page(SYSTEM, limit=1))).act == "alerts.export"
