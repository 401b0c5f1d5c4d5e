"""Why a line became the event that it did: header, scores, parser, and what failed on the way; for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectors.codecs.syslog import Header, header
from collectors.codecs.text import text_of
from collectors.detect_product import ProductDetector
from collectors.parser import Context
from soc.errors import ParseError
from soc.event import Event
from soc.raw import RawRecord


def explained(record: RawRecord, context: Context, detector: ProductDetector, events: Sequence[Event]) -> Iterator[str]:
    """One fact a line."""
    yield f"bytes: {len(record.data)}{''.join(f', {flag}' for flag in record.flags)}"
    yield f"header: {_header(record, context)}"
    scores = detector.scores(record)
    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    yield f"scores: {', '.join(f'{name} {score}' for name, score in ordered) or 'none'}"
    for number, event in enumerate(events):
        yield from _event(event, f"event {number + 1}" if len(events) > 1 else "event")


def _header(record: RawRecord, context: Context) -> str:
    try:
        head = header(text_of(record.data), context)
    except ParseError as error:
        return f"none ({error.message})"
    moment = f"{head.moment.at.isoformat()} {head.moment.status}" if head.moment else ""
    words = (f"{name}={value}" for name, value in (*_words(head), ("time", moment)) if value)
    return " ".join((head.dialect.value, *words))


def _words(head: Header) -> tuple[tuple[str, str], ...]:
    priority = "" if head.priority is None else str(head.priority)
    return (
        ("priority", priority),
        ("host", head.host),
        ("program", head.program),
        ("pid", head.pid),
        ("msgid", head.msgid),
        ("elements", ",".join(head.data)),
        ("flags", ",".join(head.flags)),
    )


def _event(event: Event, name: str) -> Iterator[str]:
    yield f"{name}: parser {event['soc.parser']}, dataset {event['event.dataset']}, route {event['soc.route']}"
    yield f"{name}: time {event['@timestamp']} ({event['soc.time.status']})"
    quality: list[str] = event.get("soc.quality", [])
    failed = [flag.partition(":")[2] for flag in quality if flag.startswith("step_failed:")]
    flags = [flag for flag in quality if not flag.startswith("step_failed:")]
    yield f"{name}: steps that failed: {', '.join(failed) or 'none'}; flags: {', '.join(flags) or 'none'}"
    if "error.message" in event:
        yield f"{name}: {event['error.type']}: {event['error.message']}"
