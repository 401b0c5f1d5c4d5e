"""What a parser is: bytes of one raw record in, flat partial events out; `parsers/` and `mappings/` hold them.

A parser says what the record says. Identity, route, unit, related fields and our own `soc.*` fields are added
by `collectors/finish.py`, the same for every parser.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from soc.event import Event
from soc.raw import RawRecord

PROVINCE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the bytes. `zone`: of a time that names none. `year`: of an import that names none."""

    received: datetime
    zone: tzinfo = PROVINCE_ZONE
    year: int | None = None


@dataclass(slots=True)
class Parsed:
    """One partial event.

    `event` holds at least `event.kind`, `event.module`, `event.dataset`, and `event.category`/`event.type` as
    lists where known. `at` None means that the record has no usable time: the receive time is used and said so.
    `time_status`: exact, zone_assumed, year_assumed, receive_time (joined by +).
    `quality`: flags of collectors.md (`truncated_field`, `not_utf8`, `step_failed:<field>` ...).
    `identity`: bytes that make the record itself where they are not its raw bytes (Windows: computer, channel,
    record id, time in ms); with them the source id takes no part, so the same record by two roads is one event.
    """

    event: Event
    at: datetime | None
    time_status: str = "exact"
    quality: list[str] = field(default_factory=list)
    identity: bytes | None = None


class Parser(Protocol):
    """`name` lands in `soc.parser` as name@version. Raises soc.errors.ParseError: nothing usable was found.
    Never raises anything else, whatever the bytes."""

    name: str
    version: int

    def parse(self, record: RawRecord, context: Context) -> Iterable[Parsed]: ...


def utc(at: datetime) -> datetime:
    """The same instant in UTC."""
    return at.astimezone(UTC)


def texts(values: Iterable[object]) -> Iterator[str]:
    """The non-empty texts among values."""
    return (value for value in values if isinstance(value, str) and value)
