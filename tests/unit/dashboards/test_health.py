"""The conservation law on a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from dashboards.app import create_app
from dashboards.health.balance import hours_of, state_of
from dashboards.services import Beat, Services
from soc.access import RoleOfPerson
from soc.state.accounting import Count, Fate, LedgerRow
from soc.state.keys import METRICS_READ
from soc.state.source_table import Source
from soc.state.tables.sources import SourceState
from tests.builders import NOON
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, some_beats, some_traffic

IDLE = Beat("normalise", NOON, {"live": 9}, {"live": 9})
HOUR = timedelta(hours=1)


def served(life: Life, services: Services, account: str = "an.nt") -> TestClient:
    client = TestClient(create_app(services), follow_redirects=False)
    client.cookies.set("soc-local", life.session(account))
    return client


def row(**fields: Any) -> LedgerRow:
    return LedgerRow("a", **fields)


@pytest.mark.parametrize(
    ("row", "busy", "state"),
    [
        (row(), False, "unknown"),
        (row(received=5, stored=5), False, "ok"),
        (row(received=5, stored=4, dropped={"full": 1}), False, "late"),
        (row(received=5, stored=4), None, "unknown"),
        (row(received=5, stored=4), True, "late"),
        (row(received=5, stored=4), False, "failed"),
    ],
)
def test_an_hour_is_judged_by_its_sums(row: LedgerRow, busy: bool | None, state: str) -> None:
    (hour,) = hours_of({NOON: row}, [NOON])
    assert state_of(hour, busy=busy) == state


def test_what_is_on_its_way_in_the_present_hour_is_no_fault() -> None:
    (hour,) = hours_of({NOON: row(received=5, stored=4)}, [NOON])
    assert state_of(hour, busy=True, present=True) == "ok"
    assert state_of(hour, busy=False, present=True) == "failed"


def test_what_is_judged_in_the_next_hour_is_missing_in_none() -> None:
    hours = [NOON, NOON + HOUR, NOON + 2 * HOUR]
    rows = {NOON: row(received=10, stored=9), NOON + HOUR: row(received=10, stored=11), hours[2]: row(received=1)}
    assert [hour.missing for hour in hours_of(rows, hours)] == [0, 0, 1]


def test_what_was_received_before_the_first_hour_is_no_surplus() -> None:
    hours = [NOON, NOON + HOUR]
    rows = {NOON: row(received=10, stored=13), NOON + HOUR: row(received=4, stored=4)}
    assert [hour.missing for hour in hours_of(rows, hours)] == [0, 0]


def test_a_loss_is_told_at_the_hour_in_which_it_began() -> None:
    hours = [NOON + n * HOUR for n in range(4)]
    rows = {at: row(received=10, stored=10) for at in hours} | {hours[1]: row(received=10, stored=3)}
    assert [hour.missing for hour in hours_of(rows, hours)] == [0, 7, 0, 0]


def test_the_page_adds_up(life: Life) -> None:
    some_traffic(life)
    page = served(life, replace(life.services, beats=lambda: some_beats(life))).get("/health").text

    assert "793.198" in page
    assert "bad_frame" in page
    assert "đang xử lý" in page
    assert "Chuẩn hóa" in page


def test_a_quiet_loop_and_no_loop_are_said(life: Life) -> None:
    old = Beat("keep", NOON - timedelta(minutes=5), {"event": 1}, {"event": 1})

    assert '"mark failed"' in served(life, replace(life.services, beats=lambda: (old,))).get("/health").text
    assert "Không biết các khâu" in served(life, life.services).get("/health").text


def test_the_api_has_the_same_figures(life: Life) -> None:
    some_traffic(life)

    body = served(life, replace(life.services, beats=lambda: some_beats(life))).get("/api/v1/health").json()

    flow = next(line for line in body["sources"] if line["source"] == "netflow")
    law = flow["stored"] + flow["quarantined"] + flow["dropped"] + flow["missing"]
    assert flow["received"] == law == 512_660
    assert {loop["role"]: loop["behind"] for loop in body["loops"]}["normalise"] == 21


def test_a_unit_sees_its_own_sources_only(life: Life) -> None:
    some_traffic(life)
    life.person("lam.ht", "Hồ Thị Lam", (RoleOfPerson.UNIT_CONTACT, FINANCE))

    body = served(life, life.services, "lam.ht").get("/api/v1/health").json()

    assert [line["source"] for line in body["sources"]] == ["fortigate"]


def test_what_does_not_add_up_stands_first_and_names_stand_before_ids(life: Life) -> None:
    some_traffic(life)
    now = life.clock.now()
    with life.state.write() as tx:
        tx.sources.add(Source("netflow", "Luồng mạng", now, unit=HEALTH, state=SourceState.ACTIVE))

    page = served(life, replace(life.services, beats=lambda: (IDLE,))).get("/health").text

    assert page.index("Luồng mạng") < page.index("dc01")
    assert "Luồng mạng</a>" in page
    assert "Luồng mạng thiếu 21 bản ghi" in page


def test_the_books_come_as_a_file_that_no_spreadsheet_runs(life: Life) -> None:
    some_traffic(life)
    with life.state.write() as tx:
        tx.sources.add(Source("netflow", "=cmd()", life.clock.now(), unit=HEALTH, state=SourceState.ACTIVE))

    answer = served(life, life.services).get("/health/balance.csv")

    lines = answer.text.splitlines()
    assert answer.headers["content-type"].startswith("text/csv")
    assert "netflow,'=cmd(),2026-11-24T12:00:00+07:00,512660,512389,0,250,21" in lines
    assert any(line.startswith("netflow,") and line.endswith(",,,,,") for line in lines)


def test_the_books_turn_pages_and_are_fetched_again_alone(life: Life) -> None:
    now = life.clock.now()
    rows = [Count(f"s{n:02}", now, fate, 1, unit=FINANCE) for n in range(40) for fate in (Fate.RECEIVED, Fate.STORED)]
    with life.state.write() as tx:
        tx.accounting.note(rows)
    client = served(life, life.services)
    first, second = client.get("/health").text, client.get("/health?start=30").text
    assert ("s29" in first, "s30" in first, "s30" in second, "s29" in second) == (True, False, True, False)
    part = client.get("/health?start=30", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "s39" in part


def test_a_late_loop_and_a_failing_one_say_what_to_do(life: Life) -> None:
    slow = Beat("detect", NOON, figures={"lag_p95": 42.0}, rss_kib=2048)
    stuck = Beat("keep", NOON, failure="disk is full")

    page = served(life, replace(life.services, beats=lambda: (slow, stuck))).get("/health").text

    assert "chậm 42.0 giây" in page
    assert "disk is full" in page
    assert "Dọn ổ đĩa" in page


def test_metrics_need_a_key_and_parse(life: Life) -> None:
    some_traffic(life)
    with life.state.write() as tx:
        key = tx.keys.make("prom", [METRICS_READ], by="tt", at=life.clock.now())
        other = tx.keys.make("alerts", ["alerts:read"], by="tt", at=life.clock.now())
    client = TestClient(create_app(replace(life.services, beats=lambda: some_beats(life))), follow_redirects=False)

    assert client.get("/metrics").status_code in (303, 401)
    assert client.get("/metrics", headers={"Authorization": f"Bearer {other}"}).status_code == 403
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {key}"})

    found = {sample.name: sample for family in text_string_to_metric_families(answer.text) for sample in family.samples}
    assert found["soc_records_total"].value > 0
    assert found["soc_loop_waiting_records"].labels == {"loop": "detect"}
    assert {"soc_sources", "soc_alerts", "soc_loop_memory_bytes"} <= found.keys()


def test_metrics_are_open_on_this_machine_only_by_the_setting(life: Life) -> None:
    open_here = replace(life.services, settings=replace(life.services.settings, metrics_local=True))
    here = TestClient(create_app(open_here), client=("127.0.0.1", 5), follow_redirects=False)
    there = TestClient(create_app(open_here), client=("192.0.2.9", 5), follow_redirects=False)

    assert here.get("/metrics").status_code == 200
    assert there.get("/metrics").status_code != 200
