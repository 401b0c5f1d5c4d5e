"""JSON from anybody: a document that speaks ECS (Filebeat, Logstash, Elastic Agent) passes through, checked name by
name; any other keeps its keys under `json.*`.

A sender never writes our own fields: `soc.*`, `unit.*` and identity are made here, whatever a document says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from collectors.codecs.decoded import Decoded
from collectors.codecs.json_text import decode
from collectors.codecs.syslog import Header, header
from collectors.codecs.text import text_of
from collectors.enrich.addresses import address
from collectors.parser import Context, Parsed
from collectors.parsers.envelope import event_of, name_process, parsed
from collectors.times import Moment, parse
from soc.errors import ParseError
from soc.event import Event, timestamp
from soc.fields.table import FieldSpec, Kind, field, known
from soc.raw import RawRecord

_OURS = ("soc.", "unit.")
_MADE_HERE = frozenset({"@timestamp", "ecs.version", "event.id", "event.created", "event.ingested"})
_TIMES = ("@timestamp", "timestamp", "time", "eventTime", "event_time", "ts", "datetime", "date", "created_at")
_MESSAGES = ("message", "msg", "log", "text")


class JsonLinesParser:
    """One JSON object a record."""

    name = "json"
    version = 2

    def parse(self, record: RawRecord, context: Context) -> Iterable[Parsed]:
        text = text_of(record.data)
        if not text.lstrip().startswith("{"):
            head = header(text, context)  # sent by syslog
            text = head.body if head.body.startswith("{") else head.rest
            try:
                decoded = decode(text)
            except ParseError:
                if not text.startswith("{"):
                    raise
                return _as_text(head)  # a sender's line that only begins like an object
        else:
            decoded = decode(text)
        event: Event = {"event.kind": "event", "event.module": "json", "event.dataset": "json.generic"}
        quality = list(decoded.flags)
        if _speaks_ecs(decoded.keys):
            _pass_through(event, decoded.keys, quality, context)
        else:
            _own_names(event, decoded.keys)
        if decoded.overflow:
            event["soc.overflow"] = decoded.overflow
        event.setdefault("event.category", [])
        event.setdefault("event.type", ["info"])
        moment = _moment(decoded, context)
        if moment is None:
            return (Parsed(event, None, "receive_time", quality),)
        return (Parsed(event, moment.at, moment.status, quality),)


def _as_text(head: Header) -> tuple[Parsed]:
    event = event_of(head, head.body)
    name_process(event, head)
    event |= {"event.module": "json", "event.dataset": "json.text", "event.category": [], "event.type": ["info"]}
    found = parsed(event, head)
    found.quality.append("bad_json")
    return (found,)


def _speaks_ecs(keys: dict[str, Any]) -> bool:
    return "@timestamp" in keys and ("ecs.version" in keys or "event.dataset" in keys or "agent.type" in keys)


def _pass_through(event: Event, keys: dict[str, Any], quality: list[str], context: Context) -> None:
    """ECS names with a legal value stay what they are; the rest moves under `json.`, so nothing is lost."""
    for name, value in keys.items():
        if name.startswith(_OURS) or name in _MADE_HERE or not known(name):
            event[f"json.{name}"] = value
            continue
        spec = field(name)
        fitting = value if spec is None else _fitting(value, spec, context)
        if fitting is None:
            event[f"json.{name}"] = value
            if value is not None:
                quality.append(f"step_failed:{name}")
        else:
            event[name] = fitting


def _fitting(value: Any, spec: FieldSpec, context: Context) -> Any:
    """The value in the form that the field wants, None when it cannot be."""
    if isinstance(value, list) and not spec.array:
        # One value in a list is the same value; Filebeat sends it so.
        if len(value) != 1:
            return value if value and all(_one(entry, spec, context) is not None for entry in value) else None
        value = value[0]
    if not spec.array:
        return _one(value, spec, context)
    values = [_one(entry, spec, context) for entry in (value if isinstance(value, list) else [value])]
    return None if not values or None in values else values


def _one(value: Any, spec: FieldSpec, context: Context) -> Any:
    if spec.allowed and value not in spec.allowed:
        return None
    if spec.kind is Kind.ADDRESS:
        return address(value) if isinstance(value, str) else None
    if spec.kind is Kind.TEXT:
        return value if isinstance(value, str) else _number_as_text(value)
    if spec.kind is Kind.INTEGER:
        return _integer(value)
    if spec.kind is Kind.NUMBER:
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if spec.kind is Kind.BOOLEAN:
        return value if isinstance(value, bool) else None
    if spec.kind is Kind.TIME:
        return _time(value, context)
    return value if isinstance(value, dict) else None


def _number_as_text(value: Any) -> str | None:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _integer(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else None


def _time(value: Any, context: Context) -> str | None:
    moment = parse(value, context) if isinstance(value, str) else None
    return timestamp(moment.at) if moment else None


def _own_names(event: Event, keys: dict[str, Any]) -> None:
    event.update({f"json.{name}": value for name, value in keys.items()})
    for name in _MESSAGES:
        if isinstance(keys.get(name), str) and keys[name]:
            event["message"] = keys[name]
            break


def _moment(decoded: Decoded, context: Context) -> Moment | None:
    for name in _TIMES:
        value = decoded.keys.get(name)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            moment = parse(str(value), context)
            if moment is not None:
                return moment
    return None
