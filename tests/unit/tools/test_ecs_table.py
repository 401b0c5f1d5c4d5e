"""The ECS table keeps of each field what we check, and stops when the package is not the one we know."""

from __future__ import annotations

from typing import Any

import orjson

from soc.event import ECS_VERSION
from tools.ecs_table import FIELDS, TABLE, VERSION, table


def a_field(type_name: str = "keyword", **more: Any) -> dict[str, Any]:
    return {"type": type_name, "normalize": [], **more}


def test_types_lists_patterns_and_legal_types_are_kept() -> None:
    categories = [{"name": "network", "expected_event_types": ["start", "denied"]}]
    flat = {
        "event.category": a_field(normalize=["array"], allowed_values=categories),
        "source.mac": a_field(pattern="^[A-F0-9]+$"),
        "network.direction": a_field(expected_values=["inbound"]),
    }
    made = orjson.loads(table(flat))
    assert made["fields"] == {
        "event.category": "keyword[]",
        "network.direction": "keyword",
        "source.mac": "keyword",
    }
    assert made["patterns"] == {"source.mac": "^[A-F0-9]+$"}
    assert made["allowed"] == {"event.category": ["network"]}
    assert made["expected"] == {"network.direction": ["inbound"]}
    assert made["types"] == {"network": ["denied", "start"]}


def test_the_committed_table_is_of_the_version_we_write_into_events() -> None:
    committed = orjson.loads(TABLE.read_bytes())
    assert committed["version"] == VERSION == ECS_VERSION
    assert len(committed["fields"]) == FIELDS
