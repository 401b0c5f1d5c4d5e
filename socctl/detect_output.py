"""What `socctl detect` prints: hits as JSON lines, a table of grouped alerts, and the summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any, cast

import orjson

from soc.alert import Hit, Level, RuleCard
from soc.event import timestamp

LEVELS = tuple(Level)
STYLES = {
    "critical": "bold white on red",
    "high": "bold red",
    "medium": "yellow",
    "low": "cyan",
    "informational": "dim",
}
UNKNOWN_TIME = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def line_of(hit: Hit) -> bytes:
    """One hit as one line of JSON (DESIGN.md, the command line)."""
    document: dict[str, Any] = {
        "rule": _rule(hit.rule),
        "time": _time(hit.at),
        "unit": hit.unit,
        "entities": dict(hit.entities),
        "matched": hit.matched,
        "events": list(hit.events),
    }
    if hit.correlation is not None:
        facts = hit.correlation
        document["correlation"] = {
            "type": facts.type,
            "group": dict(facts.group),
            "window": [timestamp(facts.first), timestamp(facts.last)],
            "count": facts.count,
            "condition": facts.condition,
        }
    if hit.weak_filter:
        document["weak_filter"] = list(hit.weak_filter)
    return orjson.dumps(document, default=str) + b"\n"


def _rule(card: RuleCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "title": card.title,
        "level": card.level.value,
        "author": card.author,
        "link": card.link,
        "tags": list(card.tags),
        "file": card.file,
    }


def _time(at: datetime) -> str | None:
    return None if at == UNKNOWN_TIME else timestamp(at)


class Spool:
    """Hits wait on disk until all are known, then come sorted by time and rule; memory holds only their places."""

    def __init__(self) -> None:
        # Closed by `close`, at the end of the run.
        self._file = cast("IO[bytes]", TemporaryFile(prefix="soc-detect-"))  # noqa: SIM115
        self._places: list[tuple[datetime, str, int, int]] = []
        self._end = 0

    def add(self, hit: Hit) -> None:
        line = line_of(hit)
        self._file.write(line)
        self._places.append((hit.at, hit.rule.id, self._end, len(line)))
        self._end += len(line)

    def lines(self) -> Iterator[bytes]:
        for _, _, offset, size in sorted(self._places):
            self._file.seek(offset)
            yield self._file.read(size)

    def close(self) -> None:
        self._file.close()


@dataclass(slots=True)
class Row:
    """One grouped alert of the table."""

    card: RuleCard
    unit: str
    entities: tuple[tuple[str, str], ...]
    first: datetime
    last: datetime
    count: int = 0


@dataclass(slots=True)
class Board:
    """Hits grouped as the live queue groups them."""

    rows: dict[str, Row] = field(default_factory=dict)

    def add(self, hit: Hit, fingerprint: str) -> None:
        row = self.rows.get(fingerprint)
        if row is None:
            row = self.rows[fingerprint] = Row(hit.rule, hit.unit, hit.entities, hit.at, hit.at)
        row.first, row.last = min(row.first, hit.at), max(row.last, hit.at)
        row.count += hit.count

    def sorted(self) -> list[Row]:
        return sorted(self.rows.values(), key=lambda row: (row.first, row.card.id, row.entities))
