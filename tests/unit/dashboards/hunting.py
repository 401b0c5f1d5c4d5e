"""A life with an event store in memory, and a browser that hunts in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from starlette.testclient import TestClient

from soc.event import Event, encode
from soc.store import Cursor, EventStore
from soc.store.memory import MemoryStore
from tests.builders import NOON, an_event
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, app_of

HOSTILE = '<script>alert(1)</script>{{7*7}}" onmouseover="x" \u202eexe.txt'


def some_events() -> list[Event]:
    """An hour in two units: logons, a scan, one event with hostile text, one a day old."""
    made = [
        an_event(
            NOON - timedelta(minutes=n + 1), user_name=f"hai.nv{n % 3}", host_name=f"dc{n % 2}", source_ip="10.0.0.9"
        )
        for n in range(30)
    ]
    for event in made:
        event |= {"unit.id": FINANCE, "event.dataset": "windows.security", "event.outcome": "failure"}
    scan = an_event(NOON - timedelta(minutes=2), host_name="web1", source_ip="203.0.113.45", url_domain="thuế.example")
    scan |= {"unit.id": HEALTH, "event.dataset": "nginx.access", "destination.port": 443, "message": "GET /wp-login"}
    bad = an_event(NOON - timedelta(minutes=3), user_name=HOSTILE, host_name="dc1", message=HOSTILE)
    bad |= {"unit.id": FINANCE, "event.original": HOSTILE, "event.dataset": "windows.security"}
    old = an_event(NOON - timedelta(days=3), user_name="cu.nv", host_name="dc0") | {"unit.id": FINANCE}
    return [*made, scan, bad, old]


def filled(events: Iterable[Event], store: EventStore | None = None) -> EventStore:
    made = store or MemoryStore()
    lines = [encode(event) for event in events]
    old = made.cursor("events")
    made.append(lines, Cursor("events", old, old + len(lines)))
    return made


def hunter(life: Life, account: str = "an.nt", store: EventStore | None = None) -> TestClient:
    """The browser of that person, in front of `some_events` unless told otherwise."""
    life.services = replace(life.services, events=store or filled(some_events()))
    headers = {"Sec-Fetch-Site": "same-origin"}
    made = TestClient(app_of(life.services), headers=headers, follow_redirects=False, raise_server_exceptions=False)
    made.cookies.set("soc-local", life.session(account))
    return made
