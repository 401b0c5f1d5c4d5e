"""The API's own page: every route, an example of each, the request behind a page, and nothing from elsewhere."""

from __future__ import annotations

from typing import cast

from fastapi import FastAPI
from starlette.testclient import TestClient

from dashboards.docs import service

ORIGIN = "https://soc.example"


def app_of(client: TestClient) -> FastAPI:
    return cast(FastAPI, client.app)


def test_every_route_of_the_contract_stands_on_the_page(browser: TestClient) -> None:
    document = browser.get("/api/v1/openapi.json").json()
    page = browser.get("/api").text
    ids = [route["operationId"] for methods in document["paths"].values() for route in methods.values()]
    assert len(ids) == len(service.operations(app_of(browser)))
    assert [one for one in ids if f'id="{one}"' not in page] == []


def test_nobody_reads_it_without_a_session(guest: TestClient) -> None:
    assert guest.get("/api").headers["location"].startswith("/sign-in")


def test_a_request_can_be_copied_as_curl_and_python(browser: TestClient) -> None:
    found = {one.id: one for one in service.operations(app_of(browser))}
    reads = service.request_of(found["list_alerts"], ORIGIN)
    assert reads.curl.startswith("curl -sS -H \"Authorization: Bearer $SOC_KEY\" 'https://soc.example/api/v1/alerts'")
    compile(reads.python, "example", "exec")
    writes = service.request_of(found["approve_source"], ORIGIN)
    assert "-X POST" in writes.curl
    assert '"unit"' in writes.curl
    compile(writes.python, "example", "exec")
    assert "--data-binary" in service.request_of(found["import_file"], ORIGIN).curl


def test_all_python_examples_are_python(browser: TestClient) -> None:
    for one in service.operations(app_of(browser)):
        compile(service.request_of(one, ORIGIN).python, one.id, "exec")


def test_the_request_behind_a_page_keeps_what_the_route_knows(browser: TestClient) -> None:
    found = service.request_behind(app_of(browser), "/api/v1/alerts?text=an%27%3Bid&foo=1", ORIGIN)
    assert found is not None
    assert found.curl.endswith("'https://soc.example/api/v1/alerts?text=an%27%3Bid'")
    page = browser.get("/api", params={"page": "/api/v1/tiles"}).text
    assert "http://testserver/api/v1/tiles" in page


def test_what_is_no_route_of_ours_is_not_shown(browser: TestClient) -> None:
    for href in ("", "https://elsewhere.example/", "/api/v1/nothing", "/api/v1/alerts/"):
        assert service.request_behind(app_of(browser), href, ORIGIN) is None, href


def test_each_page_leads_to_its_request(browser: TestClient) -> None:
    assert 'href="/api?page=/api/v1/alerts' in browser.get("/alerts").text
