"""What names a person is nowhere in what a unit contact gets: every page, part and API route (security.md 12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from soc.access import RoleOfPerson
from soc.alert import Hit
from soc.entity import EntityKind
from soc.state.entity_facts import FactName
from soc.store import Cursor
from soc.store.memory import MemoryStore
from tests.builders import NOON, an_event
from tests.security.table import Row, read
from tests.unit.dashboards.life import FINANCE, Life, a_life, an_alert, app_of, some_beats, some_traffic

TABLE = read()
NAME, FULL_NAME, MAIL, PHONE = "nguyen.van.an", "Nguyễn Văn An", "an.planted@nghean.gov.vn", "0912 345 678"
PLANTED = (NAME, FULL_NAME, "an.planted", PHONE)
ASKED = {
    "/hunt": ("?q=", "?q=&stack=user.name", "?q=&stack=process.command_line,user.name"),
    "/api/v1/events": ("?q=",),
    "/api/v1/events/stack": ("?q=&by=user.name", "?q=&by=process.command_line"),
    "/api/v1/complete": ("?q=user.name:", "?q=process.command_line:", "?q=process.command_line:net"),
    "/search": ("?q=nguyen", "?q=pc-07"),
    "/api/v1/search": ("?q=nguyen", "?q=pc-07"),
    "/entities/{kind}/{value:path}/part/peers": ("",),
}


def told(at: Any, n: int) -> dict[str, Any]:
    """One event that tells of a person in every way there is."""
    event = an_event(at, user_name=NAME, user_full__name=FULL_NAME, user_email=MAIL, host_name="pc-07")
    event |= {
        "unit.id": FINANCE,
        "soc.source.id": "fortigate",
        "event.category": ["process"],
        "event.type": ["start"],
        "process.pid": 4_000 + n,
        "process.name": "net.exe",
        "process.executable": f"C:\\Users\\{NAME}\\net.exe",
        "process.command_line": f"net user {NAME} /comment:{PHONE}",
        "source.ip": "203.0.113.45",
        "related.user": [NAME, FULL_NAME],
        "message": f"{FULL_NAME} <{MAIL}> called from {PHONE}",
        "event.original": f'user="{NAME}" name="{FULL_NAME}" mail={MAIL} tel={PHONE}',
    }
    return event


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    made = a_life(tmp_path_factory.mktemp("names"))
    some_traffic(made)
    for role in (RoleOfPerson.UNIT_CONTACT, RoleOfPerson.ANALYST):
        made.person(role.replace("_", "-"), "Người thử", (role, FINANCE))
    events = [told(NOON - timedelta(minutes=4, seconds=n), n) for n in range(5)]
    alert = an_alert(
        "vpn",
        entities=(("host.name", "pc-07"), ("user.name", NAME), ("source.ip", "203.0.113.45")),
        matched={"user.name": NAME, "process.command_line": events[0]["process.command_line"]},
        samples=tuple(events[:2]),
    )
    made.raise_alerts([alert])
    hit = Hit("hit-1", alert.rule, NOON, FINANCE, alert.entities, alert.matched, (events[0]["event.id"],))
    with made.state.write() as tx:
        tx.hits.add([hit])
        tx.hits.attach([(alert.id, hit)])
        note = f"call {PHONE} or {MAIL}"
        tx.entities.add(EntityKind.HOST, "pc-07", FactName.NOTE, note, by="analyst", unit=FINANCE, at=NOON)
    store = MemoryStore()
    store.append([orjson.dumps(event) for event in events], Cursor("live", -1, 0))
    made.services = replace(made.services, events=store, beats=lambda: some_beats(made))
    yield made
    made.state.close()


def asker(life: Life, account: str) -> TestClient:
    client = TestClient(app_of(life.services), follow_redirects=False, raise_server_exceptions=False)
    app: Any = client.app
    app.state.value_index.sample(app.state.services.events, life.clock.now())
    app.state.value_index.wait()
    with life.state.write() as tx:
        client.cookies.set("soc-local", tx.sessions.start(account, at=life.clock.now(), factor_at=life.clock.now()))
    return client


def addresses(row: Row, event_id: str) -> Iterator[str]:
    values = TABLE.words | TABLE.objects | {"kind": "host", "value": "pc-07", "event_id": event_id}
    for query in ASKED.get(row.path, ("",)):
        yield row.address(values) + query


def answers(client: TestClient, role: str, event_id: str) -> Iterator[tuple[str, str]]:
    for row in TABLE.rows:
        if row.method == "GET" and "stream" not in row.flags and (row.open or role in row.roles):
            for address in addresses(row, event_id):
                for headers in ({}, {"HX-Request": "true"}):
                    yield address, client.get(address, headers=headers).text


def found_in(text: str) -> list[str]:
    return [name for name in PLANTED if name in text]


def test_a_unit_contact_finds_no_name_anywhere(life: Life) -> None:
    event_id = told(NOON - timedelta(minutes=4), 0)["event.id"]
    leaks = {
        address: names
        for address, text in answers(asker(life, "unit-contact"), "unit_contact", event_id)
        if (names := found_in(text))
    }

    assert leaks == {}


def test_the_walk_would_find_them(life: Life) -> None:
    """An analyst sees them in all the places that hold them: without these the test above proves nothing."""
    event_id = told(NOON - timedelta(minutes=4), 0)["event.id"]
    seen = {
        address.split("?")[0]
        for address, text in answers(asker(life, "analyst"), "analyst", event_id)
        if found_in(text)
    }

    wanted = {"/hunt", "/api/v1/events", "/api/v1/events/stack", "/api/v1/complete", "/alerts", "/api/v1/alerts"}
    wanted |= {f"/alerts/alert-vpn{part}" for part in ("", "/row", "/pane", "/context", "/tree", "/elsewhere")}
    wanted |= {f"/api/v1/alerts/alert-vpn{part}" for part in ("", "/context", "/tree", "/elsewhere")}
    assert wanted - seen == set()


def test_an_account_has_no_page_for_those_who_may_not_know_it(life: Life) -> None:
    client = asker(life, "unit-contact")

    assert client.get(f"/entities/user/{NAME}").status_code == 404
    assert client.get(f"/api/v1/entities/user/{NAME}").status_code == 404
