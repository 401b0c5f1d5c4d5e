"""Every move that the table does not have is 409 with the legal ones; every stale revision 412; nothing is written."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from soc.alert import MOVES, Action, Status
from tests.unit.dashboards.life import Life, an_alert

BODY = {
    "verdict": "false_positive",
    "reason": "rule_logic",
    "owner": "an.nt",
    "question": {"text": "?", "contact": "CNTT", "deadline": "2026-11-25T05:00:00Z"},
}


def act(client: TestClient, action: Action, revision: int) -> Any:
    path, tag = "/api/v1/alerts/alert-a/actions", {"If-Match": f'"{revision}"'}
    return client.post(path, json={"action": action, **BODY}, headers=tag)


def lines(life: Life) -> int:
    with life.state.read() as tx:
        counted = [tx.connection.exec_driver_sql(f"SELECT count(*) FROM {name}") for name in ("alert_event", "audit")]
        return sum(int(one.scalar() or 0) for one in counted)


@pytest.mark.parametrize("status", list(Status))
def test_moves_that_the_table_has_not(life: Life, browser: TestClient, status: Status) -> None:
    life.raise_alerts([an_alert(status=status)])
    before = lines(life)

    for action in set(Action) - set(MOVES[status]):
        answer = act(browser, action, 1)
        assert (answer.status_code, answer.json()["code"]) == (409, "SOC-1601")
        assert answer.json()["legal"] == list(MOVES[status])

    assert lines(life) == before


@pytest.mark.parametrize("status", list(Status))
def test_moves_on_a_stale_revision(life: Life, browser: TestClient, status: Status) -> None:
    life.raise_alerts([an_alert(status=status)])
    before = lines(life)

    for action in Action:
        answer = act(browser, action, 7)
        assert answer.status_code == 412
        assert answer.json()["current"]["revision"] == 1
        assert answer.headers["etag"] == '"1"'

    assert lines(life) == before
