"""The unit of an event by the network of its own side, at its own date."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from collectors.enrich.units import place
from soc.event import Event
from soc.organisation_file import tree_from

TREE = tree_from(
    {
        "units": [
            {"id": "province", "name_vi": "Tỉnh"},
            {"id": "district", "name_vi": "Huyện", "parent": "province", "valid_to": "2025-06-30"},
            {"id": "commune", "name_vi": "Xã", "parent": "province", "valid_from": "2025-07-01"},
            {"id": "finance", "name_vi": "Sở Tài chính", "parent": "province"},
        ],
        "networks": [
            {"network": "10.1.0.0/16", "unit": "district", "valid_to": "2025-06-30"},
            {"network": "10.1.0.0/16", "unit": "commune", "valid_from": "2025-07-01"},
            {"network": "10.1.2.0/24", "unit": "finance"},
            {"network": "203.0.113.0/24", "unit": "province"},
        ],
    }
)
JULY = datetime(2025, 7, 1, 3, 0, tzinfo=UTC)


def _placed(at: datetime = JULY, fallback: str = "unassigned", **sides: str) -> Event:
    event: Event = {f"{side}.ip": text for side, text in sides.items()}
    place(event, at, TREE, fallback)
    return event


@pytest.mark.parametrize(
    "at, unit",
    [
        (datetime(2025, 6, 30, 16, 59, tzinfo=UTC), "district"),  # 23:59 in the province
        (datetime(2025, 6, 30, 17, 0, tzinfo=UTC), "commune"),  # midnight
    ],
)
def test_the_date_is_that_of_the_province(at: datetime, unit: str) -> None:
    assert _placed(at, source="10.1.9.9")["unit.id"] == unit


def test_the_longest_network_wins() -> None:
    event = _placed(source="10.1.2.3")

    assert event["unit.id"] == "finance"
    assert event["unit.path"] == ["province", "finance"]


def test_the_destination_counts_when_the_source_is_foreign() -> None:
    assert _placed(source="198.51.100.7", destination="10.1.2.3")["unit.id"] == "finance"


def test_a_conversation_between_two_units_names_both() -> None:
    event = _placed(source="10.1.9.9", destination="10.1.2.3")

    assert event["unit.id"] == "commune"
    assert event["unit.touched"] == ["commune", "finance"]


def test_without_a_network_the_unit_is_that_of_the_source() -> None:
    assert _placed(source="198.51.100.7", fallback="finance")["unit.id"] == "finance"
    assert _placed()["unit.path"] == ["unassigned"]


@pytest.mark.parametrize(
    "source, destination, direction",
    [
        ("10.1.2.3", "198.51.100.7", "outbound"),
        ("198.51.100.7", "203.0.113.9", "inbound"),
        ("10.200.0.1", "172.16.0.1", "internal"),
        ("198.51.100.7", "198.51.100.8", "external"),
        ("fd00::1", "fe80::1", "internal"),
        ("2001:db8::1", "::1", "inbound"),
        ("192.168.1.1", "169.254.1.1", "internal"),
    ],
)
def test_the_direction_is_seen_from_our_networks(source: str, destination: str, direction: str) -> None:
    assert _placed(source=source, destination=destination)["network.direction"] == direction


def test_a_host_without_a_conversation_has_no_direction() -> None:
    event: Event = {"host.ip": ["10.1.2.3", 7]}
    place(event, JULY, TREE)

    assert event["unit.id"] == "finance"
    assert "network.direction" not in event
