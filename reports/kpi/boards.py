"""Boards that many look at: each is read once, and shared for a moment (ioc-hub.md 20, bar 6).

What is shared is at most `kept` old; states change by the minute, figures by the batch, so two seconds show nobody
anything that is not so.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from reports.kpi.board import BoardTile, Row, View, board
from reports.kpi.world import World
from soc.state.store import State

KEPT = timedelta(seconds=2)
MOST = 64
ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
Tiles = tuple[BoardTile, ...]
Key = tuple[View, tuple[Row, ...] | None]


@dataclass(slots=True)
class _Shelf:
    """One board: who comes while it is read waits for it, and does not read it again."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    tiles: Tiles = ()
    read_at: datetime | None = None


class Boards:
    """Of one world; a new profile or catalogue is a new one."""

    def __init__(self, state: State, world: World, kept: timedelta = KEPT) -> None:
        self._state, self._world, self._kept = state, world, kept
        self._guard = threading.Lock()
        self._shelves: dict[Key, _Shelf] = {}

    def tiles(self, view: View, rows: Sequence[Row] | None = None) -> Tiles:
        """As `board`. Views of the past are read each time: they are of one moment."""
        if view.past:
            return self._read(view, rows)
        shelf = self._shelf((replace(view, at=ANY_TIME), None if rows is None else tuple(rows)))
        with shelf.lock:
            if shelf.read_at is None or not timedelta(0) <= view.at - shelf.read_at < self._kept:
                shelf.tiles, shelf.read_at = self._read(view, rows), view.at
            return shelf.tiles

    def _shelf(self, key: Key) -> _Shelf:
        """The least lately made goes when there are too many: scopes are few, but nothing grows without a bound."""
        with self._guard:
            if key not in self._shelves and len(self._shelves) >= MOST:
                self._shelves.pop(next(iter(self._shelves)))
            return self._shelves.setdefault(key, _Shelf())

    def _read(self, view: View, rows: Sequence[Row] | None) -> Tiles:
        with self._state.read() as tx:
            return board(tx, self._world, view, rows)
