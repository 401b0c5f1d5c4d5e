"""One group of one correlation: its hits in event time, where the condition holds, and the episodes that follow.

Defined without regard to order of arrival: at each instant at which something happened, the window of all hits not
older than the timespan is tested; a run of instants at which it holds, without a gap over the timespan, is an episode.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from correlator.language.correlation import CorrelationType, holds
from correlator.link import Linked
from correlator.windows.items import Instant, Item
from correlator.windows.slide import Slide, items_at
from correlator.windows.sweeps import only_grows


@dataclass(slots=True)
class Run:
    """An episode: the instants from which to which the condition held. `made`: its number in order of making.
    `adopted`: its key was told before this process began."""

    key: str
    first: Instant
    last: Instant
    made: int
    adopted: bool = False


@dataclass(slots=True)
class Change:
    """What a hit did to an episode: made it, made it grow, or disproved it."""

    run: Run
    is_new: bool = False
    superseded: bool = False


@dataclass(slots=True)
class Group:
    """`name`: folded, for keys. `shown`: the group's values as first seen. `lower_bound`: hits were evicted."""

    linked: Linked
    name: str
    shown: tuple[tuple[str, str], ...]
    window: int
    items: list[Item] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    lower_bound: bool = False
    _keys: dict[tuple[str, str], Item] = field(default_factory=dict)
    _instants: list[Instant] = field(default_factory=list)
    _held: dict[Instant, bool] = field(default_factory=dict)
    _slide: Slide | None = None
    _made: int = 0
    _intervals: int = 0

    @property
    def newest(self) -> Instant:
        return self._instants[-1] if self._instants else 0

    def put(self, item: Item) -> list[Change]:
        """Takes a hit in, or in place of an earlier form of itself; answers the episodes that changed."""
        known = self._keys.get(item.key)
        if known is not None and (known.first, known.last) == (item.first, item.last):
            return []
        in_order = known is None and item.first == item.last and item.first >= self.newest
        if known is not None:
            self._take_out(known)
        self._keys[item.key] = item
        self._intervals += item.first != item.last
        if self.items and item < self.items[-1]:
            insort(self.items, item)
        else:
            self.items.append(item)
        for at in {item.first, item.last}:
            self._add_instant(at)
        if in_order:
            changes = self._append(item)
            if changes is not None:
                return changes
        # A slide that has taken the item in already must not take it in twice.
        if in_order or known is not None or self._slide is None or not self._slide.absorb(item):
            self._slide = None
        if known is None and only_grows(self.linked.correlation):
            return self._retest_missing(item)
        earlier = known or item
        return self._retest(min(item.first, earlier.first), max(item.last, earlier.last))

    def remove(self, key: tuple[str, str]) -> list[Change]:
        """Takes an inner episode out that was disproved."""
        known = self._keys.get(key)
        if known is None:
            return []
        self._take_out(known)
        self._slide = None
        return self._retest(known.first, known.last)

    def adopt(self, key: str, first: Instant, last: Instant) -> None:
        """The episode over these instants has that key; the first to claim an episode keeps it."""
        for run in self.runs:
            if run.first <= last and run.last >= first and not run.adopted:
                run.key, run.adopted = key, True
                return

    def members(self, run: Run) -> list[Item]:
        """The hits of all windows at which the episode's condition held."""
        start = run.first - self.window
        right = bisect_right(self.items, run.last, key=lambda item: item.first)
        if self.items[0].first >= start:
            return self.items[:right]
        # Inner episodes may have begun before the window; there are few of them, but they lie anywhere.
        return [item for item in self.items[:right] if item.last >= start]

    def forget(self, before: Instant) -> int:
        """Drops hits that ended before; answers how many."""
        kept = [item for item in self.items if item.last >= before]
        dropped = len(self.items) - len(kept)
        if dropped:
            self.items = kept
            self._keys = {item.key: item for item in kept}
            self._intervals = sum(item.first != item.last for item in kept)
            self._instants = sorted({at for item in kept for at in (item.first, item.last)})
            self._held = {at: self._held.get(at, False) for at in self._instants}
            self.runs = [run for run in self.runs if run.last >= before]
            self._slide = None
        return dropped

    def _append(self, item: Item) -> list[Change] | None:
        """The usual case, a point at the end: only the window that ends at it is new. None: it needs a retest."""
        at = item.first
        beginning = items_at(self.items, at)
        if self._slide is None:
            self._slide = Slide(self.linked, self.window, self.items, at - 1)
            fires = self._slide.test(at, beginning)
        else:
            fires = self._slide.test(at, [item], beginning)
        if self._held.get(at) and not fires:
            return None
        self._held[at] = fires
        run = self.runs[-1] if self.runs else None
        if run is not None and run.last == at:
            return [Change(run)]
        if not fires:
            return []
        previous = self._instants[-2] if len(self._instants) > 1 else None
        if run is not None and run.last == previous and at - run.last <= self.window:
            run.last = at
            return [Change(run)]
        run = self._new_run(at, at)
        self.runs.append(run)
        return [Change(run, is_new=True)]

    def _retest_missing(self, item: Item) -> list[Change]:
        """One more hit can only make the condition true: windows at which it held already need no test."""
        left = bisect_left(self._instants, item.first)
        right = bisect_right(self._instants, item.last + self.window)
        open_instants = [at for at in self._instants[left:right] if not self._held.get(at)]
        if not open_instants:
            return [Change(run) for run in self.runs if self._reaches(run, item.first, item.last)]
        found = self._tested(open_instants)
        inside = next((run for run in self.runs if run.first < item.first and item.last < run.last), None)
        self._held.update(found)
        if inside is not None and found == {item.first: True}:
            return [Change(run) for run in self.runs if self._reaches(run, item.first, item.last)]
        return self._redraw(item.first, item.last)

    def _tested(self, instants: Sequence[Instant]) -> dict[Instant, bool]:
        """Whether the condition holds at these instants, which are in order."""
        correlation = self.linked.correlation
        if correlation.type is CorrelationType.EVENT_COUNT and not self._has_intervals():
            return {at: holds(correlation.threshold, self._count(at)) for at in instants}
        slide = Slide(self.linked, self.window, self.items, instants[0] - 1)
        wanted = set(instants)
        left, right = bisect_left(self._instants, instants[0]), bisect_right(self._instants, instants[-1])
        tested = {at: slide.test(at, items_at(self.items, at)) for at in self._instants[left:right]}
        return {at: fires for at, fires in tested.items() if at in wanted}

    def _count(self, at: Instant) -> int:
        left = bisect_left(self.items, at - self.window, key=lambda item: item.first)
        return bisect_right(self.items, at, lo=left, key=lambda item: item.first) - left

    def _has_intervals(self) -> bool:
        return self._intervals > 0

    def _reaches(self, run: Run, first: Instant, last: Instant) -> bool:
        return run.first - self.window <= last and first <= run.last

    def _retest(self, first: Instant, last: Instant) -> list[Change]:
        """Tests every window that can contain what changed, then draws the episodes anew."""
        left, right = bisect_left(self._instants, first), bisect_right(self._instants, last + self.window)
        if left < right:
            slide = Slide(self.linked, self.window, self.items, self._instants[left] - 1)
            for at in self._instants[left:right]:
                self._held[at] = slide.test(at, items_at(self.items, at))
        return self._redraw(first, last)

    def _redraw(self, first: Instant, last: Instant) -> list[Change]:
        unclaimed, drawn, changes = list(self.runs), [], []
        for start, end in self._spans():
            same = [run for run in unclaimed if run.first <= end and run.last >= start]
            unclaimed = [run for run in unclaimed if run not in same]
            if not same:
                run = self._new_run(start, end)
                changes.append(Change(run, is_new=True))
            else:
                run = min(same, key=lambda run: run.made)
                # A hit inside an old span is one more member.
                if (run.first, run.last) != (start, end) or self._reaches(Run("", start, end, 0), first, last):
                    changes.append(Change(run))
                run.first, run.last = start, end
                changes += [Change(other, superseded=True) for other in same if other is not run]
            drawn.append(run)
        self.runs = drawn
        return changes + [Change(run, superseded=True) for run in unclaimed]

    def _spans(self) -> Iterator[tuple[Instant, Instant]]:
        first: Instant | None = None
        last = 0
        for at in self._instants:
            held = self._held.get(at, False)
            if first is not None and (not held or at - last > self.window):
                yield first, last
                first = None
            if held:
                first = at if first is None else first
                last = at
        if first is not None:
            yield first, last

    def _new_run(self, first: Instant, last: Instant) -> Run:
        self._made += 1
        key = f"{self.name}@{first}"
        taken = any(run.key == key for run in self.runs)
        return Run(f"{key}.{self._made}" if taken else key, first, last, self._made)

    def _add_instant(self, at: Instant) -> None:
        position = bisect_left(self._instants, at)
        if position == len(self._instants) or self._instants[position] != at:
            self._instants.insert(position, at)

    def _take_out(self, item: Item) -> None:
        self.items.remove(item)
        self._intervals -= item.first != item.last
        del self._keys[item.key]
        for at in {item.first, item.last}:
            if not any(at in (other.first, other.last) for other in self.items):
                self._instants.remove(at)
                self._held.pop(at, None)
