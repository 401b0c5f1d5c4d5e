"""Quality, contributions, forecasts and reasons as people and programs see them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from reports.kpi.forecasting import make
from reports.kpi.profile import Duty, UnitChoice
from soc.access import SYSTEM, RoleOfPerson
from soc.observation import NaturalKey
from soc.period import PeriodType
from soc.state.findings import NewFinding
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, a_life
from tests.unit.dashboards.test_figures import browser
from tests.unit.dashboards.test_hub import key
from tests.unit.reports.kpi.test_forecasting import give, slots
from tests.unit.reports.kpi.worlds import NOW, PROVINCE, a_world

OWED = Duty("documents_tasks", UnitChoice(ids=frozenset({FINANCE, HEALTH})))
WORLD = a_world(owes=(OWED,), patience=timedelta(days=2), services=("documents_tasks", "cyber_security"))
MONTHLY = WORLD.catalogue.kpis["monthly_total"]
BELOW_MONTH = "?month=2026-10-15"
REASON = {"reason": "no_software", "person": "Nguyễn Văn An", "on": "2026-11-02", "next_step": "mua phần mềm"}


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = a_life(tmp_path / "data", start=NOW, data=tmp_path / "data")
    made.services = replace(made.services, world=WORLD)
    made.person("an", "Nguyễn An", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    made.person("binh", "Trần Bình", (RoleOfPerson.UNIT_CONTACT, HEALTH))
    made.person("centre", "Lê Tâm", (RoleOfPerson.IT_CENTRE, "*"))
    made.person("leader", "Phan Chủ", (RoleOfPerson.LEADER, "*"))
    yield made
    made.state.close()


def text(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return answer.text


def test_the_four_scores_stand_with_the_lowest_of_them(life: Life) -> None:
    give(life.state, MONTHLY, slots(PeriodType.MONTH, 2), lambda number: number + 3, units=(FINANCE,))
    shown = text(browser(life, "leader"), f"/figures/quality{BELOW_MONTH}")
    for word in ("accurate", "whole", "consistent", "timely", "Honesty index", "Sở Tài chính", "0.0%"):
        assert word in shown
    assert "/figures/quality/so-tai-chinh/integrity" in shown


def test_each_score_opens_what_it_was_counted_from(life: Life) -> None:
    month = slots(PeriodType.MONTH, 1)[0]
    give(life.state, MONTHLY, [month], lambda _: 3, units=(FINANCE,))
    with life.state.write() as tx:
        told = {"vi": "tổng không khớp", "en": "parts do not add up"}
        figure = NaturalKey(MONTHLY.id, FINANCE, month)
        new = NewFinding("KPI-W-SUM-MISMATCH", figure, ("x",), told, FINANCE, "chị Lan", NOW + timedelta(days=3))
        tx.findings.open([new], at=month.begins + timedelta(days=3))
    client = browser(life, "centre")
    assert "parts do not add up" in text(client, f"/figures/quality/{FINANCE}/consistency{BELOW_MONTH}")
    assert "chị Lan" in text(client, f"/figures/quality/{FINANCE}/consistency{BELOW_MONTH}")
    assert "has not come" in text(client, f"/figures/quality/{FINANCE}/integrity{BELOW_MONTH}")
    assert client.get(f"/figures/quality/{FINANCE}/beauty").status_code == 404
    assert client.get("/figures/quality?month=1999-01-01").status_code == 404
    assert client.get("/figures/contributions?subsystem=nothing").status_code == 404


def test_a_unit_sees_itself_and_no_rank(life: Life) -> None:
    give(life.state, MONTHLY, slots(PeriodType.MONTH, 2), lambda number: number + 3)
    own, everybody = browser(life, "an"), browser(life, "leader")
    shown = text(own, f"/figures/contributions{BELOW_MONTH}")
    assert "Sở Tài chính" in shown
    assert "Sở Y tế" not in shown
    assert "Ranks are shown to those who see all units." in shown
    assert "1/2" in text(everybody, f"/figures/contributions{BELOW_MONTH}")
    assert own.get(f"/figures/quality/{HEALTH}/integrity").status_code == 404


def test_the_table_can_be_exported_and_begins_no_formula(life: Life) -> None:
    give(life.state, MONTHLY, slots(PeriodType.MONTH, 2), lambda number: number + 3)
    answer = browser(life, "leader").get(f"/figures/contributions.csv{BELOW_MONTH}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["ma_don_vi"] for row in rows] == [FINANCE, HEALTH]
    assert not [one for row in rows for one in row.values() if one.startswith(tuple("=+-@"))]
    assert {row["cach_gui"] for row in rows} <= {"", "tự động", "tệp", "biểu mẫu"}


def test_a_forecast_says_its_method_and_its_past_error(life: Life) -> None:
    give(life.state, MONTHLY, slots(PeriodType.MONTH, 40), lambda number: 10 + number % 12)
    make(life.state, WORLD, MONTHLY, NOW)
    client = browser(life, "leader")
    client.cookies.set("soc-language", "vi")
    shown = text(client, f"/figures/forecast/{MONTHLY.id}")
    assert "như cùng kỳ trước; sai số trung bình 0,0 (0,0% mức trung bình); khoảng dự báo đúng 100% trong" in shown
    assert 'class="line foreseen"' in shown
    answer = client.get(f"/ioc/v1/forecasts/{MONTHLY.id}").json()
    assert [one["value"] for one in answer["ahead"]][:2] == ["28", "30"]
    assert answer["record"]["held"] == answer["record"]["of"]
    assert client.get(f"/ioc/v1/forecasts/{MONTHLY.id}?unit={FINANCE}").json()["ahead"][0]["value"] == "14"


def test_a_short_series_says_so(life: Life) -> None:
    give(life.state, MONTHLY, slots(PeriodType.MONTH, 5), lambda number: number)
    client = browser(life, "leader")
    client.cookies.set("soc-language", "vi")
    assert "chưa đủ chuỗi số liệu để dự báo" in text(client, f"/figures/forecast/{MONTHLY.id}")
    assert client.get("/figures/forecast/nothing").status_code == 404
    assert "không dự báo" in text(client, "/figures/forecast/queue_now")


def test_the_province_is_not_foretold_to_a_unit(life: Life) -> None:
    give(life.state, MONTHLY, slots(PeriodType.MONTH, 40), lambda number: 10 + number % 12)
    make(life.state, WORLD, MONTHLY, NOW)
    client = browser(life, "an")
    assert client.get(f"/figures/forecast/{MONTHLY.id}?unit={PROVINCE}").status_code == 404
    assert client.get(f"/ioc/v1/forecasts/{MONTHLY.id}?unit={HEALTH}").status_code == 404
    assert "Sở Tài chính" in text(client, f"/figures/forecast/{MONTHLY.id}")


def test_who_answers_says_why_by_name_and_day(life: Life) -> None:
    """The finance department holds the function of documents; another unit may not speak for it."""
    own = browser(life, "an")
    assert own.post("/figures/reasons/documents_tasks", data=REASON).status_code == 303
    assert browser(life, "binh").post("/figures/reasons/documents_tasks", data=REASON).status_code == 404
    assert browser(life, "leader").post("/figures/reasons/documents_tasks", data=REASON).status_code == 403
    shown = text(browser(life, "leader"), "/figures/reasons")
    assert "no software yet" in shown
    assert "Nguyễn Văn An, 02/11/2026" in shown
    ready = browser(life, "leader").get("/ioc/v1/readiness").json()["items"][0]
    assert (ready["reason"], ready["given"]["by"]) == ("no_software", "Nguyễn Văn An")
    with life.state.read() as tx:
        acts = [entry for entry in tx.audit.page(SYSTEM) if entry.act == "kpi.readiness"]
    assert [(entry.object, entry.unit, entry.after["person"]) for entry in acts] == [
        ("documents_tasks", FINANCE, "Nguyễn Văn An")
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [("reason", "data_late"), ("on", "tomorrow"), ("on", "2027-01-01"), ("person", " "), ("deadline", "2026-01-01")],
)
def test_what_is_wrong_with_a_reason_is_told_at_its_field(life: Life, field: str, value: str) -> None:
    answer = browser(life, "centre").post("/figures/reasons/documents_tasks", data=REASON | {field: value})
    assert answer.status_code == 422
    assert "documents_tasks" in answer.text
    with life.state.read() as tx:
        assert tx.readiness.in_force(SYSTEM) == {}


def test_a_program_says_it_for_its_own_subsystems_only(life: Life) -> None:
    headers, client = key(life, "kpi:write:cyber_security", unit=FINANCE), browser(life, "centre")
    client.cookies.clear()
    refused = client.post("/ioc/v1/readiness/documents_tasks/reasons", json=REASON, headers=headers)
    assert refused.status_code == 404
    assert client.post("/ioc/v1/readiness/cyber_security/reasons", json=REASON, headers=headers).status_code == 201
    history = browser(life, "centre").get("/ioc/v1/readiness/cyber_security/reasons").json()["items"]
    assert [(one["reason"], one["person"]) for one in history] == [("no_software", "Nguyễn Văn An")]
