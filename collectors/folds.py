"""Events seen before: the inputs that can repeat (files, keys, EVTX, captures) fold into the event there is."""

from __future__ import annotations

from collections.abc import Iterable

GENERATION = 500_000

_KEY = b'"event.id":"'


class Folds:
    """The last half to one million ids, in two generations."""

    def __init__(self, generation: int = GENERATION) -> None:
        self._size = generation
        self._new: set[bytes] = set()
        self._old: set[bytes] = set()

    def holds(self, event_id: str) -> bool:
        key = bytes.fromhex(event_id)
        return key in self._new or key in self._old

    def add(self, event_id: str) -> None:
        self._new.add(bytes.fromhex(event_id))
        if len(self._new) >= self._size:
            self._old, self._new = self._new, set()

    def forget(self, event_ids: Iterable[str]) -> None:
        """They were not written after all."""
        for event_id in event_ids:
            self._new.discard(bytes.fromhex(event_id))

    def learn(self, lines: Iterable[bytes]) -> None:
        """From the tail of the event log, at start. The first such key of a line is the event's own:
        inside a value its quotes are escaped."""
        for line in lines:
            start = line.find(_KEY) + len(_KEY)
            self.add(line[start : start + 32].decode("ascii"))
