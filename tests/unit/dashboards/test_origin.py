"""Who may send unsafe requests."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from dashboards.access.origin import comes_from_us
from dashboards.app import create_app
from tests.unit.dashboards.life import ORIGIN, Life


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": ORIGIN}, False),
        ({"origin": ORIGIN}, True),
        ({"origin": "http://testserver.evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
        ({"authorization": "Bearer x"}, True),
    ],
)
def test_an_unsafe_request_must_come_from_us(headers: dict[str, str], allowed: bool) -> None:
    assert comes_from_us("POST", headers, ORIGIN) is allowed


def test_reading_is_always_possible() -> None:
    assert comes_from_us("GET", {"sec-fetch-site": "cross-site"}, ORIGIN)


def test_a_cross_site_form_is_refused_before_anything_happens(life: Life) -> None:
    client = TestClient(create_app(life.services), headers={"Sec-Fetch-Site": "cross-site"})

    response = client.post("/sign-in", data={"account": "an.nt", "password": "x"})

    assert response.status_code == 403


def test_the_api_takes_json_only(browser: TestClient) -> None:
    response = browser.post("/api/v1/alerts/x/actions", content="action=take", headers={"Content-Type": "text/plain"})

    assert response.status_code == 415
    assert response.json()["code"] == "SOC-1723"


def test_a_request_with_its_own_authorization_uses_no_cookie(browser: TestClient) -> None:
    response = browser.get("/api/v1/alerts", headers={"Authorization": "Bearer nothing"})

    assert response.status_code == 401
