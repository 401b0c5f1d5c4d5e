"""One raw record -> its events: which product, which parser, then `finish`; the same for live, import and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import structlog

from collectors.finish import RouteTable, SourceInfo, finish, pipeline_error, received_at
from collectors.parser import Context, Parser
from soc.errors import ParseError
from soc.event import Event
from soc.raw import RawRecord, Transport
from soc.unit import UnitTree

log = structlog.get_logger(__name__)

BAD_FRAME = "bad_frame"
CRASH = "crash"
PAUSED = "source_paused"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a record, and what parser its records want ('auto': find out). `paused`: they are kept, not read."""

    info: SourceInfo
    product: str = "auto"
    year: int | None = None
    paused: bool = False


class SenderBook(Protocol):
    """Knows the senders, and learns new ones."""

    def sender_of(self, record: RawRecord) -> Sender: ...


class Detector(Protocol):
    """Finds the parser of a record by its bytes; may remember what a sender sends."""

    def product_of(self, record: RawRecord) -> str: ...

    def judge(self, record: RawRecord, product: str, *, failed: bool) -> None:
        """How the parser fared: a pin that fails is dropped."""
        ...


@dataclass(slots=True)
class Outcome:
    """What became of one record. `quarantined`: the reason, '' when it gave events."""

    events: Iterable[Event]
    quarantined: str = ""


class Normaliser:
    """Pure but for the memory of parsers and detector; stores nothing."""

    def __init__(
        self,
        *,
        book: SenderBook,
        units: UnitTree,
        table: RouteTable,
        detector: Detector,
        parser_named: Callable[[str], Parser],
    ) -> None:
        self._book = book
        self._units = units
        self._table = table
        self._detector = detector
        self._parser_named = parser_named

    def is_paused(self, record: RawRecord) -> bool:
        """Whether somebody decided that this sender's records are not read now."""
        return self._book.sender_of(record).paused

    def events(
        self, record: RawRecord, *, ingested: datetime, sequence: str = "0", raw_ref: str | None = None
    ) -> list[Event]:
        """The events of a record, at least one. `sequence`: its place in the raw log where it has no other."""
        return list(self.stream(record, ingested=ingested, sequence=sequence, raw_ref=raw_ref))

    def stream(
        self, record: RawRecord, *, ingested: datetime, sequence: str = "0", raw_ref: str | None = None
    ) -> Iterator[Event]:
        """The same one by one: a capture gives more events than memory should hold."""
        sender = self._book.sender_of(record)
        product = self._product(record, sender)
        parser = self._parser_named(product)
        facts = self._facts(sender, parser, ingested, raw_ref)
        context = Context(received_at(record), sender.info.zone, sender.year)
        count, failed = 0, False
        try:
            for parsed in parser.parse(record, context):
                failed = failed or parsed.event.get("event.kind") == "pipeline_error"
                yield finish(parsed, record, item=count, sequence=sequence, **facts)
                count += 1
            if not count:
                raise ParseError(f"{parser.name}: the record holds nothing - see its raw bytes", kind="bad_body")
        except ParseError as error:
            failed = True
            yield pipeline_error(record, error, sequence=f"{sequence}/error", **facts)
        self._detector.judge(record, product, failed=failed)

    def crashed(self, record: RawRecord, *, ingested: datetime, sequence: str, raw_ref: str | None) -> Event:
        """What is said of a record whose parser has a defect: the rest of it was not read."""
        sender = self._book.sender_of(record)
        parser = self._parser_named(self._product(record, sender))
        error = ParseError(f"{parser.name}: a defect of the parser ended it - the rest is in the raw bytes", kind=CRASH)
        facts = self._facts(sender, parser, ingested, raw_ref)
        return pipeline_error(record, error, sequence=f"{sequence}/crash", **facts)

    def _facts(self, sender: Sender, parser: Parser, ingested: datetime, raw_ref: str | None) -> dict[str, Any]:
        return {
            "source": sender.info,
            "units": self._units,
            "table": self._table,
            "parser": f"{parser.name}@{parser.version}",
            "ingested": ingested,
            "raw_ref": raw_ref,
        }

    def _product(self, record: RawRecord, sender: Sender) -> str:
        if record.product != "auto":
            return record.product
        if record.transport in (Transport.EVTX, Transport.PCAP):
            return record.transport.value
        return sender.product if sender.product != "auto" else self._detector.product_of(record)


def outcome(
    normaliser: Normaliser, record: RawRecord, *, ingested: datetime, sequence: str, raw_ref: str | None
) -> Outcome:
    """The events of a record, or the reason why it gives none: a bad record never stops the loop."""
    if BAD_FRAME in record.flags:
        return Outcome((), BAD_FRAME)
    if normaliser.is_paused(record):
        return Outcome((), PAUSED)
    stream = normaliser.stream(record, ingested=ingested, sequence=sequence, raw_ref=raw_ref)
    if record.transport is Transport.PCAP:
        crashed = partial(normaliser.crashed, record, ingested=ingested, sequence=sequence, raw_ref=raw_ref)
        return Outcome(_guarded(stream, record, crashed))
    try:
        return Outcome(list(stream))
    except Exception:  # the one broad catch of this loop: counted, logged, kept in the raw log
        log.exception("a record crashed its parser", source=record.source, raw_ref=raw_ref)
        return Outcome((), CRASH)


def _guarded(stream: Iterator[Event], record: RawRecord, crashed: Callable[[], Event]) -> Iterator[Event]:
    """A capture is too large to hold: what came before the crash stays, and an event says that the rest is lacking."""
    try:
        yield from stream
    except Exception:  # see above
        log.exception("a capture crashed its parser", source=record.source, position=record.position)
        yield crashed()
