"""Suricata EVE JSON, versions 4 to 8 (docs.suricata.io, Eve JSON Format); every event type, unknown ones too.

The whole record stays under `suricata.*`; what each part means in ECS is in `suricata_fields.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from collectors.codecs.json_text import decode
from collectors.codecs.syslog import header
from collectors.codecs.text import text_of
from collectors.enrich.addresses import put
from collectors.parser import Context, Parsed
from collectors.parsers.suricata_fields import FIELDS, PARTS, kinds_of
from collectors.times import parse
from soc.errors import ParseError
from soc.event import Event
from soc.raw import RawRecord

LONGEST_PAYLOAD = 65_536
_PAYLOADS = ("payload", "payload_printable", "packet")


class SuricataParser:
    """One EVE record a line, with or without a syslog header before it."""

    name = "suricata"
    version = 2

    def parse(self, record: RawRecord, context: Context) -> Iterable[Parsed]:
        text = text_of(record.data).strip()
        if not text.startswith("{"):
            text = header(text, context).body
        decoded = decode(text)
        keys = decoded.keys
        if not isinstance(keys.get("event_type"), str):
            raise ParseError("the JSON object has no event_type: it is no EVE record", kind="bad_body")
        event: Event = {"event.kind": "event"}
        _common(event, keys, keys["event_type"])
        for field, (source, convert) in FIELDS.items():
            value = keys.get(source)
            if value is not None and (made := convert(value)) is not None:
                event.setdefault(field, made)
        for part in PARTS:
            part(event, keys)
        kinds_of(event, keys)
        _keep(event, keys)
        if decoded.overflow:
            event["soc.overflow"] = decoded.overflow
        moment = parse(keys["timestamp"], context) if isinstance(keys.get("timestamp"), str) else None
        if moment is None:
            return (Parsed(event, None, "receive_time", list(decoded.flags)),)
        return (Parsed(event, moment.at, moment.status, list(decoded.flags)),)


def _common(event: Event, keys: dict[str, Any], kind: str) -> None:
    event["event.module"] = "suricata"
    event["event.dataset"] = f"suricata.{kind if kind.replace('_', '').isalnum() and len(kind) < 40 else 'other'}"
    event["observer.vendor"] = "OISF"
    event["observer.product"] = "Suricata"
    event["observer.type"] = "ids"
    for side, name in (("source", "src"), ("destination", "dest")):
        put(event, side, _text(keys.get(f"{name}_ip")), _text(keys.get(f"{name}_port")))


def _keep(event: Event, keys: dict[str, Any]) -> None:
    """The record under its own names; a list of objects becomes one list for each of its keys."""
    for name, value in keys.items():
        if name in _PAYLOADS and isinstance(value, str):
            value = value[:LONGEST_PAYLOAD]
        if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
            for entry in value:
                _keep_entry(event, name, entry)
        else:
            event[f"suricata.{name}"] = value


def _keep_entry(event: Event, name: str, entry: Any) -> None:
    if not isinstance(entry, dict):
        entry = {"value": entry}
    for key, value in entry.items():
        values = event.setdefault(f"suricata.{name}.{key}", [])
        if isinstance(values, list):
            values.extend(value if isinstance(value, list) else [value])


def _text(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) else ""
