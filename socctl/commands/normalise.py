"""`socctl normalise`: lines in, one flat ECS event a line out; nothing is stored."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, tzinfo

    from soc.raw import RawRecord

FRAME_LIMIT = 1_048_576


def normalise(
    file: Path = typer.Argument(Path("-"), help="File, or - for standard input"),
    source: str = typer.Option("auto", help="A parser's name; 'auto' detects"),
    nested: bool = typer.Option(False, "--nested", help="Nested ECS instead of dotted names"),
    at: str = typer.Option("", help="Receive time (RFC 3339); then two runs give the same bytes"),
    zone: str = typer.Option("", help="Zone of times that name none"),
    framing: str = typer.Option("auto", help="auto, lf or octet"),
    sender: str = typer.Option("", help="Address that the lines came from"),
    explain: bool = typer.Option(False, "--explain", help="Say on standard error, for each line, why"),
) -> None:
    """Exit 0 when all is well, 1 when some records gave a pipeline_error, 2 when it could not run."""

    from collectors.senders import OneSender
    from soc.clock import SystemClock
    from soc.event import instant
    from soc.unit import UnitTree
    from socctl import wiring

    received = instant(at) if at else None
    book = OneSender("cli", source, zone=zone)
    normaliser = wiring.normaliser(book, UnitTree([]), _site_mappings())
    _check(source)
    clock = SystemClock()
    failed = False
    try:
        for number, record in enumerate(_records(file, framing, received, sender)):
            events = normaliser.events(record, ingested=received or clock.now(), sequence=str(number))
            if explain:
                _explain(record, framing, book.zone, events, number + 1)
            failed = _write(events, nested=nested) or failed
    except BrokenPipeError:
        # Whoever reads our output has seen enough; the command line's own library would call it an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if failed:
        raise typer.Exit(1)


def _check(source: str) -> None:
    from collectors.registry import names
    from soc.errors import SourceError

    if source != "auto" and source not in names():
        raise SourceError(f"no source '{source}'{_near(source, names())}", code="SOC-1334")


def _site_mappings() -> Path | None:
    """Of the data directory that was named; without one nothing is looked for."""
    from soc.paths import DataDir

    named = os.environ.get("SOC_DATA")
    return DataDir(Path(named)).mappings if named else None


def _explain(record: RawRecord, framing: str, zone: tzinfo, events: list[dict[str, object]], number: int) -> None:
    from collectors.detect_product import ProductDetector
    from collectors.explain import explained
    from collectors.finish import received_at
    from collectors.parser import Context

    typer.echo(f"line {number}: framing {'lf' if framing == 'auto' else framing}", err=True)
    for fact in explained(record, Context(received_at(record), zone), ProductDetector(), events):
        typer.echo(f"line {number}: {fact}", err=True)


def _write(events: list[dict[str, object]], *, nested: bool) -> bool:
    """One line an event, flushed per record; whether one of them is an error."""
    from soc.event import encode
    from soc.event import nested as opened

    out = sys.stdout.buffer
    for event in events:
        out.write(encode(opened(event) if nested else event) + b"\n")
    out.flush()
    return any(event["event.kind"] == "pipeline_error" for event in events)


def _records(file: Path, framing: str, received: datetime | None, sender: str) -> Iterator[RawRecord]:
    from collectors.file_kind import Kind, kind_of
    from collectors.files import opened, records
    from soc.errors import SourceError

    if file == Path("-"):
        yield from _streamed(sys.stdin.buffer, framing, received, sender)
    elif not file.exists():
        raise SourceError(f"{file}: no such file", code="SOC-1335")
    elif framing == "auto" and kind_of(file) is not Kind.TEXT:
        with opened(file, problem=lambda name, why: typer.echo(f"{name}: {why}", err=True)) as inputs:
            for item in inputs:
                for record in records(item, source="cli"):
                    yield _received(record, received)
    else:
        with file.open("rb") as stream:
            yield from _streamed(stream, framing, received, sender)


def _streamed(stream: IO[bytes], framing: str, received: datetime | None, sender: str) -> Iterator[RawRecord]:
    import time

    from soc.raw import RawRecord, Transport

    for data in _framed(stream, framing):
        if data.strip():
            yield _received(RawRecord("cli", "cli", time.time_ns(), sender, Transport.TCP, data), received)


def _framed(stream: IO[bytes], framing: str) -> Iterator[bytes]:
    """Lines as they come; with octet counts as on a stream."""
    from collectors.framing import Framer

    if framing == "octet":
        framer = Framer(FRAME_LIMIT)
        while data := stream.read(FRAME_LIMIT):
            yield from (frame.data for frame in framer.feed(data))
        yield from (frame.data for frame in framer.finish())
        return
    for line in stream:
        yield line.rstrip(b"\r\n")[:FRAME_LIMIT]


def _received(record: RawRecord, received: datetime | None) -> RawRecord:
    import msgspec

    return record if received is None else msgspec.structs.replace(record, received_ns=int(received.timestamp() * 1e9))


def _near(name: str, names: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=3, cutoff=0.6)
    return f" - did you mean {', '.join(near)}?" if near else f" - one of {', '.join(names)}"
