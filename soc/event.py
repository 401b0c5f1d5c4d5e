"""The event: a flat record of dotted ECS names (Elastic Common Schema 9.4).

`{"soc.route": "windows.sysmon", "@timestamp": "2026-11-24T01:02:03.000000Z", "source.ip": "192.0.2.7", ...}`
A value is text, a number, a boolean, null, or a list of these; a few ECS arrays of objects hold flat maps.
Absent, null and '' are three different things, and stay apart all the way to the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import orjson

Event = dict[str, Any]
EventView = Mapping[str, Any]

ECS_VERSION = "9.4.0"


def event_id(at: datetime, source: str, identity: bytes, sequence: str = "0", item: int = 0) -> str:
    """32 hex digits: 48 bits of `at` in ms, then 80 bits of BLAKE2b over what makes the record itself.

    Sorts by time. The same record gives the same id on every road and every retry (collectors.md 1.2).
    """
    millis = max(int(at.timestamp() * 1000), 0) & 0xFFFF_FFFF_FFFF
    digest = blake2b(digest_size=10)
    for part in (source.encode(), identity, sequence.encode(), str(item).encode()):
        digest.update(len(part).to_bytes(4, "big"))
        digest.update(part)
    return f"{millis:012x}{digest.hexdigest()}"


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC with six decimals and `Z`, the one form of time in events."""
    # isoformat: four times as fast as strftime, and the year keeps its four digits.
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def instant(text: str) -> datetime:
    """The aware time of a `timestamp` text."""
    return datetime.fromisoformat(text)


def encode(event: EventView) -> bytes:
    """One line of JSON without the line end; `soc.route` keeps its place as first key."""
    return orjson.dumps(event)


def decode(line: bytes) -> Event:
    """The event of one JSON line that we wrote ourselves."""
    value = orjson.loads(line)
    if not isinstance(value, dict):
        raise ValueError("an event is a JSON object")
    return value


def nested(event: EventView) -> dict[str, Any]:
    """The same event with its dots opened into objects (`--nested`)."""
    tree: dict[str, Any] = {}
    for name, value in event.items():
        *parents, leaf = name.split(".")
        node = tree
        for parent in parents:
            child = node.setdefault(parent, {})
            if not isinstance(child, dict):
                # Key hygiene (collectors.md 2.1) keeps `a` and `a.b` apart; foreign events may not.
                child = node[parent] = {"_value": child}
            node = child
        if isinstance(node.get(leaf), dict):
            node[leaf]["_value"] = value
        else:
            node[leaf] = value
    return tree
