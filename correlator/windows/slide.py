"""A sweep moved over the instants of a group in order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from heapq import heappop, heappush

from correlator.link import Linked
from correlator.windows.items import Instant, Item
from correlator.windows.sweeps import sweep_for


def items_at(items: Sequence[Item], at: Instant) -> Sequence[Item]:
    """Those that begin at that instant; `items` are in order."""
    left = bisect_left(items, at, key=lambda item: item.first)
    right = bisect_right(items, at, lo=left, key=lambda item: item.first)
    return items[left:right]


class Slide:
    """Starts with the window that ends at `at`; `test` moves it on."""

    def __init__(self, linked: Linked, window: int, items: Sequence[Item], at: Instant) -> None:
        self._sweep = sweep_for(linked.correlation, linked.members)
        self._window = window
        self._leaving: list[tuple[Instant, int, Item]] = []
        self._long: list[Item] = []
        self._number = 0
        self._at = at
        edge = at - window
        right = bisect_right(items, at, key=lambda item: item.first)
        inside = [item for item in items[:right] if item.last >= edge]
        self._enter([item for item in inside if item.first < edge])
        for instant in sorted({end for item in inside for end in (item.first, item.last) if edge <= end <= at}):
            self.test(instant, items_at(inside, instant))
        self._at = at

    def test(self, at: Instant, entering: Sequence[Item], beginning: Sequence[Item] | None = None) -> bool:
        """Whether the condition holds for the window that ends at `at`. `beginning`: all items of this instant,
        where some of them have entered before."""
        self._at = at
        self._enter(entering)
        while self._leaving and self._leaving[0][0] < at - self._window:
            item = heappop(self._leaving)[2]
            self._sweep.leave(item)
            if item.first != item.last:
                self._long.remove(item)
        lasting = [item for item in self._long if item.first < at <= item.last]
        self._sweep.settle(at, [*(entering if beginning is None else beginning), *lasting])
        return self._sweep.fires(at)

    def absorb(self, item: Item) -> bool:
        """Takes in a hit that is older than where the slide stands; False where it has to start anew."""
        if not self._sweep.order_free or item.first != item.last:
            return False
        if item.last >= self._at - self._window:
            self._enter([item])
        return True

    def _enter(self, items: Sequence[Item]) -> None:
        for item in items:
            self._sweep.enter(item)
            self._number += 1
            heappush(self._leaving, (item.last, self._number, item))
            if item.first != item.last:
                self._long.append(item)
