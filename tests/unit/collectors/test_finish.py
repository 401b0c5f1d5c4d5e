"""What every event gains: identity, time, original, unit, our own fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors.finish import SourceInfo, Trust, finish, pipeline_error, received_at
from collectors.parser import Parsed
from soc.errors import ParseError
from soc.event import Event, EventView
from soc.fields.validate import validate
from soc.organisation_file import tree_from
from soc.raw import RawRecord, Transport

RECEIVED = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
UNITS = tree_from(
    {"units": [{"id": "finance", "name_vi": "Tài chính"}], "networks": [{"network": "10.1.0.0/16", "unit": "finance"}]}
)


class Table:
    """Routes by dataset."""

    def route_of(self, event: EventView) -> str:
        return str(event["event.dataset"])


def _record(data: bytes = b"a line", transport: Transport = Transport.UDP, **rest: Any) -> RawRecord:
    return RawRecord("udp", "s1", int(RECEIVED.timestamp()) * 1_000_000_000, "192.0.2.1", transport, data, **rest)


def _parsed(at: datetime | None = RECEIVED, **rest: Any) -> Parsed:
    event: Event = {
        "event.kind": "event",
        "event.module": "linux",
        "event.dataset": "linux.sshd",
        "source.ip": "10.1.2.3",
        "user.name": "an",
    }
    return Parsed(event, at, **rest)


def _finished(
    parsed: Parsed | None = None,
    record: RawRecord | None = None,
    source: SourceInfo | None = None,
    *,
    item: int = 0,
    sequence: str = "live:1",
    raw_ref: str | None = "live:1",
) -> Event:
    return finish(
        parsed or _parsed(),
        record or _record(),
        source=source or SourceInfo("s1"),
        units=UNITS,
        table=Table(),
        parser="linux@1",
        item=item,
        sequence=sequence,
        ingested=RECEIVED + timedelta(seconds=1),
        raw_ref=raw_ref,
    )


def test_a_finished_event_keeps_the_whole_contract() -> None:
    event = _finished()

    assert validate(event) == []
    assert next(iter(event)) == "soc.route"
    assert event["soc.route"] == "linux.sshd"
    assert event["unit.id"] == "finance"
    assert event["event.original"] == "a line"
    assert event["soc.raw.ref"] == "live:1"
    assert event["related.user"] == ["an"]
    assert "soc.quality" not in event


def test_two_equal_datagrams_are_two_events() -> None:
    assert _finished(sequence="live:1")["event.id"] != _finished(sequence="live:2")["event.id"]


@pytest.mark.parametrize("transport", [Transport.FILE, Transport.HTTP])
def test_a_record_with_a_place_of_its_own_folds(transport: Transport) -> None:
    record = _record(transport=transport, position="file:0")

    first, again = _finished(record=record, sequence="live:1"), _finished(record=record, sequence="live:9")
    other = _finished(record=replace_position(record, "file:7"))

    assert first["event.id"] == again["event.id"]
    assert first["event.id"] != other["event.id"]


def replace_position(record: RawRecord, position: str, sequence: str = "") -> RawRecord:
    return _record(record.data, record.transport, position=position, sequence=sequence)


def test_the_sequence_tells_two_records_of_one_place_apart() -> None:
    record = _record(transport=Transport.HTTP, position="key:0")

    assert _finished(record=record)["event.id"] != _finished(record=replace_position(record, "key:0", "1"))["event.id"]


def test_http_without_a_key_gives_two_events() -> None:
    record = _record(transport=Transport.HTTP)

    assert (
        _finished(record=record, sequence="live:1")["event.id"]
        != _finished(record=record, sequence="live:2")["event.id"]
    )


@pytest.mark.parametrize("trust", [Trust.PROVEN, Trust.LOCAL])
def test_a_windows_record_is_one_event_by_every_sure_road(trust: Trust) -> None:
    by_file = _finished(
        _parsed(identity=b"pc1/Security/7/1"), _record(transport=Transport.EVTX), SourceInfo("a", trust=Trust.LOCAL)
    )
    by_agent = _finished(
        _parsed(identity=b"pc1/Security/7/1"), _record(b"{}", Transport.HTTP), SourceInfo("b", trust=trust), item=3
    )

    assert by_file["event.id"] == by_agent["event.id"]


def test_a_sender_who_is_not_sure_cannot_say_which_record_it_is() -> None:
    sure = _finished(_parsed(identity=b"pc1/Security/7/1"), source=SourceInfo("a", trust=Trust.LOCAL))
    forged = _finished(_parsed(identity=b"pc1/Security/7/1"), source=SourceInfo("a", trust=Trust.CLAIMED))

    assert sure["event.id"] != forged["event.id"]


def test_items_of_one_record_are_different_events() -> None:
    assert _finished(item=0)["event.id"] != _finished(item=1)["event.id"]


@pytest.mark.parametrize("at", [datetime(1989, 12, 31, tzinfo=UTC), RECEIVED + timedelta(hours=24, seconds=1)])
def test_a_time_out_of_range_becomes_the_receive_time(at: datetime) -> None:
    event = _finished(_parsed(at))

    assert event["@timestamp"] == "2026-11-24T05:00:00.000000Z"
    assert event["soc.time.status"] == "receive_time"
    assert event["soc.quality"] == ["time_out_of_range"]


def test_a_record_without_a_time_says_so() -> None:
    assert _finished(_parsed(None))["soc.time.status"] == "receive_time"


def test_flags_of_parser_and_record_come_together_once() -> None:
    event = _finished(_parsed(quality=["truncated", "x"]), _record(flags=("truncated",)))

    assert event["soc.quality"] == ["truncated", "x"]


def test_bytes_that_are_not_utf8_stay_readable() -> None:
    event = _finished(record=_record(b"caf\xe9\x00"))

    assert event["event.original"] == "caf\\xe9\\x00"
    assert event["soc.quality"] == ["not_utf8"]


def test_binary_inputs_keep_a_reference_instead_of_the_line() -> None:
    event = _finished(record=_record(b"\x00\x01", Transport.EVTX), source=SourceInfo("s1", trust=Trust.LOCAL))

    assert "event.original" not in event
    assert event["soc.raw.ref"] == "live:1"


def test_nothing_stored_has_no_reference() -> None:
    assert "soc.raw.ref" not in _finished(raw_ref=None)


def test_a_parser_cannot_write_our_own_fields() -> None:
    parsed = _parsed()
    parsed.event |= {"soc.route": "forged", "event.id": "forged", "unit.id": "forged", "soc.source.id": "forged"}

    event = _finished(parsed)

    assert "forged" not in event.values()
    assert next(iter(event)) == "soc.route"


def test_ingested_is_never_before_created() -> None:
    record = _record()
    event = finish(
        _parsed(),
        record,
        source=SourceInfo("s1"),
        units=UNITS,
        table=Table(),
        parser="linux@1",
        item=0,
        sequence="1",
        ingested=RECEIVED - timedelta(hours=1),
        raw_ref=None,
    )

    assert event["event.ingested"] == event["event.created"]
    assert received_at(record) == RECEIVED


def test_a_five_tuple_gets_its_community_id() -> None:
    parsed = _parsed()
    parsed.event |= {
        "network.transport": "tcp",
        "source.port": 34855,
        "destination.ip": "66.35.250.204",
        "destination.port": 80,
    }
    known = replace(parsed, event={**parsed.event, "network.community_id": "1:sent"})

    assert _finished(parsed)["network.community_id"].startswith("1:")
    assert _finished(known)["network.community_id"] == "1:sent"


def _error(**rest: Any) -> Event:
    return pipeline_error(
        _record(b"\xff garbage"),
        ParseError("no header", kind="bad_header"),
        source=SourceInfo("s1", unit="finance"),
        units=UNITS,
        table=Table(),
        parser="linux@1",
        sequence="live:1",
        ingested=RECEIVED,
        raw_ref="live:1",
        **rest,
    )


def test_a_record_that_gives_no_event_is_one_that_says_why() -> None:
    event = _error()

    assert validate(event) == []
    assert event["event.kind"] == "pipeline_error"
    assert event["error.type"] == "bad_header"
    assert "no header" in event["error.message"]
    assert "replay" in event["error.message"]
    assert event["event.original"] == "\\xff garbage"
    assert event["unit.id"] == "finance"


def test_what_was_known_before_the_failure_stays() -> None:
    event = _error(found={"event.dataset": "fortinet.traffic", "source.ip": "10.1.2.3"})

    assert event["event.dataset"] == "fortinet.traffic"
    assert event["related.ip"] == ["10.1.2.3"]
