"""The board of leaders: sums of one's own units, hatched where nobody knows; page, JSON and picture agree."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from soc.access import ROOT, RoleOfPerson
from soc.state.source_table import Source
from soc.state.tables.sources import SourceState
from soc.unit import Unit, UnitTree
from tests.unit.dashboards.life import FINANCE, HEALTH, UNITS, Life, app_of, some_alerts, some_beats


@pytest.fixture
def leader(life: Life) -> TestClient:
    """The browser of a leader of the province, in which something is heard."""
    life.person("chu", "Nguyễn Văn Chủ", (RoleOfPerson.LEADER, ROOT))
    life.raise_alerts(some_alerts())
    now = life.clock.now()
    with life.state.write() as tx:
        tx.sources.add(Source("fw", "Tường lửa", now, unit=FINANCE, state=SourceState.ACTIVE))
        tx.sources.saw({"fw": now})
    life.services = replace(life.services, beats=lambda: some_beats(life))
    return client(life, "chu")


def client(life: Life, account: str) -> TestClient:
    made = TestClient(app_of(life.services), follow_redirects=False, headers={"Sec-Fetch-Site": "same-origin"})
    made.cookies.set("soc-local", life.session(account))
    return made


def test_the_board_shows_eight_tiles_with_age_owner_and_sentence(leader: TestClient) -> None:
    page = leader.get("/tiles").text
    assert page.count('class="tile ') == 8
    assert "Cảnh báo nghiêm trọng đang mở" in page
    assert "Ca trực giám sát" in page
    assert page.count("chưa có số liệu") >= 4
    assert "Đơn vị có ít nhất một nguồn" in page or "đơn vị có ít nhất một nguồn" in page


def test_a_leader_sees_no_heads_of_alerts(leader: TestClient) -> None:
    page = leader.get("/tiles").text
    assert "203.0.113.45" not in page
    assert "/alerts/" not in page
    assert leader.get("/alerts").status_code == 403


def test_the_api_says_what_the_page_says(leader: TestClient) -> None:
    rows = {row["kpi_id"]: row for row in leader.get("/api/v1/tiles").json()}
    assert len(rows) == 8
    assert rows["alerts_open_by_severity"]["value"] == 1
    assert rows["units_monitored_rate"]["numerator"] == 1
    assert rows["botnet_addresses"]["value"] is None
    assert rows["botnet_addresses"]["freshness"] == "never"
    one = leader.get("/api/v1/tiles/alerts_open_by_severity").json()
    assert one == rows["alerts_open_by_severity"]
    assert leader.get("/api/v1/tiles/none").status_code == 404


def test_a_leader_of_one_unit_is_told_of_no_other(life: Life, leader: TestClient) -> None:
    life.person("yte", "Lãnh đạo Sở Y tế", (RoleOfPerson.LEADER, HEALTH))
    page = client(life, "yte").get("/tiles").text
    assert "Sở Tài chính" not in page.split("<main")[1]
    rows = {row["kpi_id"]: row for row in client(life, "yte").get("/api/v1/tiles").json()}
    assert rows["alerts_open_by_severity"]["value"] is None


@pytest.mark.parametrize("kpi", ["alerts_open_by_severity", "botnet_addresses", "units_monitored_rate"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_tile_is_a_picture_that_needs_nothing_else(leader: TestClient, kpi: str, language: str) -> None:
    leader.cookies.set("soc-language", language)
    answer = leader.get(f"/api/v1/tiles/{kpi}.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(answer.text)
    names = {element.tag.split("}")[1] for element in root.iter()}
    assert "script" not in names
    assert "style" not in answer.text
    assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")


def test_an_administrator_sees_no_tiles(life: Life, leader: TestClient) -> None:
    life.person("quan", "Quản trị", (RoleOfPerson.ADMIN, ROOT))
    assert client(life, "quan").get("/tiles").status_code == 403


def test_units_stand_below_the_tiles_the_worst_first(life: Life, leader: TestClient) -> None:
    life.person("hai", "Nguyễn Văn Hải", (RoleOfPerson.UNIT_CONTACT, FINANCE))
    rows = leader.get("/api/v1/tiles/units").json()
    assert [row["unit"] for row in rows[:2]] == [FINANCE, HEALTH]
    finance, health = rows[:2]
    assert (finance["critical"], finance["high"], finance["untaken"]) == (1, 0, 1)
    assert (finance["sources_live"], finance["sources_expected"]) == (1, 1)
    assert finance["contacts"] == ["Nguyễn Văn Hải"]
    assert (health["high"], health["sources_expected"], health["contacts"]) == (2, 0, [])
    table = leader.get("/tiles").text.split('class="card units"')[1]
    assert table.index("Sở Tài chính") < table.index("Sở Y tế")
    assert "Nguyễn Văn Hải" in table
    assert "chưa có nguồn" in table
    assert "/alerts" not in table


def test_a_unit_of_which_nothing_is_heard_has_no_figure(life: Life, leader: TestClient) -> None:
    life.services = replace(life.services, beats=tuple)
    unheard = client(life, "chu").get("/api/v1/tiles/units").json()
    assert {row["unit"]: row["critical"] for row in unheard}[FINANCE] == 1
    life.services = replace(life.services, units=UnitTree([*UNITS.units.values(), Unit("xa", "Xã Mới", parent="tinh")]))
    found = {row["unit"]: row for row in client(life, "chu").get("/api/v1/tiles/units").json()}
    assert found["xa"]["critical"] is None
    assert found["xa"]["oldest_untaken"] is None


def test_rows_of_units_are_those_of_the_scope_alone(life: Life, leader: TestClient) -> None:
    life.person("yte", "Lãnh đạo Sở Y tế", (RoleOfPerson.LEADER, HEALTH))
    assert [row["unit"] for row in client(life, "yte").get("/api/v1/tiles/units").json()] == [HEALTH]
    assert "card units" not in client(life, "yte").get("/tiles").text
