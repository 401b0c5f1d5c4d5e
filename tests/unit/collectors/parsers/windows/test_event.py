"""Windows events: the same flat event, time and identity from every road."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from soc.logsource import load_table
from tests.builders import NOON
from tests.unit.collectors.parsers.windows.records import SYSMON, evtx_dump, parse

SHAPES: dict[str, Any] = {
    "evtx_dump": evtx_dump(Image="C:\\Windows\\cmd.exe", ProcessId=16, User="CB\\an"),
    "winlogbeat": {
        "@timestamp": "2026-11-24T05:00:00.123Z",
        "agent": {"type": "winlogbeat", "version": "9.1.0"},
        "winlog": {
            "channel": SYSMON,
            "provider_name": "Microsoft-Windows-Sysmon",
            "event_id": "1",
            "record_id": 7,
            "computer_name": "PC1.cb.example",
            "process": {"pid": 3544, "thread": {"id": 4264}},
            "user": {"identifier": "S-1-5-18"},
            "event_data": {"Image": "C:\\Windows\\cmd.exe", "ProcessId": "16", "User": "CB\\an"},
        },
        "log": {"level": "information"},
    },
    "winlogbeat, dotted": {
        "@timestamp": "2026-11-24T05:00:00.123Z",
        "winlog.channel": SYSMON,
        "winlog.provider_name": "Microsoft-Windows-Sysmon",
        "event.code": 1,
        "winlog.record_id": "7",
        "winlog.computer_name": "PC1.cb.example",
        "winlog.process.pid": 3544,
        "winlog.process.thread.id": 4264,
        "winlog.user.identifier": "S-1-5-18",
        "winlog.event_data.Image": "C:\\Windows\\cmd.exe",
        "winlog.event_data.ProcessId": "16",
        "winlog.event_data.User": "CB\\an",
        "log.level": "information",
    },
    "winlogbeat 6": {
        "@timestamp": "2026-11-24T05:00:00.123Z",
        "log_name": SYSMON,
        "source_name": "Microsoft-Windows-Sysmon",
        "event_id": 1,
        "record_number": "7",
        "computer_name": "PC1.cb.example",
        "process_id": 3544,
        "thread_id": 4264,
        "user": {"identifier": "S-1-5-18"},
        "level": "Information",
        "event_data": {"Image": "C:\\Windows\\cmd.exe", "ProcessId": "16", "User": "CB\\an"},
        "beat": {"name": "wec", "version": "6.7.0"},
    },
    "nxlog": {
        "EventTime": "2026-11-24 12:00:00.123",
        "@timestamp": "2026-11-24T05:00:02Z",
        "@version": "1",
        "host": "wec",
        "port": 62387,
        "tags": ["x"],
        "Channel": SYSMON,
        "SourceName": "Microsoft-Windows-Sysmon",
        "EventID": 1,
        "RecordNumber": 7,
        "Hostname": "PC1.cb.example",
        "ExecutionProcessID": 3544,
        "ThreadID": 4264,
        "Severity": "INFO",
        "EventType": "INFO",
        "AccountName": "SYSTEM",
        "Domain": "NT AUTHORITY",
        "AccountType": "User",
        "UserID": "S-1-5-18",
        "Image": "C:\\Windows\\cmd.exe",
        "ProcessId": "16",
        "User": "CB\\an",
    },
    "event xml": (
        b"<13>Nov 24 05:00:00 PC1 sysmon: <Event><System><Provider Name='Microsoft-Windows-Sysmon'/>"
        b"<EventID>1</EventID><Level>4</Level><TimeCreated SystemTime='2026-11-24T05:00:00.123456000Z'/>"
        b"<EventRecordID>7</EventRecordID><Execution ProcessID='3544' ThreadID='4264'/>"
        b"<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>PC1.cb.example</Computer>"
        b"<Security UserId='S-1-5-18'/></System><EventData><Data Name='Image'>C:\\Windows\\cmd.exe</Data>"
        b"<Data Name='ProcessId'>16</Data><Data Name='User'>CB\\an</Data></EventData></Event>\n"
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_road_gives_the_same_event(shape: str) -> None:
    parsed = parse(SHAPES[shape])
    expected = parse(SHAPES["evtx_dump"])
    ignored = {"winlog.keywords", "winlog.user.name", "winlog.user.domain", "winlog.user.type"}
    ours = {name: value for name, value in parsed.event.items() if name not in ignored and name[:6] != "agent."}
    theirs = {name: value for name, value in expected.event.items() if name not in ignored}
    assert ours == theirs
    assert parsed.identity == expected.identity
    assert parsed.at is not None
    assert parsed.at.replace(microsecond=0) == NOON
    assert parsed.time_status == "exact"
    assert load_table().route_of(parsed.event) == "windows.sysmon.process_creation"


@pytest.mark.parametrize(
    ("fields", "at", "status"),
    [
        ({"EventTime": "2026-11-24T12:00:00+07:00"}, NOON, "exact"),
        ({"EventTime": "2026-11-24 12:00:00"}, NOON, "zone_assumed"),
        ({"TimeCreated": "2026-11-24 01:00:00", "UtcTime": "2026-11-24 05:00:01.5"}, NOON, "exact"),
        ({"EventTime": "2026-11-24 12:00:00", "UtcTime": "2020-01-01 00:00:00"}, NOON, "zone_assumed"),
        ({"EventTime": "2026-11-24 12:00:00", "UtcTime": "nonsense"}, NOON, "zone_assumed"),
        ({"EventTime": "nonsense"}, None, "receive_time"),
        ({}, None, "receive_time"),
    ],
)
def test_a_local_time_takes_its_zone_from_its_neighbour(
    fields: dict[str, str], at: datetime | None, status: str
) -> None:
    parsed = parse({"Channel": "X", "EventID": 1, **fields})
    assert parsed.at == at
    assert parsed.time_status == status
    assert parsed.at is None or parsed.at.tzinfo is UTC
