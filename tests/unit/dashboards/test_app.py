"""The application as a whole: probes, headers on everything, the committed contract."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from dashboards.access.headers import FIXED
from dashboards.app import create_app
from dashboards.shell.static import static_files
from tests.unit.dashboards.life import Life
from tools import openapi


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_answer_without_a_session(guest: TestClient, path: str) -> None:
    assert guest.get(path).status_code == 200


def test_a_closed_state_is_not_ready_but_alive(guest: TestClient, life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    from soc.errors import StateError

    def broken() -> None:
        raise StateError("disk is gone", code="SOC-1605")

    monkeypatch.setattr(life.state, "read", broken)

    assert guest.get("/readyz").status_code == 503
    assert guest.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/alerts",
        "/nothing-here",
        "/api/v1/alerts",
        "/healthz",
        static_files().url("css/base.css"),
        "/crash",
    ],
)
def test_every_answer_carries_the_headers(life: Life, path: str) -> None:
    app = create_app(life.services)

    def crash() -> None:
        raise RuntimeError("planted")

    app.add_api_route("/crash", crash)

    with capture_logs():
        response = TestClient(app, raise_server_exceptions=False, follow_redirects=False).get(path)

    assert {name: response.headers[name] for name in FIXED} == FIXED
    assert response.headers["content-security-policy"].startswith("default-src 'none'; script-src 'nonce-")
    assert len(response.headers["x-request-id"]) == 16


def test_each_answer_has_its_own_nonce(guest: TestClient) -> None:
    policies = {guest.get("/sign-in").headers["content-security-policy"] for _ in range(3)}

    assert len(policies) == 3


def test_only_hashed_files_may_be_cached(guest: TestClient) -> None:
    assert guest.get("/sign-in").headers["cache-control"] == "no-store"
    assert "immutable" in guest.get(static_files().url("css/base.css")).headers["cache-control"]


def test_a_crash_says_nothing_but_its_request_id(life: Life) -> None:
    app = create_app(life.services)

    def crash() -> None:
        raise RuntimeError("secret detail")

    app.add_api_route("/crash", crash)
    app.add_api_route("/api/crash", crash)
    client = TestClient(app, raise_server_exceptions=False)

    with capture_logs() as logged:
        page, problem = client.get("/crash"), client.get("/api/crash")

    assert page.status_code == problem.status_code == 500
    assert page.headers["x-request-id"] in page.text
    assert "secret detail" not in page.text + problem.text
    assert [line["request_id"] for line in logged] == [one.headers["x-request-id"] for one in (page, problem)]


def test_tls_brings_hsts(tmp_path: object, life: Life) -> None:
    from dataclasses import replace

    settings = replace(life.services.settings, origin="https://soc.example.gov.vn")
    client = TestClient(create_app(replace(life.services, settings=settings)))

    assert "strict-transport-security" in client.get("/healthz").headers


def test_the_built_in_api_pages_are_off(guest: TestClient) -> None:
    assert [guest.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")] == [404, 404, 404]


def test_the_committed_contract_is_the_served_one() -> None:
    assert openapi.TARGET.read_text("utf-8") == openapi.text(), "run `python -m tools.openapi`"
