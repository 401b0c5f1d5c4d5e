"""Windows records as the roads carry them, and the one call that reads them."""

from __future__ import annotations

from typing import Any

import orjson

from collectors.parser import Context, Parsed
from collectors.parsers.windows.parser import WindowsParser
from soc.raw import RawRecord, Transport
from tests.builders import NOON

CONTEXT = Context(NOON)
SYSMON = "Microsoft-Windows-Sysmon/Operational"


def record(data: bytes) -> RawRecord:
    return RawRecord("test", "test", 0, "local", Transport.FILE, data)


def parse(document: Any) -> Parsed:
    data = document if isinstance(document, bytes) else orjson.dumps(document)
    (parsed,) = WindowsParser().parse(record(data), CONTEXT)
    return parsed


def evtx_dump(**data: Any) -> dict[str, Any]:
    return {
        "Event": {
            "#attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"},
            "System": {
                "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}},
                "EventID": 1,
                "Level": 4,
                "Keywords": "0x8000000000000000",
                "TimeCreated": {"#attributes": {"SystemTime": "2026-11-24T05:00:00.123456Z"}},
                "EventRecordID": 7,
                "Execution": {"#attributes": {"ProcessID": 3544, "ThreadID": 4264}},
                "Channel": SYSMON,
                "Computer": "PC1.cb.example",
                "Security": {"#attributes": {"UserID": "S-1-5-18"}},
            },
            "EventData": data,
        }
    }
