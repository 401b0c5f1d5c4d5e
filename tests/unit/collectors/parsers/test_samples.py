"""Every parser over its samples: one golden file for each log, and the promises that hold for all of them.

`SOC_UPDATE_GOLDEN=1` writes the golden files anew; the difference is then reviewed.
"""

from __future__ import annotations

import contextlib
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.parser import Context, Parsed, Parser
from collectors.registry import CODED
from soc.errors import ParseError
from soc.event import timestamp
from soc.fields.validate import validate
from soc.raw import RawRecord, Transport

SAMPLES = Path(__file__).resolve().parents[4] / "collectors" / "parsers" / "samples"
CONTEXT = Context(received=datetime(2026, 11, 24, 5, 0, tzinfo=UTC))
NAMES = ("apache", "cisco_ios", "json", "linux", "netfilter", "nginx", "pcap", "suricata", "windows")
LOGS = sorted(path for name in NAMES for path in (SAMPLES / name).glob("*.log"))
LINE_PARSERS = sorted(name for name in NAMES if (SAMPLES / name).is_dir())


def _record(data: bytes) -> RawRecord:
    return RawRecord("test", "test", 0, "192.0.2.1", Transport.UDP, data)


def _parsed(parser: Parser, data: bytes) -> list[Parsed]:
    return list(parser.parse(_record(data), CONTEXT))


def _shown(parsed: Parsed) -> dict[str, Any]:
    at = timestamp(parsed.at) if parsed.at else None
    return {"at": at, "status": parsed.time_status, "quality": parsed.quality, "event": parsed.event}


def _read(path: Path) -> list[Parsed]:
    parser = CODED[path.parent.name]()
    return [parsed for line in path.read_bytes().splitlines() for parsed in _parsed(parser, line)]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sample_gives_its_golden_events(path: Path) -> None:
    made = orjson.dumps([_shown(parsed) for parsed in _read(path)], option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    golden = path.with_suffix(".json")
    if os.environ.get("SOC_UPDATE_GOLDEN"):
        golden.write_bytes(made + b"\n")
    assert orjson.loads(made) == orjson.loads(golden.read_bytes())


@pytest.mark.parametrize("path", LOGS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sample_keeps_to_the_field_table(path: Path) -> None:
    faults = {fault for parsed in _read(path) for fault in validate(parsed.event, whole=False)}

    assert faults == set()


@pytest.mark.parametrize("name", LINE_PARSERS)
def test_a_parser_has_ten_samples_or_more(name: str) -> None:
    assert sum(len(path.read_bytes().splitlines()) for path in (SAMPLES / name).glob("*.log")) >= 10


@pytest.mark.parametrize("name", NAMES)
@given(data=st.binary(max_size=300))
@settings(deadline=None, max_examples=200)
def test_any_bytes_give_events_or_a_parse_error(name: str, data: bytes) -> None:
    try:
        events = _parsed(CODED[name](), data)
    except ParseError:
        return
    assert all(parsed.event["event.module"] for parsed in events)


@pytest.mark.parametrize("name", LINE_PARSERS)
@given(seed=st.data())
@settings(deadline=None, max_examples=200)
def test_a_damaged_sample_gives_events_or_a_parse_error(name: str, seed: st.DataObject) -> None:
    lines = [line for path in sorted((SAMPLES / name).glob("*.log")) for line in path.read_bytes().splitlines()]
    line = bytearray(seed.draw(st.sampled_from(lines)))
    for _ in range(seed.draw(st.integers(1, 4))):
        line[seed.draw(st.integers(0, len(line) - 1))] = seed.draw(st.integers(0, 255))
    try:
        events = _parsed(CODED[name](), bytes(line[: seed.draw(st.integers(1, len(line)))]))
    except ParseError:
        return
    assert all(isinstance(parsed.event["event.dataset"], str) for parsed in events)


@pytest.mark.parametrize("name", LINE_PARSERS)
def test_an_event_shares_no_list_with_the_next(name: str) -> None:
    parser = CODED[name]()
    line = next(iter(sorted((SAMPLES / name).glob("*.log")))).read_bytes().splitlines()[0]

    first = _parsed(parser, line)[0].event
    for value in first.values():
        if isinstance(value, list):
            value.append("changed")

    assert "changed" not in str(_parsed(parser, line)[0].event)


@pytest.mark.parametrize("name", LINE_PARSERS)
@pytest.mark.parametrize("filler", [b" ", b" from ", b"IN= OUT=", b'"', b"\\", b"a=", b"[", b"::", b"- "])
def test_a_hostile_line_takes_no_longer_than_its_length_allows(name: str, filler: bytes) -> None:
    parser = CODED[name]()
    for path in sorted((SAMPLES / name).glob("*.log")):
        for line in path.read_bytes().splitlines()[:3]:
            for start in (line, line[: len(line) // 2]):
                before = time.process_time()
                with contextlib.suppress(ParseError):
                    _parsed(parser, (start + filler * 65_536)[:65_536])
                # A quadratic pattern takes seconds; the bar of 50 ms is for a quiet machine.
                assert time.process_time() - before < 0.5
