"""Files -> the import lane of the raw log: same path, same ids as live records."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from collectors.books import Books
from collectors.file_kind import Kind
from collectors.files import Input, kept, opened, records
from soc.access import SYSTEM, UNASSIGNED
from soc.errors import JournalError, SourceError
from soc.journal import Lane, Log
from soc.raw import RawRecord, encode
from soc.role import RoleName
from soc.state.imports import INCOMPLETE, ImportedFile
from soc.state.source_table import Source
from soc.state.store import State
from soc.state.tables.sources import SourceState
from socctl import wiring
from socctl.wiring import Site

FRAME_RECORDS = 500
FRAME_BYTES = 3 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller says of the files."""

    source: str = "import"
    product: str = "auto"
    unit: str = UNASSIGNED
    zone: str = ""
    again: bool = False


class Became(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    PARTLY = "partly"
    KNOWN = "known"
    EMPTY = "empty"
    FAILED = "failed"


@dataclass(slots=True)
class Result:
    """One row of the table. KNOWN: the same bytes came before. `first`, `last`: its records in the raw log."""

    name: str
    kind: str
    records: int = 0
    state: Became = Became.IMPORTED
    note: str = ""
    first: int = 0
    last: int = -1

    def remark(self, text: str) -> None:
        """Something of the file could not be read, the rest was."""
        self.state = Became.PARTLY
        self.note = f"{self.note}; {text}" if self.note else text


@dataclass(slots=True)
class Importer:
    """Appends files; `results` grows as it goes. What cannot be read is named, and the rest goes on."""

    place: Site
    state: State
    wanted: Wanted
    results: list[Result] = field(default_factory=list)
    advance: Callable[[int], None] = lambda _: None
    """Told the bytes of each durable frame."""

    def run(self, paths: Iterable[Path], progress: Callable[[Result], None] = lambda _: None) -> None:
        self._source()
        log = wiring.raw_log(self.place, Lane.IMPORT)
        log.continue_above(wiring.read_up_to(self.place, Lane.IMPORT))
        books = Books(RoleName.RECEIVE, self.state, self.place.clock, (Lane.IMPORT,))
        books.catch_up({Lane.IMPORT: log})
        wiring.trim_raw(self.place, self.state, log, Lane.IMPORT).run(self.place.clock.now())
        try:
            for path in paths:
                with opened(path, problem=self._problem) as inputs:
                    for item in inputs:
                        self._import(item, log, books)
                        progress(self.results[-1])
        finally:
            books.flush_now()
            log.close()

    def _source(self) -> None:
        wanted, now = self.wanted, self.place.clock.now()
        with self.state.write() as tx:
            tx.sources.add(
                Source(wanted.source, wanted.source, now, unit=wanted.unit, zone=wanted.zone, state=SourceState.ACTIVE)
            )

    def _problem(self, name: str, why: str) -> None:
        self.results.append(Result(name, "?", state=Became.FAILED, note=why))

    def _import(self, item: Input, log: Log, books: Books) -> None:
        result = Result(item.name, item.kind.value)
        self.results.append(result)
        if item.kind is Kind.EMPTY:
            result.state, result.note = Became.EMPTY, "the file is empty"
            return
        received, known = self._begin(item)
        if known and not self.wanted.again:
            result.state, result.note = Became.KNOWN, f"already imported on {received:%Y-%m-%d %H:%M}"
            return
        try:
            self._append(item, received, result, log, books)
        except (SourceError, JournalError) as error:
            result.state, result.note = Became.FAILED, f"{error.code}: {error}"
            return
        with self.state.write() as tx:
            tx.imports.complete(item.sha256, result.records)

    def _append(self, item: Input, received: datetime, result: Result, log: Log, books: Books) -> None:
        item = kept(item, self.place.data)
        wanted = self.wanted
        found = records(item, source=wanted.source, product=wanted.product, note=result.remark)
        result.first = log.end() + 1
        for frame in frames(_received(record, received) for record in found):
            last = log.append([encode(record) for record in frame], at_ns=time.time_ns())
            books.received(Lane.IMPORT, last, Counter(record.source for record in frame))
            books.flush(self.place.clock.now())
            result.last = last
            result.records += len(frame)
            self.advance(sum(len(record.data) for record in frame))

    def _begin(self, item: Input) -> tuple[datetime, bool]:
        """When these bytes were first received, and whether they were read to their end since. A record without a
        time of its own takes that one, so it is the same event whenever it is read again."""
        size, now = item.path.stat().st_size, self.place.clock.now()
        with self.state.write() as tx:
            tx.imports.add(ImportedFile(item.sha256, item.name, size, INCOMPLETE, now, unit=self.wanted.unit))
            found = tx.imports.find(item.sha256, SYSTEM)
        if found is None:
            raise SourceError(
                f"{item.name}: the list of imported files was changed meanwhile - try again", code="SOC-1337"
            )
        return found.at, found.records != INCOMPLETE


def _received(record: RawRecord, at: datetime) -> RawRecord:
    return msgspec.structs.replace(record, received_ns=round(at.timestamp() * 1e6) * 1_000)


def frames(found: Iterable[RawRecord]) -> Iterator[list[RawRecord]]:
    """Records in the portions of one durable commit."""
    frame: list[RawRecord] = []
    size = 0
    for record in found:
        if frame and (len(frame) >= FRAME_RECORDS or size + len(record.data) > FRAME_BYTES):
            yield frame
            frame, size = [], 0
        frame.append(record)
        size += len(record.data) + 300
    if frame:
        yield frame
