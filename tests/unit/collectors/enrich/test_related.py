"""`related.*` gathers every address, user, host and hash."""

from __future__ import annotations

from collectors.enrich.related import AT_MOST, relate
from soc.event import Event


def test_every_side_is_found_once_and_in_order() -> None:
    event: Event = {
        "source.ip": "192.0.2.9",
        "destination.ip": "192.0.2.1",
        "host.ip": ["192.0.2.1", "2001:db8::1"],
        "dns.resolved_ip": ["192.0.2.5"],
        "observer.ip": ["192.0.2.99"],
        "user.name": "an",
        "user.target.name": "root",
        "url.domain": "example.com",
        "dns.question.name": "example.com",
        "file.hash.sha256": "ab",
        "message": "x",
    }

    relate(event)

    assert event["related.ip"] == ["192.0.2.1", "192.0.2.5", "192.0.2.9", "2001:db8::1"]
    assert event["related.user"] == ["an", "root"]
    assert event["related.hosts"] == ["example.com"]
    assert event["related.hash"] == ["ab"]


def test_what_a_sender_listed_stays_in() -> None:
    event: Event = {"source.ip": "192.0.2.9", "related.ip": ["192.0.2.77"]}

    relate(event)

    assert event["related.ip"] == ["192.0.2.77", "192.0.2.9"]


def test_a_list_ends_at_fifty() -> None:
    event: Event = {"dns.resolved_ip": [f"192.0.2.{number}" for number in range(200)]}

    relate(event)

    assert len(event["related.ip"]) == AT_MOST


def test_an_event_without_facts_gains_nothing() -> None:
    event: Event = {"message": "x", "user.name": ""}

    relate(event)

    assert event == {"message": "x", "user.name": ""}
