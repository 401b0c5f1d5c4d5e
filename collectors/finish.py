"""From what a record says to the event that is stored: identity, route, unit, related, our own fields.

The same for every parser, and the only place where these fields are made (collectors.md 1.2, 3, 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Protocol

from collectors.enrich.community import of_event
from collectors.enrich.related import relate
from collectors.enrich.units import place
from collectors.hygiene import clean, cut_long
from collectors.parser import PROVINCE_ZONE, Parsed
from soc.access import UNASSIGNED
from soc.errors import ParseError
from soc.event import ECS_VERSION, Event, EventView, event_id, timestamp
from soc.raw import RawRecord, Transport
from soc.unit import UnitTree


class Trust(StrEnum):
    """How sure the sender is (collectors.md 1.1)."""

    PROVEN = "proven"
    CONNECTED = "connected"
    CLAIMED = "claimed"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What the pipeline knows about who sent the record."""

    id: str
    unit: str = UNASSIGNED
    zone: tzinfo = PROVINCE_ZONE
    trust: Trust = Trust.CLAIMED


class RouteTable(Protocol):
    """The table of log sources (soc/logsource.py)."""

    def route_of(self, event: EventView) -> str: ...


OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=24)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BINARY = frozenset({Transport.EVTX, Transport.PCAP})
_PLACED = frozenset({Transport.FILE, Transport.HTTP, Transport.EVTX, Transport.PCAP})
_TRUSTED = frozenset({Trust.PROVEN, Trust.LOCAL})


def finish(
    parsed: Parsed,
    record: RawRecord,
    *,
    source: SourceInfo,
    units: UnitTree,
    table: RouteTable,
    parser: str,
    item: int,
    sequence: str,
    ingested: datetime,
    raw_ref: str | None,
) -> Event:
    """The event of one `Parsed`. `parser`: name@version. `item`: its index in the record. `sequence`: the record's
    place in the raw log, used where it has no place of its own. `raw_ref`: None when nothing is stored."""
    received = received_at(record)
    quality = [*parsed.quality, *record.flags]
    at, status = _time(parsed, received, quality)
    event: Event = {"soc.route": "", "@timestamp": timestamp(at), "event.id": ""}
    event.update(parsed.event)
    event["event.id"] = _identity(parsed, record, at, source, sequence, item)
    _common(event, record, received, ingested, quality, raw_ref)
    _ours(event, source, parser, status)
    clean(event, record.data, quality)
    place(event, at, units, source.unit)
    if "network.community_id" not in event and (community := of_event(event)) is not None:
        event["network.community_id"] = community
    relate(event)
    cut_long(event, record.data, quality)
    if quality:
        event["soc.quality"] = list(dict.fromkeys(quality))
    event["soc.route"] = table.route_of(event)
    return event


def pipeline_error(
    record: RawRecord,
    error: ParseError,
    *,
    source: SourceInfo,
    units: UnitTree,
    table: RouteTable,
    parser: str,
    sequence: str,
    ingested: datetime,
    raw_ref: str | None,
    found: EventView | None = None,
) -> Event:
    """The event of a record that gives none: searchable, counted, replayable (collectors.md 3.4).
    `found` is what was known before the failure."""
    fields: Event = dict(found or {})
    fields["event.kind"] = "pipeline_error"
    fields.setdefault("event.module", parser.partition("@")[0] or "soc")
    fields.setdefault("event.dataset", "soc.pipeline_error")
    fields["error.message"] = _advice(error, source, parser)
    fields["error.type"] = error.kind
    parsed = Parsed(fields, None, time_status="receive_time")
    return finish(
        parsed,
        record,
        source=source,
        units=units,
        table=table,
        parser=parser,
        item=0,
        sequence=sequence,
        ingested=ingested,
        raw_ref=raw_ref,
    )


def received_at(record: RawRecord) -> datetime:
    """When the record reached us."""
    return _EPOCH + timedelta(microseconds=record.received_ns // 1_000)


def original(data: bytes, quality: list[str]) -> str:
    """The line as text; bytes that are not UTF-8 stay readable as \\xNN."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        quality.append("not_utf8")
        text = data.decode(errors="backslashreplace")
    return text.replace("\0", "\\x00") if "\0" in text else text


def _time(parsed: Parsed, received: datetime, quality: list[str]) -> tuple[datetime, str]:
    if parsed.at is None:
        return received, "receive_time"
    if parsed.at < OLDEST or parsed.at - received > AHEAD:
        quality.append("time_out_of_range")
        return received, "receive_time"
    return parsed.at, parsed.time_status


def _identity(parsed: Parsed, record: RawRecord, at: datetime, source: SourceInfo, sequence: str, item: int) -> str:
    if parsed.identity is not None and source.trust in _TRUSTED:
        # Only a sender who is sure may say which record this is: a forged one must not fold into a real one.
        return event_id(at, "", parsed.identity)
    if record.position and record.transport in _PLACED:
        sequence = f"{record.position}#{record.sequence}" if record.sequence else record.position
    return event_id(at, source.id, record.data, sequence, item)


def _common(
    event: Event, record: RawRecord, received: datetime, ingested: datetime, quality: list[str], raw_ref: str | None
) -> None:
    event["ecs.version"] = ECS_VERSION
    event["event.created"] = timestamp(received)
    event["event.ingested"] = timestamp(max(ingested, received))
    event.setdefault("event.category", [])
    event.setdefault("event.type", [])
    if record.transport not in _BINARY and "event.original" not in event:
        event["event.original"] = original(record.data, quality)
    if raw_ref is not None:
        event["soc.raw.ref"] = raw_ref


def _ours(event: Event, source: SourceInfo, parser: str, status: str) -> None:
    event["soc.source.id"] = source.id
    event["soc.source.trust"] = source.trust.value
    event["soc.parser"] = parser
    event["soc.time.status"] = status


def _advice(error: ParseError, source: SourceInfo, parser: str) -> str:
    name = parser or "no parser"
    return (
        f"{name}: {error.message} (source {source.id}) - set the product of this source, or mend the mapping and replay"
    )
