"""An entry of systemd's journal: `journalctl -o json`, or the export form (systemd.io, Journal Export Formats)."""

from __future__ import annotations

from typing import Any

import orjson

from collectors.codecs.syslog import Header
from collectors.parser import Context
from collectors.times import epoch
from soc.event import Event

Entry = dict[str, Any]

_MARKS = ("__REALTIME_TIMESTAMP", "_HOSTNAME", "SYSLOG_IDENTIFIER", "_BOOT_ID", "__CURSOR")
_TIMES = ("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP")
MOST_KEYS = 200


def entry(text: str) -> Entry | None:
    """The fields of an entry, None when the text is none."""
    start = text.lstrip()[:2]
    if start[:1] == "{":
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError:
            return None
    elif start == "__" and "\nMESSAGE=" in text:
        pairs = (line.partition("=") for line in text.splitlines()[:MOST_KEYS])
        found = {name: value for name, equals, value in pairs if equals}
    else:
        return None
    return found if isinstance(found, dict) and "MESSAGE" in found and any(mark in found for mark in _MARKS) else None


def header(fields: Entry, context: Context) -> Header:
    """The entry as if it had come with a syslog header."""
    message = _text(fields["MESSAGE"])
    stamp = next((_text(fields[name]) for name in _TIMES if _text(fields.get(name))), "")
    severity, facility = _text(fields.get("PRIORITY")), _text(fields.get("SYSLOG_FACILITY")) or "1"
    known = severity in "01234567" and severity != "" and facility.isdecimal() and int(facility[:3]) < 24
    program = _text(fields.get("SYSLOG_IDENTIFIER")) or _text(fields.get("_COMM"))
    if not program and fields.get("_TRANSPORT") == "kernel":
        program = "kernel"
    return Header(
        body=message,
        rest=message,
        priority=int(facility) * 8 + int(severity) if known else None,
        moment=epoch(stamp, context) if stamp else None,
        host=_text(fields.get("_HOSTNAME")),
        program=program,
        pid=_text(fields.get("SYSLOG_PID")) or _text(fields.get("_PID")),
    )


def kept(fields: Entry) -> Event:
    """Every field under its own name, those of the address kind in small letters as the journal's readers show them."""
    return {f"journald.{name.strip('_').lower()}": _text(value) for name, value in list(fields.items())[:MOST_KEYS]}


def add(event: Event, fields: Entry) -> None:
    """What the journal knows for itself: the unit, and the program whose words these are."""
    event.update(kept(fields))
    event["journald.unit"] = _text(fields.get("_SYSTEMD_UNIT")) or _text(fields.get("UNIT"))
    owner = "process.parent" if "process.parent.name" in event else "process"
    if path := _text(fields.get("_EXE")):
        event.setdefault(f"{owner}.executable", path)
    if unit := event["journald.unit"]:
        event.setdefault("service.name", unit)


def _text(value: Any) -> str:
    """Texts; bytes come as a list of numbers, a repeated field as a list of texts, of which the last counts."""
    if isinstance(value, list):
        if value and all(isinstance(part, int) and 0 <= part < 256 for part in value):
            return bytes(value).decode("utf-8", "replace")
        return _text(value[-1]) if value else ""
    return value if isinstance(value, str) else "" if value is None else str(value)
