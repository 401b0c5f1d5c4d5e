from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.task import TaskState
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, a_life, app_of

SAME = {"Sec-Fetch-Site": "same-origin"}
WISH = {"text": "Rà soát hồ sơ quá hạn", "lead": HEALTH, "helpers": FINANCE, "due": "01/12/2026"}


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = a_life(tmp_path, data=tmp_path)
    made.person("ct", "Chủ tịch", (RoleOfPerson.LEADER, ROOT))
    made.person("tt", "Trung tâm", (RoleOfPerson.IT_CENTRE, ROOT))
    made.person("yte", "Đầu mối Y tế", (RoleOfPerson.UNIT_CONTACT, HEALTH))
    made.person("tc", "Đầu mối Tài chính", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    yield made
    made.state.close()


class Hand:
    """Somebody at the pages and the API."""

    def __init__(self, life: Life, account: str) -> None:
        self.client = TestClient(app_of(life.services), follow_redirects=False, headers=SAME)
        self.client.cookies.set("soc-local", life.session(account))

    def post(self, path: str, **data: Any) -> Any:
        files = {name: data.pop(name) for name in ("file",) if name in data}
        return self.client.post(path, data=data, files=files or {"none": ("", b"")})

    def task(self, task_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/api/v1/tasks/{task_id}").json()
        return found


def assigned(life: Life, account: str = "ct", **more: str) -> str:
    made = Hand(life, account).post("/tasks/new", **WISH | more)
    assert made.status_code == 303, made.text
    return str(made.headers["location"]).removeprefix("/tasks/").partition("?")[0]


def test_a_task_is_given_answered_and_confirmed(life: Life) -> None:
    task_id = assigned(life)
    unit = Hand(life, "yte")
    for number, move in enumerate(("accept", "begin"), 1):
        assert unit.post(f"/tasks/{task_id}/{move}", revision=number).status_code == 303
    told = unit.post(
        f"/tasks/{task_id}/report", revision=3, answer="Đã xong", file=("báo cáo.pdf", b"%PDF-1.7 x", "application/pdf")
    )
    assert told.status_code == 303, told.text
    page = Hand(life, "ct").client.get(f"/tasks/{task_id}")
    assert "Xác nhận hoàn thành" in page.text
    assert "báo cáo.pdf" in page.text
    file = Hand(life, "ct").client.get(f"/tasks/{task_id}/file")
    assert file.content == b"%PDF-1.7 x"
    assert file.headers["content-disposition"].startswith("attachment")
    assert Hand(life, "ct").post(f"/tasks/{task_id}/complete", revision=4).status_code == 303
    with life.state.read() as tx:
        assert tx.tasks.get(task_id, SYSTEM).state is TaskState.DONE
        assert [event.kind for event in tx.tasks.history(task_id, SYSTEM)][-1] == "complete"


def test_a_helper_sees_it_and_may_do_nothing(life: Life) -> None:
    task_id = assigned(life)
    helper = Hand(life, "tc")
    assert helper.client.get(f"/tasks/{task_id}").status_code == 200
    assert helper.post(f"/tasks/{task_id}/accept", revision=1).status_code == 403
    alone = assigned(life, helpers="")
    assert helper.client.get(f"/tasks/{alone}").status_code == 404
    assert helper.post(f"/tasks/{alone}/accept", revision=1).status_code == 404


def test_only_the_assigner_cancels_and_the_operator_may_return(life: Life) -> None:
    task_id = assigned(life)
    assert Hand(life, "tt").post(f"/tasks/{task_id}/cancel", revision=1, reason="không cần nữa").status_code == 409
    assert Hand(life, "ct").post(f"/tasks/{task_id}/cancel", revision=1, reason="").status_code == 422
    assert Hand(life, "ct").post(f"/tasks/{task_id}/cancel", revision=1, reason="không cần nữa").status_code == 303


def test_every_fault_of_a_new_task_is_told_at_once(life: Life) -> None:
    answer = Hand(life, "ct").client.post("/api/v1/tasks", json={"text": " ", "lead": "x", "due": "28/11/2026"})
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"text", "lead", "due"}  # a Saturday
    kept = Hand(life, "ct").post("/tasks/new", text="Việc còn lại", lead="", due="hôm nào")
    assert kept.status_code == 422
    assert "Việc còn lại" in kept.text


def test_a_unit_outside_the_scope_is_given_nothing(life: Life) -> None:
    life.person("gd", "Giám đốc Sở Tài chính", (RoleOfPerson.LEADER, FINANCE))
    answer = Hand(life, "gd").post("/tasks/new", **WISH)
    assert answer.status_code == 422
    assert 'id="lead-fault"' in answer.text


def test_an_overdue_task_stands_first_and_in_its_list(life: Life) -> None:
    late = assigned(life, due="25/11/2026 08:00")
    assigned(life, text="Việc khác")
    life.clock.advance(timedelta(days=3))
    found = Hand(life, "ct").client.get("/api/v1/tasks").json()
    assert [(one["id"] == late, one["overdue"]) for one in found] == [(True, True), (False, False)]
    page = Hand(life, "ct").client.get("/tasks?state=overdue")
    assert "Rà soát hồ sơ quá hạn" in page.text
    assert "Việc khác" not in page.text


def test_filters_tell_lead_from_helper(life: Life) -> None:
    assigned(life)
    hand = Hand(life, "ct")
    assert "Rà soát" in hand.client.get(f"/tasks?of={FINANCE}&part=helps").text
    assert "Rà soát" not in hand.client.get(f"/tasks?of={FINANCE}&part=lead").text


def test_a_file_over_ten_mebibytes_is_refused(life: Life) -> None:
    task_id = assigned(life)
    unit = Hand(life, "yte")
    for number, move in enumerate(("accept", "begin"), 1):
        unit.post(f"/tasks/{task_id}/{move}", revision=number)
    big = ("to.bin", bytes(10 * 1024**2 + 1), "application/octet-stream")
    answer = unit.post(f"/tasks/{task_id}/report", revision=3, answer="x", file=big)
    assert answer.status_code == 422
    assert unit.task(task_id)["state"] == "in_progress"


def test_a_state_secret_is_not_stored(life: Life) -> None:
    answer = Hand(life, "ct").post("/tasks/new", **WISH | {"text": "Độ mật: TUYỆT MẬT"})
    assert answer.status_code == 422
    with life.state.read() as tx:
        assert tx.tasks.all(SYSTEM) == ()


def test_tasks_go_to_the_document_system_and_its_number_comes_back(life: Life) -> None:
    task_id = assigned(life, text="=1+1 rà soát")
    found = Hand(life, "yte").client.get("/tasks/export")
    assert "'=1+1 rà soát" in found.text
    assert "NV-000001" in found.text
    body = {"reference": "125/UBND-TH", "revision": 1}
    assert Hand(life, "yte").client.post(f"/api/v1/tasks/{task_id}/reference", json=body).status_code == 403
    kept = Hand(life, "tt").client.post(f"/api/v1/tasks/{task_id}/reference", json=body)
    assert kept.json()["reference"] == "125/UBND-TH"
    assert "125/UBND-TH" in Hand(life, "ct").client.get(f"/tasks/{task_id}").text
    assert Hand(life, "tt").client.post(f"/api/v1/tasks/{task_id}/reference", json=body).status_code == 412
