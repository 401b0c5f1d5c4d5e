"""The conservation law on a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from dashboards.app import create_app
from dashboards.health.service import _result
from dashboards.services import Beat, Services
from soc.access import RoleOfPerson
from soc.state.accounting import LedgerRow
from soc.state.source_table import Source
from soc.state.tables.sources import SourceState
from tests.builders import NOON
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, some_beats, some_traffic

IDLE = Beat("normalise", NOON, {"live": 9}, {"live": 9})
BUSY = Beat("normalise", NOON, {}, {"live": 9})


def served(life: Life, services: Services, account: str = "an.nt") -> TestClient:
    client = TestClient(create_app(services), follow_redirects=False)
    client.cookies.set("soc-local", life.session(account))
    return client


@pytest.mark.parametrize(
    ("row", "beats", "mark"),
    [
        (LedgerRow("a", received=5, stored=5), (), "ok"),
        (LedgerRow("a", received=5, stored=4, dropped={"full": 1}), (), "late"),
        (LedgerRow("a", received=5, stored=4), (), "unknown"),
        (LedgerRow("a", received=5, stored=4), (BUSY,), "late"),
        (LedgerRow("a", received=5, stored=4), (IDLE,), "failed"),
        (LedgerRow("a", received=5, stored=6), (IDLE,), "failed"),
    ],
)
def test_a_source_is_judged_by_its_sums(row: LedgerRow, beats: tuple[Beat, ...], mark: str) -> None:
    assert _result(row, beats)[0] == mark


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
    law = flow["stored"] + flow["quarantined"] + flow["dropped"] + flow["in_flight"]
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
    assert "Luồng mạng<span" in page
    assert "trực tuyến" in page
