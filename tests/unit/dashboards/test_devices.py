"""What a device sends that is set up as its snippet says is understood, before and after it is adopted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from collectors.senders import OneSender
from dashboards.sources.devices import DEVICES, Address, snippet
from soc.raw import RawRecord, Transport
from soc.unit import UnitTree
from socctl import wiring

LINES = yaml.load((Path(__file__).parent / "device_lines.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)
CASES = [(name, one) for name, some in LINES.items() for one in some]
NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize("adopted", [True, False], ids=["adopted", "unknown"])
@pytest.mark.parametrize(("device", "entry"), CASES, ids=[name for name, _ in CASES])
def test_a_line_of_each_device_is_understood(device: str, entry: dict[str, Any], *, adopted: bool) -> None:
    chosen = DEVICES[device]
    product = chosen.product if adopted else "auto"
    transport = {"udp": Transport.UDP, "tcp": Transport.TCP, "http": Transport.HTTP}[chosen.transport]
    record = RawRecord("test", "test", int(NOW.timestamp() * 1e9), "192.0.2.1", transport, entry["line"].encode())

    (event,) = wiring.normaliser(OneSender("test", product), UnitTree([])).events(record, ingested=NOW)

    assert event["event.kind"] != "pipeline_error", event.get("error.message")
    assert {name: event.get(name) for name in entry["facts"]} == entry["facts"]


def test_every_device_has_a_line_and_a_text_to_paste() -> None:
    assert set(LINES) == set(DEVICES)
    for device in DEVICES.values():
        assert "192.0.2.8" in snippet(device, Address("192.0.2.8", 514, 601, 8514))
