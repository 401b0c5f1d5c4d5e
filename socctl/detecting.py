"""Files -> events for `socctl detect`: read, normalised and routed like live input, or taken as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soc.clock import Clock
from soc.errors import SourceError
from soc.logsource import UNROUTED

if TYPE_CHECKING:
    from collectors.files import Input
    from collectors.normaliser import Normaliser
    from soc.raw import RawRecord

STDIN = Path("-")


@dataclass(slots=True)
class Reading:
    """What was read. `problems`: (file, why) of what could not be; reading goes on behind them."""

    files: list[tuple[str, str, int]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    records: int = 0
    progress: Callable[[int], None] = lambda _: None

    def problem(self, name: str, why: str) -> None:
        self.problems.append((name, why))

    def raw(self, paths: Sequence[Path]) -> Iterator[RawRecord]:
        """The raw records of all files, archives opened, in the order given."""
        from collectors.files import opened

        for path in paths:
            if path == STDIN:
                yield from self._standard_input()
            elif not path.exists():
                self.problem(str(path), "no such file")
            else:
                with opened(path, problem=self.problem) as inputs:
                    for item in inputs:
                        yield from self._records(item)

    def _records(self, item: Input) -> Iterator[RawRecord]:
        from collectors.file_kind import Kind
        from collectors.files import records

        if item.kind is Kind.EMPTY:
            self.problem(item.name, "empty file")
            return
        before = self.records
        try:
            for record in records(item, source="detect"):
                self.records += 1
                self.progress(len(record.data))
                yield record
        except (SourceError, OSError) as error:
            self.problem(item.name, str(error))
        self.files.append((item.name, item.kind.value, self.records - before))

    def _standard_input(self) -> Iterator[RawRecord]:
        """Standard input may be any kind of file, so it is kept in one while it is read."""
        import shutil
        import sys
        from tempfile import NamedTemporaryFile

        from collectors.files import opened

        with NamedTemporaryFile(prefix="soc-stdin-") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
            copy.flush()
            with opened(Path(copy.name), problem=self.problem) as inputs:
                for item in inputs:
                    yield from self._records(item)


def normalised(
    reading: Reading, paths: Sequence[Path], normaliser: Normaliser, clock: Clock, stated: str = ""
) -> Iterator[dict[str, Any]]:
    """Events as live input makes them. `stated`: the route of events that have none (`--logsource`)."""
    for number, record in enumerate(reading.raw(paths)):
        for event in normaliser.stream(record, ingested=clock.now(), sequence=str(number)):
            if stated and event["soc.route"] == UNROUTED:
                event["soc.route"] = stated
            yield event


def as_they_are(reading: Reading, paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """JSON objects that use the rules' own field names (`--as sigma`)."""
    import orjson

    for record in reading.raw(paths):
        try:
            document = orjson.loads(record.data)
        except orjson.JSONDecodeError as error:
            yield {"event.kind": "pipeline_error", "error.message": f"not JSON: {error}"}
            continue
        if isinstance(document, dict):
            yield document
        else:
            yield {"event.kind": "pipeline_error", "error.message": "JSON, but no object"}
