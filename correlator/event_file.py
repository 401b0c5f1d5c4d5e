"""The events of `rules match`: NDJSON or one JSON array, and the time of each (DESIGN.md).

An event's time is its `@timestamp`, or the first of `TIMES` that holds one: ISO 8601, or a number since 1970 in
seconds, milliseconds, microseconds or nanoseconds. A line `{"t": seconds, "event": {...}}` is an event of a timeline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from correlator.windows.items import EPOCH
from soc.errors import SocError
from soc.logsources.access import named

TIMES = (
    *("@timestamp", "timestamp", "time", "t", "ts", "UtcTime", "TimeCreated", "SystemTime", "EventTime", "date"),
    *("_time", "Timestamp", "TimeGenerated", "eventTime", "event_time", "datetime", "created_at", "@t"),
    *("TimeCreated.SystemTime", "System.TimeCreated.SystemTime", "Event.System.TimeCreated.SystemTime"),
    *("System.TimeCreated.#attributes.SystemTime", "Event.System.TimeCreated.#attributes.SystemTime"),
)
_READERS = tuple(named(name) for name in TIMES)
_SCALES = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))  # a count that large is no longer seconds
_NUMBER = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,12})?")
# orjson rounds integers past 64 bits; the rules compare every digit.
_LONG = re.compile(rb"\d{20}")
_BOM = b"\xef\xbb\xbf"

EventAt = tuple[Mapping[str, Any], datetime | None, Any]
"""An event, its time, and the time as it is written."""


def read_events(data: bytes, path: str) -> list[Mapping[str, Any]]:
    """The objects of NDJSON, or of one JSON array."""
    data = data.removeprefix(_BOM)
    if data.lstrip()[:1] == b"[":
        events = _decoded(data, f"{path}:1")
        if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
            raise SocError(f"{path}: an array of events holds JSON objects", code="SOC-1191")
        return list(events)
    found: list[Mapping[str, Any]] = []
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            event = _decoded(line, f"{path}:{number}")
            if not isinstance(event, dict):
                raise SocError(f"{path}:{number}: an event is a JSON object", code="SOC-1191")
            found.append(event)
    return found


def timed(line: Mapping[str, Any]) -> EventAt:
    """The event of a line, unwrapped where the line is one of a timeline."""
    inner = line.get("event")
    if isinstance(inner, dict):
        if "t" in line:
            return inner, _instant(line["t"]), line["t"]
        if len(line) == 2 and "match" in line:
            line = inner
        elif len(line) == 2:  # a time beside an event, or ECS: both readings stay open
            line = {**inner, **line}
    for read in _READERS:
        written = read(line)
        found = _instant(written)
        if found is not None:
            return line, found, written
    return line, None, None


def _instant(value: Any) -> datetime | None:
    if isinstance(value, bool):
        return None
    try:
        if isinstance(value, str):
            if not _NUMBER.fullmatch(value):
                found = datetime.fromisoformat(value)
                return found if found.tzinfo else found.replace(tzinfo=UTC)
            value = float(value) if "." in value else int(value)
        if isinstance(value, (int, float)):
            scale = next((scale for least, scale in _SCALES if abs(value) >= least), 1)
            return EPOCH + timedelta(seconds=value / scale)
    except (ValueError, OverflowError):
        return None
    return None


def _decoded(data: bytes, place: str) -> Any:
    try:
        return _patiently(data) if _LONG.search(data) else orjson.loads(data)
    except ValueError as error:
        try:
            return _patiently(data)
        except ValueError:
            raise SocError(f"{place}: not JSON: {error}", code="SOC-1191") from None


def _patiently(data: bytes) -> Any:
    """What orjson rounds or refuses although it is JSON: long integers, large exponents, halves of a surrogate."""
    value = json.loads(data, parse_constant=_refused)
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        text = json.dumps(value, ensure_ascii=False)
        value = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return value


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
