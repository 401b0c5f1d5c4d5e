"""Files -> the import lane of the raw log: same path, same ids as live records."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from collectors.books import Books
from collectors.files import Input, kept, opened, records
from soc.access import SYSTEM, UNASSIGNED
from soc.errors import SourceError
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


@dataclass(slots=True)
class Result:
    """One row of the table: `state` is imported, known (the same bytes before) or failed."""

    name: str
    kind: str
    records: int = 0
    state: str = "imported"
    note: str = ""


@dataclass(slots=True)
class Importer:
    """Appends files; `results` grows as it goes. What cannot be read is named, and the rest goes on."""

    place: Site
    state: State
    wanted: Wanted
    results: list[Result] = field(default_factory=list)

    def run(self, paths: Iterable[Path], progress: Callable[[Result], None] = lambda _: None) -> None:
        self._source()
        log = wiring.raw_log(self.place, Lane.IMPORT)
        books = Books(RoleName.RECEIVE, self.state, self.place.clock, (Lane.IMPORT,))
        books.catch_up({Lane.IMPORT: log})
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
        self.results.append(Result(name, "?", state="failed", note=why))

    def _import(self, item: Input, log: Log, books: Books) -> None:
        result = Result(item.name, item.kind.value)
        self.results.append(result)
        received, known = self._begin(item)
        if known and not self.wanted.again:
            result.state, result.note = "known", f"already imported on {received:%Y-%m-%d %H:%M}"
            return
        try:
            item = kept(item, self.place.data.evidence)
            found = (_received(record, received) for record in self._records(item))
            for frame in frames(found):
                last = log.append([encode(record) for record in frame], at_ns=time.time_ns())
                books.received(Lane.IMPORT, last, Counter(record.source for record in frame))
                books.flush(self.place.clock.now())
                result.records += len(frame)
        except SourceError as error:
            result.state, result.note = "failed", str(error)
            return
        with self.state.write() as tx:
            tx.imports.complete(item.sha256, result.records)

    def _records(self, item: Input) -> Iterator[RawRecord]:
        return records(item, source=self.wanted.source, product=self.wanted.product)

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
