"""Recorded attacks as NXLog, Winlogbeat and Azure rows: every channel routed, hardly a record lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from collectors.senders import OneSender
from soc.fields.validate import validate
from soc.raw import RawRecord, Transport
from soc.unit import UnitTree
from socctl import wiring
from tests.builders import NOON
from tests.corpus import corpus

EVERY = 60
"""`make proof` imports all of them; here one line in sixty, another sixtieth of each file."""

MOST_ERRORS = 0.005


def lines(folder: Path) -> list[bytes]:
    found: list[bytes] = []
    for number, path in enumerate(sorted(folder.glob("*/**/*.ndjson"))):
        with path.open("rb") as file:
            found += [line.rstrip() for place, line in enumerate(file) if place % EVERY == number % EVERY]
    return [line for line in found if line]


def test_every_windows_channel_is_routed_and_hardly_a_record_is_lost() -> None:
    normaliser = wiring.normaliser(OneSender("import"), UnitTree([]))
    counts: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    for place, line in enumerate(lines(corpus("windows-json-dev"))):
        record = RawRecord("t", "t", int(NOON.timestamp() * 1e9), "", Transport.FILE, line, f"corpus:{place}")
        for event in normaliser.events(record, ingested=NOON, raw_ref="t/1"):
            counts["events"] += 1
            counts["failed"] += event["event.kind"] == "pipeline_error"
            if event["event.module"] == "windows":
                assert event["soc.route"].startswith("windows."), event["winlog.channel"]
                assert event["winlog.channel"], line[:200]
                assert event["winlog.event_id"], line[:200]
                problems.update(validate(event))
    assert counts["events"] > 5_000
    assert counts["failed"] <= counts["events"] * MOST_ERRORS
    assert problems == Counter()
