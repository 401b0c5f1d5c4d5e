"""GET changes nothing, and every answer carries the headers (security.md 6)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

import pytest
from starlette.testclient import TestClient

from dashboards.access.headers import FIXED
from dashboards.app import create_app
from soc import sqlite
from soc.access import ROOT, RoleOfPerson
from tests.security.table import Row, read
from tests.unit.dashboards.life import ANALYST, Life, a_life, an_alert, some_traffic

TABLE = read()
GETS = [row for row in TABLE.rows if row.method == "GET" and "stream" not in row.flags]
UNSAFE = [row for row in TABLE.rows if row.method != "GET" and row.path != "/csp-report"]
APART = ("audit", "fact", "session", "sqlite_stat1")
"""Opening the audit log is itself audited (its head is a fact); last use of a session moves on."""


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    made = a_life(tmp_path_factory.mktemp("crawl"))
    everything = (*ANALYST, (RoleOfPerson.ADMIN, ROOT), (RoleOfPerson.IT_CENTRE, ROOT), (RoleOfPerson.AUDITOR, ROOT))
    made.person("an.nt", "Nguyễn Thị An", *everything)
    made.person("somebody", "Người được quản lý")
    made.raise_alerts([an_alert("vpn")])
    some_traffic(made)
    yield made
    made.state.close()


@pytest.fixture
def client(life: Life) -> TestClient:
    app = create_app(life.services)
    made = TestClient(app, follow_redirects=False, raise_server_exceptions=False, client=("127.0.0.1", 1))
    now = life.clock.now()
    with life.state.write() as tx:
        made.cookies.set("soc-local", tx.sessions.start("an.nt", at=now, factor_at=now))
    return made


def address(row: Row) -> str:
    return row.address(TABLE.words | TABLE.objects)


def checksums(life: Life) -> dict[str, str]:
    """Table -> hash over all of its rows."""
    with closing(sqlite.reader(life.state.path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    return {name: sha256(repr(sorted(map(repr, found))).encode()).hexdigest() for name, found in rows.items()}


def test_a_crawl_of_all_get_routes_leaves_the_state_as_it_was(life: Life, client: TestClient) -> None:
    before = checksums(life)

    for row in GETS:
        # Without an event store the hunt answers 503; that is no fault of a reader.
        assert client.get(address(row)).status_code in (*range(200, 500), 503), row.path

    after = checksums(life)
    assert {name for name in after if after[name] != before[name]} <= set(APART)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_unsafe_routes_refuse_what_comes_from_elsewhere(client: TestClient, origin: str | None) -> None:
    for row in UNSAFE:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": origin or ""}):
            answer = client.request(row.method, address(row), headers=headers)
            assert answer.status_code in (403, 429), (row.path, headers)


@pytest.mark.parametrize("path", ["/alerts", "/nothing", "/api/v1/alerts", "/api/v1/nothing", "/static/0/missing.js",
                                  "/healthz", "/sign-in", "/readyz", "/api/v1/openapi.json"])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
def test_every_answer_carries_the_headers(client: TestClient, path: str, method: str) -> None:
    answer = client.request(method, path, headers={"Origin": "https://evil.example"})

    assert {name: answer.headers.get(name) for name in FIXED} == FIXED
    assert "trusted-types htmx sw" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_every_json_body_is_closed(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    bodies = {
        media["schema"]["$ref"].rpartition("/")[2]
        for path in document["paths"].values()
        for operation in path.values()
        for kind, media in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json" and media["schema"].get("$ref", "").startswith("#/")
    }

    schemas = document["components"]["schemas"]
    assert [name for name in sorted(bodies) if schemas[name].get("additionalProperties") is not False] == []
