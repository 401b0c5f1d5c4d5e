"""Values for tests: each builder fills in what a test does not care about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from soc.event import Event, event_id, timestamp

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
"""Noon in the province."""


def an_event(at: datetime = NOON, **fields: Any) -> Event:
    """A flat event; `source_ip="192.0.2.1"` becomes `source.ip`, names with a dot go in by dict."""
    event: Event = {
        "soc.route": "test",
        "@timestamp": timestamp(at),
        "event.id": event_id(at, "test", repr(sorted(fields.items())).encode()),
        "event.kind": "event",
        "event.dataset": "test",
        "unit.id": "unassigned",
        "soc.source.id": "test",
    }
    event.update({name.replace("_", "."): value for name, value in fields.items()})
    return event
