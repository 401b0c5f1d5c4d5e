from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from soc.event import decode, encode, event_id, instant, nested, timestamp
from tests.builders import NOON


def test_an_id_sorts_by_time_and_follows_from_the_record() -> None:
    first = event_id(NOON, "fw", b"line")
    assert first == event_id(NOON, "fw", b"line") < event_id(NOON + timedelta(milliseconds=1), "fw", b"line")
    others = {event_id(NOON, "f", b"wline"), event_id(NOON, "fw", b"line", "1"), event_id(NOON, "fw", b"line", item=1)}
    assert len({first, *others}) == 4
    assert event_id(datetime(1969, 1, 1, tzinfo=UTC), "fw", b"").startswith("0" * 12)


def test_a_time_is_written_in_one_form() -> None:
    east = datetime(26, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1)))
    assert timestamp(east) == "0026-01-02T02:04:05.000000Z"
    assert instant(timestamp(NOON)) == NOON


def test_a_line_is_an_object() -> None:
    event = {"soc.route": "a", "b": None, "c": ""}
    assert decode(encode(event)) == event
    with pytest.raises(ValueError, match="JSON object"):
        decode(b"[1]")


def test_dots_open_into_objects() -> None:
    assert nested({"a.b.c": 1, "a.b.d": [2], "e": None}) == {"a": {"b": {"c": 1, "d": [2]}}, "e": None}


def test_a_name_that_is_value_and_object_loses_neither() -> None:
    assert nested({"a": 1, "a.b": 2}) == {"a": {"_value": 1, "b": 2}}
    assert nested({"a.b": 2, "a": 1}) == {"a": {"_value": 1, "b": 2}}
