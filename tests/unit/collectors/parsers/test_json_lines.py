"""Documents that speak ECS pass through, checked name by name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from collectors.parser import Context, Parsed
from collectors.parsers.json_lines import JsonLinesParser
from soc.errors import ParseError
from soc.raw import RawRecord, Transport

CONTEXT = Context(received=datetime(2026, 11, 24, 5, 0, tzinfo=UTC))


def _parsed(**document: Any) -> Parsed:
    data = orjson.dumps({"@timestamp": "2026-11-24T04:00:00Z", "ecs.version": "8.0", **document})
    record = RawRecord("http", "s", 0, "", Transport.HTTP, data)
    return next(iter(JsonLinesParser().parse(record, CONTEXT)))


@pytest.mark.parametrize(
    "name, sent, kept",
    [
        ("event.severity", "7", 7),
        ("event.severity", 7.0, 7),
        ("host.ip", "192.0.2.7", ["192.0.2.7"]),
        ("source.ip", "::ffff:192.0.2.7", "192.0.2.7"),
        ("process.pid", [7], 7),
        ("process.exit_code", -1, -1),
        ("user.id", 1_000, "1000"),
        ("event.start", "2026-11-24T11:00:00+07:00", "2026-11-24T04:00:00.000000Z"),
        ("event.risk_score", 0.5, 0.5),
        ("tls.resumed", True, True),
        ("tags", ["a", "b"], ["a", "b"]),
        ("zeek.conn.uid", "C1", "C1"),
    ],
)
def test_a_legal_value_keeps_its_ecs_name(name: str, sent: object, kept: object) -> None:
    parsed = _parsed(**{name: sent})

    assert parsed.event[name] == kept
    assert parsed.quality == []


@pytest.mark.parametrize(
    "name, sent",
    [
        ("event.severity", "high"),
        ("event.severity", True),
        ("source.ip", "no address"),
        ("source.ip", 7),
        ("event.start", 7),
        ("event.start", "some day"),
        ("tls.resumed", "yes"),
        ("event.risk_score", "0.5"),
        ("event.outcome", "maybe"),
        ("host.ip", ["192.0.2.7", "x"]),
        ("user.name", True),
        ("process.name", []),
    ],
)
def test_an_illegal_value_moves_aside_and_is_flagged(name: str, sent: object) -> None:
    parsed = _parsed(**{name: sent})

    assert name not in parsed.event
    assert parsed.event[f"json.{name}"] == sent
    assert parsed.quality == [f"step_failed:{name}"]


def test_null_is_nothing_and_no_fault() -> None:
    parsed = _parsed(**{"user.name": None})

    assert parsed.event["json.user.name"] is None
    assert parsed.quality == []


@pytest.mark.parametrize(
    "name", ["soc.route", "soc.source.id", "unit.id", "event.id", "event.ingested", "nobody.knows"]
)
def test_a_sender_cannot_write_what_is_made_here(name: str) -> None:
    event = _parsed(**{name: "forged"}).event

    assert name not in event
    assert event[f"json.{name}"] == "forged"


def test_what_is_past_the_limits_is_kept_as_text() -> None:
    parsed = _parsed(**{f"key{number}": number for number in range(600)})

    assert "key599" in parsed.event["soc.overflow"]
    assert "too_many_keys" in parsed.quality


@pytest.mark.parametrize("data", [b"[1]", b"7", b"{", b"", b"\xff"])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError):
        list(JsonLinesParser().parse(RawRecord("http", "s", 0, "", Transport.HTTP, data), CONTEXT))
