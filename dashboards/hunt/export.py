"""Hits as a file: CSV for spreadsheets (formulas cannot run), NDJSON for programs. Streamed, and written in the audit
log with its question, person, rows and SHA-256, also when it was cut off."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import islice

import orjson

from dashboards.access.viewer import Viewer
from dashboards.hunt.asked import Reading
from dashboards.hunt.gate import Gate, Ticket
from dashboards.hunt.service import store_of
from dashboards.services import Services
from soc.event import Event
from soc.query.values import scalars, text_of
from soc.store.stop import Stop, stopping

BATCH = 1_000
ROWS_MOST = 1_000_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


LARGE = 10_000
"""From more rows on, the second factor is asked for again (security.md 3)."""


class Form(StrEnum):
    """What the file looks like."""

    CSV = "csv"
    NDJSON = "ndjson"


MEDIA = {Form.CSV: "text/csv; charset=utf-8", Form.NDJSON: "application/x-ndjson"}


@dataclass(slots=True)
class Export:
    """One download. Holds its place among the running searches until its last byte is out."""

    services: Services
    viewer: Viewer
    reading: Reading
    form: Form
    gate: Gate
    ticket: Ticket
    rows: int = 0
    whole: bool = False
    digest: str = ""
    stop: Stop = field(default_factory=Stop)

    def parts(self) -> Iterator[bytes]:
        """The file. However it ends, the audit log says what went out."""
        hash = sha256()
        try:
            for part in self._made():
                hash.update(part)
                yield part
        finally:
            self.digest = hash.hexdigest()
            self.gate.leave(self.ticket)
            self._note()

    def _made(self) -> Iterator[bytes]:
        columns = ("@timestamp", *self.reading.asked.columns)
        events = store_of(self.services).export(self.reading.ready())
        if self.form is Form.CSV:
            yield "\ufeff".encode() + _csv([columns])
        while batch := self._batch(events):
            if self.form is Form.NDJSON:
                yield b"".join(orjson.dumps(event) + b"\n" for event in batch)
            else:
                yield _csv([[guarded(cell(event, name)) for name in columns] for event in batch])
        self.whole = True

    def _batch(self, events: Iterator[Event]) -> list[Event]:
        with stopping(self.stop):
            batch = list(islice(events, min(BATCH, ROWS_MOST - self.rows)))
        self.rows += len(batch)
        return batch

    def _note(self) -> None:
        query = self.reading.ready()
        with self.services.state.write() as tx:
            tx.audit.append(
                self.viewer.actor,
                "events.export",
                self.form,
                at=self.services.clock.now(),
                unit=self.reading.asked.unit or "unassigned",
                after={
                    "q": self.reading.asked.q,
                    "since": query.since.isoformat(),
                    "until": query.until.isoformat(),
                    "units": "all" if query.scope.units is None else sorted(query.scope.units),
                    "rows": self.rows,
                    "sha256": self.digest,
                    "whole": self.whole,
                },
            )


def is_large(services: Services, reading: Reading) -> bool:
    """Counted only where the list of files does not already say no."""
    store, query = store_of(services), reading.ready()
    return store.weigh(query).events > LARGE and store.count(query) > LARGE


def cell(event: Event, name: str) -> str:
    """The field's values as one text; in the form of the event, so that nothing is rounded."""
    return "; ".join(text_of(value) for value in scalars(event, name))


def guarded(text: str) -> str:
    """A cell that a spreadsheet would calculate begins with an apostrophe instead."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _csv(rows: list[list[str]] | list[tuple[str, ...]]) -> bytes:
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerows(row for row in rows)
    return made.getvalue().replace("\x00", "\ufffd").encode("utf-8", "replace")
