"""What asks for the second factor again, and how somebody comes back to what was typed (security.md 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from starlette.testclient import TestClient

from dashboards.alerts import lists
from dashboards.hunt import export
from soc.access import ROOT, RoleOfPerson
from soc.store import Cursor
from soc.store.memory import MemoryStore
from tests.builders import an_event
from tests.unit.dashboards.life import ANALYST, FINANCE, Life, a_life, an_alert, app_of

ADMIN = "/api/v1/admin"
ASKING = [
    ("POST", f"{ADMIN}/people", {"account": "moi", "name": "Mới", "role": "analyst", "unit": FINANCE}),
    ("POST", f"{ADMIN}/people/an.nt/grants", {"role": "analyst", "unit": FINANCE}),
    ("POST", f"{ADMIN}/people/an.nt/link", {}),
    ("DELETE", f"{ADMIN}/people/an.nt/factor", {}),
    ("POST", f"{ADMIN}/keys", {"name": "k", "scopes": ["alerts:read"], "unit": FINANCE}),
    ("POST", f"{ADMIN}/audit/verify", {}),
    ("POST", "/api/v1/sources/keys", {"name": "App", "unit": FINANCE}),
    ("POST", "/api/v1/account/recovery-codes", {}),
    ("POST", "/api/v1/events/export", {"q": "", "since": "2026-11-01", "until": "2026-11-30"}),
    ("GET", "/api/v1/alerts/export", None),
]
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    made = a_life(tmp_path_factory.mktemp("step-up"))
    everything = (*ANALYST, (RoleOfPerson.ADMIN, ROOT), (RoleOfPerson.IT_CENTRE, ROOT), (RoleOfPerson.AUDITOR, ROOT))
    made.person("lan.tt", "Trần Thị Lan", *everything)
    made.person("an.nt", "Nguyễn Thị An")
    made.raise_alerts([an_alert(str(n)) for n in range(3)])
    store = MemoryStore()
    store.append([orjson.dumps(an_event(host_name=f"pc-{n}")) for n in range(3)], Cursor("live", -1, 0))
    made.services = replace(made.services, events=store)
    yield made
    made.state.close()


def browser(life: Life, *, proved: bool) -> TestClient:
    client = TestClient(app_of(life.services), follow_redirects=False, headers=SAME_SITE)
    client.cookies.set("soc-local", life.session("lan.tt", proved=proved))
    return client


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are many."""
    monkeypatch.setattr(lists, "LARGE", 2)
    monkeypatch.setattr(export, "LARGE", 2)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(("method", "path", "body"), ASKING)
def test_an_old_factor_is_refused_with_its_code(life: Life, method: str, path: str, body: object) -> None:
    answer = browser(life, proved=False).request(method, path, json=body)

    assert (answer.status_code, answer.json()["code"]) == (403, "SOC-1727")


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("path", ["/api/v1/events/export", "/api/v1/alerts/export", "/hunt/export"])
def test_a_fresh_factor_lets_large_exports_out(life: Life, path: str) -> None:
    client = browser(life, proved=True)
    asked = {"q": "", "since": "2026-11-01", "until": "2026-11-30"}
    answer = client.get(path) if "alerts" in path else client.post(path, json=asked)
    if path.startswith("/hunt"):
        answer = client.post(path, data=asked | {"form": "csv"})

    assert answer.status_code == 200


def test_a_small_export_asks_for_nothing(life: Life) -> None:
    assert browser(life, proved=False).get("/api/v1/alerts/export").status_code == 200


@pytest.mark.usefixtures("large")
def test_the_page_comes_back_to_the_question_of_the_hunt(life: Life) -> None:
    asked = {"q": "host.name:*", "since": "2026-11-01", "until": "2026-11-30", "form": "csv"}
    answer = browser(life, proved=False).post("/hunt/export", data=asked)

    door = urlsplit(answer.headers["location"])
    assert (answer.status_code, door.path) == (303, "/step-up")
    back = urlsplit(parse_qs(door.query)["back"][0])
    assert (back.path, parse_qs(back.query)["q"]) == ("/hunt", ["host.name:*"])


def test_the_page_of_a_new_source_shows_again_what_was_typed(life: Life) -> None:
    client = browser(life, proved=False)
    answer = client.post("/sources/new/http", data={"name": "Một cửa", "unit": FINANCE})

    back = parse_qs(urlsplit(answer.headers["location"]).query)["back"][0]
    assert 'value="Một cửa"' in client.get(back).text


def test_a_key_gets_a_large_export_without_a_factor(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LARGE", 2)
    with life.state.write() as tx:
        key = tx.keys.make("siem", ["alerts:read"], by="lan.tt", at=life.clock.now(), unit=FINANCE)
    client = TestClient(app_of(life.services), headers={"Authorization": f"Bearer {key}"})

    assert client.get("/api/v1/alerts/export").status_code == 200
