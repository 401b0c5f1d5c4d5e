"""The durable log between two loops. The promise is here; `sqlite_log.py` keeps it on SQLite files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Lane(StrEnum):
    """The lanes of the raw log: files that are imported never wait behind live traffic, nor the reverse."""

    LIVE = "live"
    IMPORT = "import"


EVENTS = "events"
"""The event log has one lane; its readers keep their positions under this name."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The raw record up to which an event frame was made: lane and offset (-1: before the first)."""

    lane: str
    offset: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One frame: records `first` to `last` of a log, both included, in order.

    A frame without records (`records == ()`, `last == first - 1`) only moves the origin.
    """

    first: int
    last: int
    records: tuple[bytes, ...]
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Offsets `first` to `last` are lost (damage); counts as `dropped(reason=damaged)`, turns health red."""

    first: int
    last: int
    reason: str


class Log(Protocol):
    """One partition of a log. One writer process, any number of readers."""

    def append(
        self,
        records: Sequence[bytes],
        *,
        at_ns: int,
        origin: Origin | None = None,
        places: Mapping[str, str] | None = None,
    ) -> int:
        """Writes one frame durably and returns the offset of its last record, after the sync.

        Offsets count up by one from 0 and are never reused. Raises JournalFull with nothing written,
        JournalError on an I/O error (the batch is not acknowledged). `places`: where each sender stands, by
        name, kept in the same commit.
        """
        ...

    def read(self, after: int, *, max_records: int = 5_000) -> Iterator[Batch | Gap]:
        """Frames with records past `after`, oldest first; at most about `max_records` records, then stops.
        The first frame is cut so that no record at or before `after` is seen again."""
        ...

    def end(self) -> int:
        """The offset of the last durable record, -1 when there is none."""
        ...

    def origins(self) -> dict[str, int]:
        """Per raw lane, the highest origin written: where normalise goes on after a restart."""
        ...

    def places(self) -> dict[str, str]:
        """Every sender's place: where a file is read on after a restart."""
        ...

    def size(self) -> int:
        """Bytes on disk."""
        ...

    def close(self) -> None: ...
