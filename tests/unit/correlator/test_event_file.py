from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from correlator.event_file import read_events, timed
from soc.errors import SocError

NOON = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)
SECONDS = int(NOON.timestamp())


@pytest.mark.parametrize(
    "event",
    [
        {"@timestamp": "2026-11-24T12:00:05Z"},
        {"@timestamp": "2026-11-24T19:00:05+07:00"},
        {"@timestamp": "2026-11-24T12:00:05.0000000Z"},
        {"timestamp": "2026-11-24 12:00:05"},
        {"UtcTime": "2026-11-24 12:00:05.000"},
        {"time": SECONDS},
        {"@timestamp": SECONDS * 1_000},
        {"timestamp": str(SECONDS * 1_000_000)},
        {"ts": float(SECONDS)},
        {"_time": f"{SECONDS}.000"},
        {"@timestamp": SECONDS * 1_000_000_000},
        {"Event": {"System": {"TimeCreated": {"#attributes": {"SystemTime": "2026-11-24T12:00:05Z"}}}}},
        {"@timestamp": "no time", "TimeCreated": "2026-11-24T12:00:05Z"},
        {"t": SECONDS, "event": {"a": 1}},
        {"@timestamp": SECONDS, "event": {"a": 1}},
    ],
)
def test_the_time_of_an_event_is_found_in_any_usual_form(event: dict[str, Any]) -> None:
    assert timed(event)[1] == NOON


@pytest.mark.parametrize("value", [None, True, [], {}, "", "yesterday", "2026-02-30", 10**30, float("inf")])
def test_what_is_no_time_is_none(value: Any) -> None:
    assert timed({"@timestamp": value})[1] is None


def test_an_event_of_a_timeline_is_unwrapped_and_its_time_kept_as_written() -> None:
    assert timed({"t": 540, "event": {"a": 1}, "note": "x"}) == ({"a": 1}, datetime(1970, 1, 1, 0, 9, tzinfo=UTC), 540)
    assert timed({"event": {"a": 1}, "match": True})[0] == {"a": 1}


def test_a_time_beside_an_event_object_leaves_both_readings_open() -> None:
    event, _, _ = timed({"@timestamp": 5, "event": {"code": 4625}})
    assert event["event"] == {"code": 4625}
    assert event["code"] == 4625


def test_byte_order_marks_line_ends_and_blank_lines_are_no_events() -> None:
    assert read_events(b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"a": 2}\r\n', "e") == [{"a": 1}, {"a": 2}]
    assert read_events(b'\xef\xbb\xbf [{"a": 1},\n {"a": 2}]', "e") == [{"a": 1}, {"a": 2}]
    assert read_events(b"", "e") == []


def test_json_that_is_hard_to_read_is_read_whole() -> None:
    assert read_events(b'{"a": 36893488147419103233}', "e") == [{"a": 36893488147419103233}]
    assert read_events(rb'{"a": "x\ud800y"}', "e") == [{"a": "x�y"}]
    assert read_events(b'{"a": 1e400}', "e") == [{"a": float("inf")}]


@pytest.mark.parametrize("data", [b"{", b"5", b'[{"a": 1}, 5]', b"[", b'{"a": NaN}', b'{"a": "\xff"}', b"\xff"])
def test_what_is_no_json_object_is_refused_by_its_place(data: bytes) -> None:
    with pytest.raises(SocError, match=r"^e:(1:)? "):
        read_events(data, "e")
