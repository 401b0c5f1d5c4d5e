"""The table at the end of `socctl import`: what became of each file, read from the events it gave."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson
import typer

from soc.event import EventView, decode
from soc.journal import Batch, Lane, Log
from soc.state.accounting import LedgerRow
from soc.text import visible
from socctl.importing import Became, Result

_REF = f'"soc.raw.ref":"{Lane.IMPORT}:'.encode()
BAD = frozenset({Became.PARTLY, Became.FAILED})


@dataclass(slots=True)
class Gave:
    """The new events of one file. `since`, `until`: their first and last time, '' when there are none."""

    events: int = 0
    failed: int = 0
    since: str = ""
    until: str = ""

    def count(self, event: EventView) -> None:
        self.events += 1
        at = str(event["@timestamp"])
        if event["event.kind"] == "pipeline_error":
            self.failed += 1
            return
        self.since = min(self.since or at, at)
        self.until = max(self.until, at)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the books of a source gained."""

    received: int
    stored: int
    quarantined: int
    dropped: int
    in_flight: int
    events: int
    folded: int
    pipeline_errors: int

    @property
    def clean(self) -> bool:
        return not (self.quarantined or self.dropped or self.pipeline_errors)


def gained(before: LedgerRow, after: LedgerRow) -> Sums:
    """The difference of two looks at the books."""
    return Sums(
        after.received - before.received,
        after.stored - before.stored,
        sum(after.quarantined.values()) - sum(before.quarantined.values()),
        sum(after.dropped.values()) - sum(before.dropped.values()),
        after.in_flight,
        after.events - before.events,
        after.duplicates - before.duplicates,
        after.pipeline_errors - before.pipeline_errors,
    )


def given(results: Sequence[Result], events: Log, *, after: int) -> list[Gave]:
    """What each file gave; `after`: where the event log ended when the import began."""
    found = [Gave() for _ in results]
    # Files lie in the raw log one behind the other.
    filled = sorted((result.first, result.last, number) for number, result in enumerate(results) if result.records)
    starts = [first for first, _, _ in filled]
    for offset, line in _imported(events, after):
        place = bisect_right(starts, offset) - 1
        if place >= 0 and offset <= filled[place][1]:
            found[filled[place][2]].count(decode(line))
    return found


def show(results: Sequence[Result], gave: Sequence[Gave], sums: Sums, *, as_json: bool) -> None:
    """The table and the books, or one object a line."""
    if as_json:
        for result, row in zip(results, gave, strict=True):
            typer.echo(orjson.dumps({"type": "file", **_fields(result, row)}).decode())
        fields = {name: getattr(sums, name) for name in Sums.__slots__}
        typer.echo(orjson.dumps({"type": "total", "files": len(results), **fields}).decode())
        return
    typer.echo(f"{'':9}{'kind':<11}{'records':>9}{'events':>9}{'failed':>8}  {'first':<17}{'last':<17}file")
    for result, row in zip(results, gave, strict=True):
        typer.echo(_line(result, row))
    typer.echo(_totals(results, sums))


def _imported(events: Log, after: int) -> Iterator[tuple[int, bytes]]:
    """(raw offset, line) of the events that an import gave."""
    for batch in events.read(after, max_records=10**9):
        if not isinstance(batch, Batch) or batch.origin is None or batch.origin.lane != Lane.IMPORT:
            continue
        for line in batch.records:
            start = line.find(_REF)
            if start >= 0:
                start += len(_REF)
                yield int(line[start : line.index(b'"', start)]), line


def _fields(result: Result, row: Gave) -> dict[str, object]:
    return {
        "file": result.name,
        "state": result.state,
        "kind": result.kind,
        "records": result.records,
        "events": row.events,
        "failed": row.failed,
        "first": row.since,
        "last": row.until,
        "note": result.note,
    }


def _line(result: Result, row: Gave) -> str:
    note = f"\n{'':9}{visible(result.note)}" if result.note else ""
    times = f"{_minute(row.since):<17}{_minute(row.until):<17}"
    counts = f"{result.records:>9}{row.events:>9}{row.failed:>8}"
    return f"{result.state:<9}{result.kind:<11}{counts}  {times}{visible(result.name)}{note}"


def _minute(text: str) -> str:
    return text[:16].replace("T", " ")


def _totals(results: Iterable[Result], sums: Sums) -> str:
    states = [result.state for result in results]
    files = ", ".join(f"{states.count(state)} {state}" for state in Became if state in states)
    return (
        f"{len(states)} files: {files or 'none'}\n"
        f"records: {sums.received} received = {sums.stored} stored + {sums.quarantined} quarantined"
        f" + {sums.dropped} dropped + {sums.in_flight} in flight\n"
        f"events: {sums.events} new, {sums.folded} folded, {sums.pipeline_errors} pipeline errors"
    )
