from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dashboards.meeting.freezing import rows_by_key
from soc.access import ROOT, SYSTEM, RoleOfPerson
from soc.observation import NaturalKey, Observation, Status
from soc.period import PeriodType, Reporting, period_of
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, a_life
from tests.unit.dashboards.test_tasks import Hand
from tests.unit.reports.kpi.test_board import a_world

KPI, SERVICE = "task_overdue_open", "documents_tasks"
DAY = timedelta(days=1)


def figures(life: Life, value: int, *, at: datetime, revision: int = 0, days: int = 1) -> None:
    """Of both departments, the last days before yesterday's included."""
    made = []
    for back in range(days):
        day = period_of(PeriodType.DAY, (life.clock.now() - (back + 1) * DAY).date(), Reporting.ADMIN)
        for unit in (FINANCE, HEALTH):
            key = NaturalKey(KPI, unit, day)
            name = f"{unit}:{day.key}:{revision}"
            made.append(Observation(name, key, Decimal(value + back), Status.OFFICIAL, revision))
    with life.state.write() as tx:
        tx.observations.add(made, batch=f"b{revision}", sender="vanban", at=at)


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = a_life(tmp_path, demo=True)
    made.services = replace(made.services, world=a_world(units=(FINANCE, HEALTH)))
    made.person("tt", "Trung tâm", (RoleOfPerson.IT_CENTRE, ROOT))
    made.person("ct", "Chủ tịch", (RoleOfPerson.LEADER, ROOT))
    made.person("yte", "Đầu mối Y tế", (RoleOfPerson.UNIT_CONTACT, HEALTH))
    figures(made, 12, at=made.clock.now() - timedelta(hours=6), days=10)
    yield made
    made.state.close()


def prepared(life: Life, **more: Any) -> str:
    wish = {"unit": ROOT, "title": "Giao ban tháng 11", "at": "24/11/2026 14:00", "as_of": "24/11/2026 08:00"}
    answer = Hand(life, "tt").client.post("/meetings/new", data=wish | {"tiles": [f"{SERVICE}:{KPI}"]} | more)
    assert answer.status_code == 303, re.findall(r'class="fault"[^>]*>([^<]*)', answer.text)
    return str(answer.headers["location"]).removeprefix("/meetings/").partition("?")[0]


def decided(life: Life, meeting: str, **more: Any) -> Any:
    wish = {"text": "Giải quyết dứt điểm", "lead": HEALTH, "due": "01/12/2026", "position": "1"}
    return Hand(life, "ct").client.post(f"/meetings/{meeting}/decisions", data=wish | more)


def test_a_frozen_figure_stays_what_it_was_and_equals_the_hub(life: Life) -> None:
    meeting = prepared(life)
    figures(life, 40, at=life.clock.now(), revision=1)
    hand = Hand(life, "ct")
    (tile,) = hand.client.get(f"/api/v1/meetings/{meeting}").json()["tiles"]
    asked = {"kpi": KPI, "as_of": "2026-11-24T08:00:00+07:00", "period_from": "2026-11-23"}
    known = hand.client.get("/ioc/v1/observations", params=asked).json()["items"]
    assert sorted(one["observation_id"] for one in known) == sorted(tile["origin"]["observations"])
    assert sum(Decimal(one["value"]) for one in known) == Decimal(tile["value"]) == 24
    page = hand.client.get(f"/meetings/{meeting}/show?n=1").text
    assert "số liệu lúc 08:00 ngày 24/11/2026" in page
    assert 'data-value="24"' in page
    beside = hand.client.get(f"/meetings/{meeting}/show?n=1&live=1").text
    assert "TRỰC TIẾP" in beside
    assert 'data-value="24"' in beside
    assert re.search(r'class="live-tile">.*?<span class="figure">80', beside, re.DOTALL)


def test_the_package_is_one_file_without_an_address(life: Life) -> None:
    meeting = prepared(life)
    answer = Hand(life, "ct").client.get(f"/meetings/{meeting}/package")
    assert answer.headers["content-disposition"] == 'attachment; filename="HOP-0001.html"'
    text = answer.text
    assert len(answer.content) < 2_000_000
    assert 'data-value="24"' in text
    assert "SỐ LIỆU MÔ PHỎNG" in text
    assert not re.findall(r'(?:src|href)="(?!#)', text)
    assert not re.findall(r"url\((?!data:|#)", text)
    assert "http" not in re.sub(r"data:[^)]*", "", text).replace("http-equiv", "")


def test_a_decision_becomes_a_task_and_opens_the_next_meeting(life: Life) -> None:
    first = prepared(life)
    assert decided(life, first).status_code == 303
    with life.state.read() as tx:
        (task,) = tx.tasks.all(SYSTEM)
    assert (task.lead, task.link and task.link.id) == (HEALTH, first)
    assert "Giải quyết dứt điểm" in Hand(life, "ct").client.get(f"/meetings/{first}/show?n=1").text
    life.clock.advance(10 * DAY)
    second = prepared(life, title="Giao ban tháng 12", at="04/12/2026 14:00", as_of="04/12/2026 08:00")
    opening = Hand(life, "ct").client.get(f"/meetings/{second}/show").text
    assert "Giải quyết dứt điểm" in opening
    assert "quá hạn" in opening
    assert "HOP-0001" in opening
    slide = Hand(life, "ct").client.get(f"/meetings/{second}/show?n=1").text
    assert "Giải quyết dứt điểm" in slide


def test_only_leaders_decide_and_only_the_it_centre_prepares(life: Life) -> None:
    meeting = prepared(life)
    assert Hand(life, "ct").client.get("/meetings/new").status_code == 403
    wish = {"text": "x", "lead": HEALTH, "due": "01/12/2026"}
    assert Hand(life, "tt").client.post(f"/meetings/{meeting}/decisions", data=wish).status_code == 403
    assert Hand(life, "yte").client.get(f"/meetings/{meeting}").status_code == 404
    assert Hand(life, "ct").client.post(f"/meetings/{meeting}/freeze", data={"as_of": "x"}).status_code == 403


def test_frozen_anew_the_former_set_is_kept(life: Life) -> None:
    meeting = prepared(life)
    figures(life, 40, at=life.clock.now() - timedelta(minutes=30), revision=1)
    answer = Hand(life, "tt").client.post(f"/meetings/{meeting}/freeze", data={"as_of": "24/11/2026 11:45"})
    assert answer.status_code == 303
    (tile,) = Hand(life, "ct").client.get(f"/api/v1/meetings/{meeting}").json()["tiles"]
    assert Decimal(tile["value"]) == 80
    with life.state.read() as tx:
        now = tx.meetings.get(meeting, SYSTEM)
        was = tx.meetings.tiles(replace(now, revision=1), SYSTEM)
    assert Decimal(was[0].content["value"]) == 24


def test_after_its_end_nothing_is_changed(life: Life) -> None:
    meeting = prepared(life)
    assert Hand(life, "tt").client.post(f"/meetings/{meeting}/end").status_code == 303
    assert decided(life, meeting).status_code == 409
    assert (
        Hand(life, "tt").client.post(f"/meetings/{meeting}/freeze", data={"as_of": "24/11/2026 09:00"}).status_code
        == 409
    )


def test_every_fault_is_told_at_once(life: Life) -> None:
    empty = Hand(life, "tt").client.post("/api/v1/meetings", json={
        "unit": "khong-co", "title": " ", "at": "hôm nào", "as_of": "2026-11-25T08:00", "tiles": [],
    })  # fmt: skip
    assert {one["field"] for one in empty.json()["errors"]} == {"unit", "title", "at", "as_of", "tiles"}
    meeting = prepared(life)
    wrong = decided(life, meeting, text="", lead="", due="28/11/2026", position="9")
    assert wrong.status_code == 422
    assert set(re.findall(r'id="(\w+)-fault"', wrong.text)) == {"text", "lead", "due", "position"}


def test_a_decision_that_is_refused_leaves_no_task(life: Life) -> None:
    meeting = prepared(life)
    assert decided(life, meeting, position="7").status_code == 422
    with life.state.read() as tx:
        assert tx.tasks.all(SYSTEM) == ()


def test_the_papers_of_twenty_figures_stay_small(life: Life) -> None:
    rows = list(rows_by_key(life.services))[:20]
    meeting = prepared(life, tiles=rows)
    answer = Hand(life, "ct").client.get(f"/meetings/{meeting}/package")
    assert answer.text.count("data-tile=") == 20
    assert len(answer.content) < 300_000
