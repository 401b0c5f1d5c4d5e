"""Files -> the import lane of the raw log: same path, same ids as live records."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from collectors.books import Books
from collectors.files import Input, kept, opened, records
from soc.access import SYSTEM, UNASSIGNED
from soc.errors import SourceError
from soc.journal import Lane, Log
from soc.raw import RawRecord, encode
from soc.role import RoleName
from soc.state.imports import ImportedFile
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
        with self.state.read() as tx:
            before = tx.imports.find(item.sha256, SYSTEM)
        if before is not None and not self.wanted.again:
            result.state, result.note = "known", f"already imported on {before.at:%Y-%m-%d %H:%M}"
            return
        try:
            item = kept(item, self.place.data.evidence)
            for frame in frames(records(item, source=self.wanted.source, product=self.wanted.product)):
                last = log.append([encode(record) for record in frame], at_ns=time.time_ns())
                books.received(Lane.IMPORT, last, Counter(record.source for record in frame))
                books.flush(self.place.clock.now())
                result.records += len(frame)
        except SourceError as error:
            result.state, result.note = "failed", str(error)
            return
        self._note(item, result)

    def _note(self, item: Input, result: Result) -> None:
        size, now = item.path.stat().st_size, self.place.clock.now()
        with self.state.write() as tx:
            tx.imports.add(ImportedFile(item.sha256, item.name, size, result.records, now, unit=self.wanted.unit))


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
