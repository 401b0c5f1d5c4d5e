"""The parser of Windows events: a chunk of an EVTX file, one JSON document, or one event XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from collectors.parser import Context, Parsed
from collectors.parsers.windows import shapes, snareform, xmlform
from collectors.parsers.windows.event import parsed_of
from collectors.parsers.windows.evtxform import evtx_json
from collectors.sources.evtx import Damage, is_evtx, records
from soc.errors import ParseError
from soc.raw import RawRecord, Transport

HEADER = 1_024


class WindowsParser:
    """One engine for every road; the form is found by itself."""

    name = "windows"
    version = 2

    def parse(self, record: RawRecord, context: Context) -> Iterable[Parsed]:
        data = record.data
        if record.transport is Transport.EVTX or is_evtx(data):
            return self._chunk(data, context)
        return [self._one(data, context)]

    def _one(self, data: bytes, context: Context) -> Parsed:
        start = data.find(b"<Event")
        if start >= 0 and data.lstrip()[:1] != b"{":
            # Event XML, perhaps behind a syslog header (Sysmon for Linux, Snare).
            log = xmlform.event(data[start:].decode("utf-8", "replace").rstrip("\x00\r\n"))
        elif snareform.MARK.encode() in data[:HEADER]:
            log = snareform.snare(data.decode("utf-8", "replace").rstrip("\x00\r\n"))
        else:
            log = shapes.read(_document(data))
        if log is None:
            raise ParseError("no Windows event in any form known here - set the product of the source", kind="bad_body")
        return parsed_of(log, context)

    def _chunk(self, chunk: bytes, context: Context) -> Iterator[Parsed]:
        damage = Damage()
        found = 0
        for record in records(chunk, damage):
            log = evtx_json(orjson.loads(record.json))
            if log is None:
                damage.records += 1
                continue
            found += 1
            yield parsed_of(log, context)
        if damage.records or damage.chunks:
            yield _lost(damage, found)


def _document(data: bytes) -> dict[str, object]:
    # NXLog and others send the object behind a syslog header.
    start = data.find(b"{", 0, HEADER)
    try:
        document = orjson.loads(data[max(start, 0) :])
    except orjson.JSONDecodeError as error:
        raise ParseError(f"not JSON: {error}", kind="bad_body") from error
    if not isinstance(document, dict):
        raise ParseError("the line is JSON, but no object", kind="bad_body")
    return document


def _lost(damage: Damage, found: int) -> Parsed:
    """The part of a chunk that could not be read: one event that says so, with the count."""
    event = {
        "event.kind": "pipeline_error",
        "event.module": "windows",
        "event.dataset": "windows.eventlog",
        "error.type": "decode",
        "error.message": f"EVTX chunk damaged: {damage.records} records lost, {found} read - export the log again",
    }
    return Parsed(event, None, "receive_time")
