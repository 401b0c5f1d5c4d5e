"""`socctl import --dry-run`: the files read and normalised in memory; nothing is stored, no folder is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from collectors.file_kind import Kind
from collectors.files import Input, opened, records
from collectors.normaliser import outcome
from collectors.senders import OneSender
from soc.clock import SystemClock
from soc.errors import SourceError
from soc.raw import RawRecord
from soc.unit import UnitTree
from socctl import wiring
from socctl.import_report import Gave, Sums
from socctl.importing import Became, Result, Wanted

if TYPE_CHECKING:
    from collectors.normaliser import Normaliser


class Trial:
    """The rows and sums that an import into an empty store would show."""

    def __init__(self, wanted: Wanted, advance: Callable[[int], None]) -> None:
        sender = OneSender(wanted.source, wanted.product, zone=wanted.zone, unit=wanted.unit)
        self.results: list[Result] = []
        self.gave: list[Gave] = []
        self._wanted = wanted
        self._advance = advance
        self._clock = SystemClock()
        self._normaliser: Normaliser = wiring.normaliser(sender, UnitTree([]))
        self._quarantined = 0

    def run(self, paths: Sequence[Path]) -> None:
        for path in paths:
            with opened(path, problem=self._problem) as inputs:
                for item in inputs:
                    self._read(item)

    def sums(self) -> Sums:
        taken = sum(result.records for result in self.results)
        events, failed = (sum(getattr(row, name) for row in self.gave) for name in ("events", "failed"))
        return Sums(taken, taken - self._quarantined, self._quarantined, 0, 0, events, 0, failed)

    def _problem(self, name: str, why: str) -> None:
        self._row(Result(name, "?", state=Became.FAILED, note=why))

    def _row(self, result: Result) -> Gave:
        self.results.append(result)
        self.gave.append(Gave())
        return self.gave[-1]

    def _read(self, item: Input) -> None:
        result = Result(item.name, item.kind.value)
        row = self._row(result)
        if item.kind is Kind.EMPTY:
            result.state, result.note = Became.EMPTY, "the file is empty"
            return
        wanted = self._wanted
        try:
            for record in records(item, source=wanted.source, product=wanted.product, note=result.remark):
                result.records += 1
                self._advance(len(record.data))
                self._judge(record, row)
        except SourceError as error:
            result.state, result.note = Became.FAILED, f"{error.code}: {error}"

    def _judge(self, record: RawRecord, row: Gave) -> None:
        found = outcome(self._normaliser, record, ingested=self._clock.now(), sequence="0", raw_ref=None)
        self._quarantined += bool(found.quarantined)
        for event in found.events:
            row.count(event)
