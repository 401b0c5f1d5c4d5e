"""The same log in memory, for tests of roles that need no disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from soc.errors import JournalFull
from soc.journal import Batch, Gap, Origin
from soc.journal.body import LINES, RECORDS, Form, frames_of


class MemoryLog:
    """Keeps what `SqliteLog` promises, as long as the object lives."""

    def __init__(self, *, form: Form = RECORDS, quota_bytes: int = 20 * 1024**3) -> None:
        self._form = form
        self._quota_bytes = quota_bytes
        self._items: list[Batch | Gap] = []
        self._end = -1
        self._origins: dict[str, int] = {}
        self._places: dict[str, str] = {}
        self._size = 0
        self._told_beyond = -1

    def append(
        self,
        records: Sequence[bytes],
        *,
        at_ns: int,
        origin: Origin | None = None,
        places: Mapping[str, str] | None = None,
    ) -> int:
        parts = [tuple(part) for part in frames_of(records)] if records else []
        if self._form is LINES:
            for part in parts:
                LINES.join(part)
        incoming = sum(map(len, records))
        if records and self._size + incoming > self._quota_bytes:
            raise JournalFull(f"the log holds {self._size:,} of {self._quota_bytes:,} bytes", code="SOC-1508")
        for part in parts:
            self._items.append(Batch(self._end + 1, self._end + len(part), part, origin))
            self._end += len(part)
        self._size += incoming
        self._places.update(places or {})
        if origin:
            self._origins[origin.lane] = max(origin.offset, self._origins.get(origin.lane, -1))
        return self._end

    def read(self, after: int, *, max_records: int = 5_000) -> Iterator[Batch | Gap]:
        left = max_records
        for item in [item for item in self._items if item.last > after]:
            if isinstance(item, Gap):
                yield Gap(max(item.first, after + 1), item.last, item.reason)
                continue
            first = max(item.first, after + 1)
            yield Batch(first, item.last, item.records[first - item.first :], item.origin)
            left -= item.last - first + 1
            if left <= 0:
                return
        if left == max_records and after > max(self._end, self._told_beyond):
            self._told_beyond = after
            yield Gap(self._end + 1, after, "beyond_end")

    def end(self) -> int:
        return self._end

    def origins(self) -> dict[str, int]:
        return dict(self._origins)

    def places(self) -> dict[str, str]:
        return dict(self._places)

    def size(self) -> int:
        return self._size

    def continue_above(self, cursor: int) -> Gap | None:
        if cursor <= self._end:
            return None
        gap = Gap(self._end + 1, cursor, "beyond_end")
        self._items.append(Gap(gap.first, gap.last, "missing"))
        self._end = cursor
        return gap

    def close(self) -> None:
        """Nothing to let go of."""
