"""Keys and values that no store trips over."""

from __future__ import annotations

import orjson

from collectors.hygiene import EVENT_BYTES, KEYWORD_BYTES, clean, cut_long
from soc.event import Event


def test_a_scalar_makes_room_for_the_fields_below_it() -> None:
    event: Event = {"json.a": 1, "json.a.b": 2}
    quality: list[str] = []

    clean(event, b"{}", quality)

    assert event == {"json.a._value": 1, "json.a.b": 2}
    assert quality == ["key_renamed"]


def test_control_characters_in_keys_are_replaced() -> None:
    event: Event = {"json.a\nb": 1}

    clean(event, b"{}", [])

    assert event == {"json.a_b": 1}


def test_two_keys_that_become_one_keep_the_first() -> None:
    event: Event = {"json.a_b": 1, "json.a\nb": 2}

    clean(event, b"{}", [])

    assert event == {"json.a_b": 1}


def test_nul_is_written_out_everywhere() -> None:
    event: Event = {"message": "a\0b", "json.x": ["\0"], "json.y": {"k": "\0"}, "json.n": 1}

    clean(event, b"a\0b", [])

    assert event == {"message": "a\\x00b", "json.x": ["\\x00"], "json.y": {"k": "\\x00"}, "json.n": 1}


def test_text_is_nfc_but_for_the_line_and_the_vendor_tree() -> None:
    decomposed = "Nguye\u0302\u0303n"
    event: Event = {"user.name": decomposed, "json.user": decomposed, "event.original": decomposed}

    clean(event, decomposed.encode(), [])

    assert event == {"user.name": "Nguyễn", "json.user": decomposed, "event.original": decomposed}


def test_a_long_keyword_is_cut_and_stays_whole_in_the_vendor_tree() -> None:
    long = "ư" * KEYWORD_BYTES
    event: Event = {"url.original": long, "nginx.x": long, "message": long}
    quality: list[str] = []

    cut_long(event, long.encode(), quality)

    assert len(event["url.original"].encode()) <= KEYWORD_BYTES
    assert event["nginx.x"] == event["message"] == long
    assert quality == ["truncated_field"]


def test_an_event_over_a_megabyte_is_made_to_fit() -> None:
    long = "\x01" * 400_000  # six bytes each in JSON
    event: Event = {"event.original": long, "message": long, "json.list": ["x" * 1_000] * 900, "user.name": "an"}
    quality: list[str] = []

    cut_long(event, long.encode(), quality)

    assert len(orjson.dumps(event)) <= EVENT_BYTES
    assert event["user.name"] == "an"
    assert "truncated_event" in quality


def test_a_list_that_fills_the_event_goes() -> None:
    event: Event = {"json.list": ["x" * 1_000] * 2_000, "user.name": "an"}

    cut_long(event, b"x" * 2_000_000, [])

    assert event == {"user.name": "an"}


def test_a_short_record_is_not_looked_at() -> None:
    event: Event = {"url.original": "x" * 40_000}

    cut_long(event, b"short", [])

    assert len(event["url.original"]) == 40_000
