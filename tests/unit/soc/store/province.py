"""The events that every contract case is asked about: Vietnamese in both normal forms, lists, null, '', absent,
control characters, long values, mapped addresses, vendor fields of any type."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Any

from soc.event import Event, event_id, timestamp
from tests.builders import NOON

NFD = unicodedata.normalize("NFD", "Nguyễn Văn Đức")
LONG = "A" * 20_000 + " Needle " + "b" * 20_000

_FIELDS: tuple[dict[str, Any], ...] = (
    {"user.name": "Nguyễn Văn Đức", "source.ip": "10.1.2.3", "source.port": 443, "event.severity": 73},
    {"user.name": NFD, "source.ip": "::ffff:10.1.2.4", "source.port": 8443, "event.severity": 47},
    {"user.name": "İstanbul", "source.ip": "2001:db8::1", "destination.ip": "10.1.9.9"},
    {"user.name": "ΣΊΣΥΦΟΣ", "event.category": ["network"], "event.type": ["connection", "denied"]},
    {"user.name": "", "event.category": ["authentication", "session"], "event.outcome": "failure"},
    {"user.name": None, "event.category": [], "event.outcome": "success"},
    {"event.category": [None], "event.action": "LOGON", "event.code": "4624"},
    {"event.category": ["Network", None], "event.code": "4625"},
    {"process.command_line": r"C:\Windows\System32\cmd.exe /c whoami 100%_sure", "process.pid": 4711},
    {"process.command_line": 'powershell -enc "SQBFAFgA" \t\x00\x1f end', "process.name": "PowerShell.EXE"},
    {"message": LONG},
    {"message": "line one\nline two*?[x]", "event.original": "<38>Nov 24 host sshd[1]: Failed password"},
    {"url.original": "http://xn--example/%C4%90?q=a+b", "url.domain": "ĐÔNG.example.vn"},
    {
        "file.path": "/tmp/Tài liệu/đơn.docx",
        "file.name": "đơn.docx",
        "related.hash": ["D41D8CD98F00B204E9800998ECF8427E"],
    },
    {"related.ip": ["192.0.2.1", "2001:db8:ffff::", "::ffff:192.0.2.77"], "related.user": ["an", "Bình"]},
    {"winlog.event_data.LogonType": 3, "winlog.event_data.TargetUserName": "Administrator"},
    {"winlog.event_data.LogonType": "3", "winlog.event_data.Elevated": True},
    {"winlog.event_data.LogonType": [2, 10, "Interactive"], "winlog.event_data.Elevated": False},
    {"winlog.event_data.LogonType": None, "zeek.score": 1.5, "zeek.big": 1e22},
    {"winlog.event_data.LogonType": {"inner": 3}, "zeek.score": -0.25, "zeek.empty": ""},
    {"http.response.status_code": 404, "dns.question.name": "a.b.example.vn", "rule.name": "R_1 100%"},
    {"http.response.status_code": 200, "host.name": "PC-01", "event.start": timestamp(NOON - timedelta(days=2))},
    {"host.name": "pc-02", "network.bytes": 1_234, "event.start": timestamp(NOON)},
    {"host.name": ["pc-03", "PC-01"], "network.bytes": 99, "labels.room": "P.101"},
)


def events() -> list[Event]:
    """One event a second, over two units."""
    made = []
    for n, fields in enumerate(_FIELDS):
        at = NOON + timedelta(seconds=n, microseconds=n * 7)
        made.append(
            {
                "soc.route": "test",
                "@timestamp": timestamp(at),
                "event.id": event_id(at, "test", str(n).encode()),
                "event.kind": "event",
                "event.dataset": "test.a" if n % 3 else "test.b",
                "unit.id": ("xa-an-phu", "so-y-te")[n % 2],
                "soc.source.id": "test",
                **fields,
            }
        )
    return made
