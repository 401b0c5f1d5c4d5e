from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.warning import WarningState
from tests.security.things import command
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, a_life
from tests.unit.dashboards.test_tasks import Hand


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = a_life(tmp_path)
    made.person("ct", "Chủ tịch", (RoleOfPerson.LEADER, ROOT))
    made.person("yte", "Đầu mối Y tế", (RoleOfPerson.UNIT_CONTACT, HEALTH))
    made.person("an", "Phân tích", (RoleOfPerson.ANALYST, ROOT))
    with made.state.write() as tx:
        command(tx, FINANCE, "tc")
        command(tx, HEALTH, "yte")
    yield made
    made.state.close()


def test_a_unit_sees_its_own_and_leaders_see_all(life: Life) -> None:
    assert [one["id"] for one in Hand(life, "yte").client.get("/api/v1/warnings").json()] == ["warning-yte"]
    assert len(Hand(life, "ct").client.get("/api/v1/warnings").json()) == 2
    assert Hand(life, "yte").client.get("/warnings/warning-tc").status_code == 404
    assert "nhắc tc" not in Hand(life, "yte").client.get("/reminders").text


def test_a_warning_goes_to_its_end_and_leaves_the_list(life: Life) -> None:
    hand = Hand(life, "yte")
    for number, state in enumerate(("acknowledged", "in_progress", "handled"), 1):
        answer = hand.client.post(f"/warnings/warning-yte/{state}", data={"revision": number})
        assert answer.status_code == 303, answer.text
    assert "nói yte" not in hand.client.get("/warnings").text
    assert "nói yte" in hand.client.get("/warnings?state=all").text
    with life.state.read() as tx:
        kinds = [event.kind for event in tx.warnings.history("warning-yte", SYSTEM)]
    assert kinds == ["raise", "acknowledged", "in_progress", "handled"]


def test_it_is_not_refused_without_a_reason(life: Life) -> None:
    hand = Hand(life, "yte")
    hand.client.post("/warnings/warning-yte/acknowledged", data={"revision": 1})
    refused = hand.client.post("/warnings/warning-yte/unconfirmed", data={"revision": 2, "reason": " "})
    assert refused.status_code == 422
    assert "vì sao" in refused.text
    given = {"state": "unconfirmed", "revision": 2, "reason": "số liệu thử nghiệm"}
    assert hand.client.post("/api/v1/warnings/warning-yte/moves", json=given).json()["state"] == "unconfirmed"


def test_steps_that_are_not_there_or_not_ones_own_are_refused(life: Life) -> None:
    early = Hand(life, "yte").client.post("/warnings/warning-yte/handled", data={"revision": 1})
    stale = Hand(life, "yte").client.post("/warnings/warning-yte/acknowledged", data={"revision": 7})
    other = Hand(life, "an").client.post("/warnings/warning-yte/acknowledged", data={"revision": 1})
    assert (early.status_code, stale.status_code, other.status_code) == (409, 412, 403)
    with life.state.read() as tx:
        assert tx.warnings.get("warning-yte", SYSTEM).state is WarningState.NEW


def test_a_task_can_come_of_a_warning(life: Life) -> None:
    form = Hand(life, "ct").client.get("/tasks/new?link=warning&id=warning-yte&lead=so-y-te")
    assert "nói yte" in form.text
    wish = {"text": "Xử lý", "lead": HEALTH, "due": "01/12/2026", "link_kind": "warning", "link_id": "warning-yte"}
    made = Hand(life, "ct").post("/tasks/new", **wish)
    assert made.status_code == 303
    assert "Xử lý" in Hand(life, "ct").client.get("/warnings/warning-yte").text
