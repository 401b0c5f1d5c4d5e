"""Handing figures in by hand: template, file, form; held values and findings as pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from reports.kpi.profile import Duty, UnitChoice
from soc.access import SYSTEM, RoleOfPerson
from soc.observation import Known
from soc.state.findings import WantedFindings
from soc.state.observation_rows import Wanted
from tests.unit.dashboards.life import FINANCE, HEALTH, ORIGIN, Life, a_life, app_of
from tests.unit.dashboards.test_hub import key, push
from tests.unit.reports.kpi.hostile_sheets import FILES, LINE, a_csv
from tests.unit.reports.kpi.worlds import NOW, a_world, an_item

DUTIES = (Duty("documents_tasks", UnitChoice(ids=frozenset({FINANCE, HEALTH}))),)
FORM = f"/figures/form?unit={FINANCE}&subsystem=documents_tasks&kind=day&day=2026-11-23"
SAME = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = a_life(tmp_path / "data", start=NOW, data=tmp_path / "data")
    made.services = replace(made.services, world=a_world(owes=DUTIES))
    made.person("an", "Nguyễn An", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    made.person("leader", "Lãnh đạo", (RoleOfPerson.LEADER, FINANCE))
    yield made
    made.state.close()


def browser(life: Life, account: str = "an") -> TestClient:
    client = TestClient(app_of(life.services), follow_redirects=False, headers=SAME, raise_server_exceptions=True)
    client.cookies.set("soc-local", life.session(account))
    client.cookies.set("soc-language", "en")
    return client


def known(life: Life) -> list[Known]:
    with life.state.read() as tx:
        return list(tx.observations.in_force(SYSTEM, Wanted()))


def upload(client: TestClient, data: bytes, **words: str) -> Any:
    return client.post("/figures/upload", files={"file": ("x.csv", data)}, data=words)


def test_a_file_is_shown_row_by_row_before_it_is_stored(life: Life) -> None:
    client = browser(life)
    other = LINE.replace("2026-11-23", "2026-11-22").replace("doc_total", "doc_totals")
    looked = upload(client, a_csv(LINE, other))

    assert looked.status_code == 200
    assert "did you mean &#39;doc_total&#39;" in looked.text
    assert known(life) == []
    token = re.search(r'action="/figures/upload/([^"]+)"', looked.text)
    assert token is not None
    stored = client.post(f"/figures/upload/{token[1]}", data={"style": "vi"})
    again = client.post(f"/figures/upload/{token[1]}", data={"style": "vi"})
    assert (stored.status_code, again.status_code) == (200, 200)
    one = known(life)[0].observation
    assert (str(one.value), one.note["provenance"]["method"], one.note["provenance"]["approved_by"]) == (
        "10",
        "file",
        "an",
    )
    assert "not changed" in again.text
    assert len(known(life)) == 1


def test_a_file_of_another_person_is_not_found(life: Life) -> None:
    token = re.search(r'action="/figures/upload/([^"]+)"', upload(browser(life), a_csv(LINE)).text)
    assert token is not None
    life.person("binh", "Bình", (RoleOfPerson.UNIT_CONTACT, FINANCE))

    assert browser(life, "binh").post(f"/figures/upload/{token[1]}").status_code == 404


def test_figures_of_another_unit_are_refused_row_by_row(life: Life) -> None:
    answer = upload(browser(life), a_csv(LINE.replace(FINANCE, HEALTH)))

    assert "does not speak for" in answer.text
    assert "No row of this file can be stored." in answer.text


@pytest.mark.parametrize("name", ["old xls", "with macros", "zip bomb", "windows-1258", "too large", "entity bomb"])
def test_a_hostile_file_is_refused_with_a_page(life: Life, name: str) -> None:
    answer = upload(browser(life), FILES[name][0]())

    assert answer.status_code == 422
    assert "file-fault" in answer.text


def test_a_form_without_a_file_is_refused_with_a_page(life: Life) -> None:
    client = browser(life)

    assert client.post("/figures/upload", data={"style": "vi"}).status_code == 422
    broken = client.post("/figures/upload", content=b"--x", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert broken.status_code == 422


def test_the_template_asks_for_what_the_unit_owes(life: Life) -> None:
    client = browser(life)
    page = client.get("/figures/upload")
    address = re.search(r'href="(/figures/template.xlsx[^"]*kind=day[^"]*)"', page.text)
    assert address is not None
    answer = client.get(address[1].replace("&amp;", "&"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]

    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == ["doc_total", "on_time_rate", "median_hours"]
    assert {row[1].value for row in sheet.iter_rows(min_row=3)} == {FINANCE}
    foreign = address[1].replace("&amp;", "&").replace(FINANCE, HEALTH)
    assert client.get(foreign).status_code == 404


def test_the_form_stores_what_is_typed_and_shows_what_was_before(life: Life) -> None:
    push(browser(life), key(life), an_item(value="8", day="2026-11-20"))
    client = browser(life)
    assert ">8<" in client.get(FORM).text

    wrong = client.post(FORM, data={"value-1": "12,5x"})
    half = client.post(FORM, data={"value-2": "90", "numerator-2": "9"})
    assert (wrong.status_code, half.status_code) == (422, 422)
    assert "is no number" in wrong.text
    assert "the denominator is required" in half.text
    assert len(known(life)) == 1

    good = client.post(FORM, data={"value-1": "1,012", "value-2": "90", "numerator-2": "9", "denominator-2": "10"})
    assert good.status_code == 200
    assert sorted(str(one.observation.value) for one in known(life)) == ["1012", "8", "90"]
    changed = client.post(FORM, data={"value-1": "1,013"})
    said = client.post(FORM, data={"value-1": "1,013", "reason-1": "đếm thiếu một"})
    assert (changed.status_code, said.status_code) == (422, 200)


def test_a_jump_in_the_form_asks_for_its_reason_and_then_counts(life: Life) -> None:
    client = browser(life)
    push(client, key(life), *(an_item(value="100", day=f"2026-10-{day:02d}") for day in range(1, 32)))
    for day in range(2, 21):
        push(client, key(life), an_item(value="100", day=f"2026-11-{day:02d}"), number=100 + day)

    assert client.post(FORM, data={"value-1": "900"}).status_code == 422
    assert client.post(FORM, data={"value-1": "900", "reason-1": "đợt cao điểm"}).status_code == 200
    assert "900" in [str(one.observation.value) for one in known(life)]


def held(life: Life) -> TestClient:
    client = browser(life)
    push(client, key(life), *(an_item(value="100", day=f"2026-10-{day:02d}") for day in range(1, 32)))
    push(client, key(life), an_item(value="900", day="2026-11-02"), number=2)
    return client


def test_a_held_value_is_confirmed_on_its_page(life: Life) -> None:
    client = held(life)
    page = client.get("/figures/held").text
    action = re.search(r'action="(/figures/held/\d+/confirm)"', page)
    assert action is not None
    assert "KPI-W-JUMP" in page

    assert client.post(action[1], data={"reason": "x"}).status_code == 422
    assert client.post(action[1], data={"reason": "lễ khai trương"}).status_code == 303
    assert "No figure waits" in client.get("/figures/held").text
    assert "No finding waits" in client.get("/figures/findings").text


def test_a_finding_is_answered_on_its_page(life: Life) -> None:
    client = held(life)
    with life.state.read() as tx:
        number = tx.findings.page(SYSTEM, WantedFindings())[0].id

    assert "is unlike the" in client.get("/figures/findings").text
    answer = {"answer": "rule_wrong", "text": "đợt cao điểm mỗi năm"}
    assert client.post(f"/figures/findings/{number}/answer", data=answer).status_code == 303
    assert "đợt cao điểm mỗi năm" in client.get("/figures/findings?show=all").text


def test_a_leader_reads_but_does_not_answer(life: Life) -> None:
    held(life)
    leader = browser(life, "leader")

    assert "KPI-W-JUMP" in leader.get("/figures/held").text
    assert "confirm" not in re.findall(r'action="[^"]*confirm', leader.get("/figures/held").text)
    assert leader.get("/figures/upload").status_code == 403
