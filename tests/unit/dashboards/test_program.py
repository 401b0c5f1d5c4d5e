"""Programs read with an API key: alerts and health, within the key's units, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from soc.access import ROOT
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, an_alert, some_traffic


def bearer(life: Life, scopes: Sequence[str] = ("alerts:read",), unit: str = ROOT) -> dict[str, str]:
    with life.state.write() as tx:
        return {"Authorization": f"Bearer {tx.keys.make('soar', scopes, by='qt', at=life.clock.now(), unit=unit)}"}


@pytest.mark.parametrize("path", ["alerts", "alerts/alert-a", "alerts/alert-a/history", "health"])
def test_a_key_reads_alerts_and_health(life: Life, guest: TestClient, path: str) -> None:
    life.raise_alerts([an_alert()])

    assert guest.get(f"/api/v1/{path}", headers=bearer(life)).status_code == 200


def test_a_key_sees_its_own_units_only(life: Life, guest: TestClient) -> None:
    life.raise_alerts([an_alert("own"), an_alert("foreign", unit=HEALTH)])
    some_traffic(life)
    key = bearer(life, unit=FINANCE)

    alerts = guest.get("/api/v1/alerts", headers=key).json()["alerts"]

    assert [alert["id"] for alert in alerts] == ["alert-own"]
    assert guest.get("/api/v1/alerts/alert-foreign", headers=key).status_code == 404
    assert [line["source"] for line in guest.get("/api/v1/health", headers=key).json()["sources"]] == ["fortigate"]


def test_a_key_of_another_scope_is_refused(life: Life, guest: TestClient) -> None:
    assert guest.get("/api/v1/alerts", headers=bearer(life, ["ingest:fw-1"])).status_code == 403


@pytest.mark.parametrize("value", ["Bearer nonsense", "Bearer ", "Basic abc", f"Bearer soc_{'a' * 8}_{'b' * 32}"])
def test_a_wrong_key_is_nobody_even_beside_a_session(browser: TestClient, value: str) -> None:
    response = browser.get("/api/v1/alerts", headers={"Authorization": value})

    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")


def test_a_key_neither_works_on_alerts_nor_sees_pages(life: Life, guest: TestClient) -> None:
    life.raise_alerts([an_alert()])
    key = bearer(life)

    move = guest.post("/api/v1/alerts/alert-a/actions", json={"action": "take"}, headers=key | {"If-Match": '"1"'})

    assert move.status_code == 401
    assert guest.get("/api/v1/sources", headers=key).status_code == 401
    assert guest.get("/alerts", headers=key).status_code == 303


def test_an_expired_key_is_dead_and_last_use_is_kept(life: Life, guest: TestClient) -> None:
    key = bearer(life)
    guest.get("/api/v1/alerts", headers=key)
    with life.state.read() as tx:
        from soc.access import SYSTEM

        assert tx.keys.all(SYSTEM)[0].last_used == life.clock.now()
    life.clock.advance(timedelta(days=91))

    assert guest.get("/api/v1/alerts", headers=key).status_code == 401
