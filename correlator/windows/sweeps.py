"""Values of a sliding window, kept while it slides: one class a correlation type (sigma-engine.md 3.2).

A sweep is advanced over instants in order. What comes late makes a new sweep from the edge of its window on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from correlator.language.condition import Name, Selector, Tree, ways_of
from correlator.language.correlation import Correlation, CorrelationType, holds
from correlator.windows.items import Instant, Item


class Sweep:
    """Items enter and leave; `value` is what the condition looks at; `fires` whether it holds now.
    `order_free`: the order in which items entered is not remembered, so one that comes late may enter late."""

    order_free = True

    def __init__(self, correlation: Correlation, members: Sequence[str]) -> None:
        self.correlation = correlation
        self.members = tuple(members)

    def enter(self, item: Item) -> None:
        raise NotImplementedError

    def leave(self, item: Item) -> None:
        raise NotImplementedError

    def settle(self, at: Instant, active: Sequence[Item]) -> None:
        """All items of this instant have entered; `active` are those that it touches."""

    def fires(self, at: Instant) -> bool:
        return holds(self.correlation.threshold, self.value())

    def value(self) -> float | Decimal:
        raise NotImplementedError


class EventCount(Sweep):
    """How many hits."""

    def __init__(self, correlation: Correlation, members: Sequence[str]) -> None:
        super().__init__(correlation, members)
        self._count = 0

    def enter(self, item: Item) -> None:
        self._count += 1

    def leave(self, item: Item) -> None:
        self._count -= 1

    def value(self) -> float:
        return self._count


class ValueCount(Sweep):
    """How many distinct values."""

    def __init__(self, correlation: Correlation, members: Sequence[str]) -> None:
        super().__init__(correlation, members)
        self._seen: Counter[str] = Counter()

    def enter(self, item: Item) -> None:
        self._seen.update(item.values)

    def leave(self, item: Item) -> None:
        for value in item.values:
            self._seen[value] -= 1
            if not self._seen[value]:
                del self._seen[value]

    def value(self) -> float:
        return len(self._seen)


class Temporal(Sweep):
    """Which rules; one listed twice needs two events."""

    def __init__(self, correlation: Correlation, members: Sequence[str]) -> None:
        super().__init__(correlation, members)
        self._needed = Counter(self.members)
        self._seen: Counter[str] = Counter()

    def enter(self, item: Item) -> None:
        self._seen[item.rule] += 1

    def leave(self, item: Item) -> None:
        self._seen[item.rule] -= 1

    def value(self) -> float:
        return sum(min(needed, self._seen[rule]) for rule, needed in self._needed.items())

    def fires(self, at: Instant) -> bool:
        if self.correlation.tree is not None:
            written = zip(self.correlation.rules, self.members, strict=True)
            return truth(self.correlation.tree, {name: self._seen[member] > 0 for name, member in written})
        if self.correlation.threshold:
            return super().fires(at)
        return self.value() == len(self.members)


class Ordered(Sweep):
    """Rules in their order. `_starts[k]`: the latest start of a chain of the first k rules that has ended by now."""

    order_free = False

    def __init__(self, correlation: Correlation, members: Sequence[str]) -> None:
        super().__init__(correlation, members)
        self._window = int(correlation.timespan.total_seconds() * 1_000_000)
        self._starts: list[Instant | None] = [None] * (len(self.members) + 1)
        self._before = list(self._starts)
        self._at: Instant | None = None

    def enter(self, item: Item) -> None:
        """Chains are made when the instant is complete."""

    def leave(self, item: Item) -> None:
        """A chain that starts too early is seen by its start."""

    def settle(self, at: Instant, active: Sequence[Item]) -> None:
        if at != self._at:
            self._before, self._at = list(self._starts), at
        before = self._before
        for done in range(len(self.members)):
            start = at if done == 0 else before[done]
            if start is None:
                continue
            for length in range(1, matched_run(self.members[done:], active) + 1):
                reached = self._starts[done + length]
                self._starts[done + length] = start if reached is None else max(reached, start)

    def fires(self, at: Instant) -> bool:
        start = self._starts[-1]
        return start is not None and start >= at - self._window

    def value(self) -> float:
        return max(length for length, start in enumerate(self._starts) if length == 0 or start is not None)


class LongestOrdered(Sweep):
    """For a count condition: the longest chain in order, rules left out allowed."""

    def __init__(self, correlation: Correlation, members: Sequence[str]) -> None:
        super().__init__(correlation, members)
        self._inside: list[Item] = []

    def enter(self, item: Item) -> None:
        self._inside.append(item)

    def leave(self, item: Item) -> None:
        self._inside.remove(item)

    def value(self) -> float:
        best = [0] * len(self.members)
        for item in sorted(self._inside, key=lambda item: (item.last, self.members.index(item.rule))):
            for position in range(len(self.members) - 1, -1, -1):
                if self.members[position] == item.rule:
                    best[position] = max(best[position], 1 + max(best[:position], default=0))
        return max(best, default=0)


class OrderedChoice(Sweep):
    """For a condition over rule names: one of the sets of rules that satisfy it, in the listed order."""

    order_free = False

    def __init__(self, correlation: Correlation, members: Sequence[str]) -> None:
        super().__init__(correlation, members)
        written = correlation.rules
        ways = ways_of(correlation.tree) if correlation.tree is not None else [frozenset(written)]
        self._ways = [
            Ordered(correlation, [member for name, member in zip(written, members, strict=True) if name in way])
            for way in ways
        ]

    def enter(self, item: Item) -> None:
        """As in each of the orders."""

    def leave(self, item: Item) -> None:
        """As in each of the orders."""

    def settle(self, at: Instant, active: Sequence[Item]) -> None:
        for way in self._ways:
            way.settle(at, active)

    def fires(self, at: Instant) -> bool:
        return any(way.fires(at) for way in self._ways)

    def value(self) -> float:
        return max(way.value() for way in self._ways)


def only_grows(correlation: Correlation) -> bool:
    """Whether one hit more can never make the condition false."""
    return all(operator in ("gt", "gte") for operator, _ in correlation.threshold)


def sweep_for(correlation: Correlation, members: Sequence[str]) -> Sweep:
    """A fresh sweep of the correlation's type."""
    if correlation.type is CorrelationType.TEMPORAL_ORDERED:
        if correlation.tree is not None:
            return OrderedChoice(correlation, members)
        return LongestOrdered(correlation, members) if correlation.threshold else Ordered(correlation, members)
    return _SWEEPS[correlation.type](correlation, members)


_SWEEPS: Mapping[CorrelationType, type[Sweep]] = {
    CorrelationType.EVENT_COUNT: EventCount,
    CorrelationType.VALUE_COUNT: ValueCount,
    CorrelationType.TEMPORAL: Temporal,
}


def matched_run(wanted: Sequence[str], items: Iterable[Item]) -> int:
    """How many of the wanted rules, from the first on, can be given distinct events of one instant."""
    rules: dict[str, set[str]] = {}
    for item in items:
        found = rules.setdefault(item.event, set())
        found.add(item.rule)
    if len(rules) == 1:
        return int(bool(wanted) and wanted[0] in next(iter(rules.values())))
    taken: dict[str, int] = {}
    for position in range(len(wanted)):
        if not _give(position, wanted, rules, taken, set()):
            return position
    return len(wanted)


def _give(
    position: int, wanted: Sequence[str], rules: Mapping[str, set[str]], taken: dict[str, int], tried: set[str]
) -> bool:
    """One augmenting path of a matching; the lists are as short as the correlation's rules."""
    for event, found in rules.items():
        if wanted[position] in found and event not in tried:
            tried.add(event)
            if event not in taken or _give(taken[event], wanted, rules, taken, tried):
                taken[event] = position
                return True
    return False


def truth(tree: Tree, present: Mapping[str, bool]) -> bool:
    """A condition over rule names."""
    if isinstance(tree, Name):
        return present[tree.name]
    if isinstance(tree, Selector):
        chosen = (present[name] for name in tree.names)
        return all(chosen) if tree.quantifier == "all" else any(chosen)
    if tree.operator == "not":
        return not truth(tree.parts[0], present)
    parts = (truth(part, present) for part in tree.parts)
    return all(parts) if tree.operator == "and" else any(parts)
