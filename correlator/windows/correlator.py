"""All correlations over the hits of single rules: hits in, changed episodes out (sigma-engine.md 3).

In memory only, and only a cache: after a crash it is rebuilt from the stored base hits (`rebuild`). What the caller
stores and what an alert shows is in `Episode`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from heapq import heappop, heappush
from itertools import islice
from typing import Any

from correlator.language.correlation import Correlation, CorrelationType
from correlator.language.sigma_filter import Filter
from correlator.link import Linked
from correlator.windows.chain import inner_item, outer_groups
from correlator.windows.filtering import EpisodeFilters
from correlator.windows.group import Change, Group
from correlator.windows.items import Instant, Item, Sample, folded_key, instant_of, time_of
from soc.alert import Hit
from soc.hit import BaseHit

ALLOWANCE = timedelta(days=7)
MAX_GROUPS = 200_000
MAX_GROUP_HITS = 10_000
MAX_EVENT_IDS = 1_000
MAX_SAMPLES = 20

GroupKey = tuple[tuple[str, str], ...]
History = Callable[[str, GroupKey, datetime, datetime], Iterable[BaseHit]]
"""(correlation, group, first, last) -> the stored hits of an old window that a late hit falls into."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One alert's worth of a correlation. `id` never changes. `at`: the first instant at which the condition held;
    `first`, `last`: of the member hits. `is_new`: raised by this hit. `superseded`: a late hit disproved it.
    `rules`: the rules with members, in the correlation's order."""

    id: str
    correlation: Correlation
    group: GroupKey
    at: datetime
    first: datetime
    last: datetime
    count: int
    value: float
    event_ids: tuple[str, ...]
    samples: tuple[dict[str, Any], ...]
    rules: tuple[str, ...]
    unit: str
    is_new: bool = False
    superseded: bool = False
    lower_bound: bool = False


class Correlator:
    """Feed it hits in any order. `history` gives back what memory has let go. `filters` that name a correlation take
    episodes away before anybody sees them."""

    def __init__(
        self, correlations: Sequence[Linked], *, history: History | None = None, filters: Sequence[Filter] = ()
    ) -> None:
        self.correlations = {each.id: each for each in correlations}
        self.removed: Counter[str] = Counter()
        """Filter -> changes of episodes that it took away."""
        self._filters = EpisodeFilters(correlations, filters)
        self.evicted: Counter[str] = Counter()
        """Correlation -> hits that a bound pushed out."""
        self._outer: dict[str, list[Linked]] = {}
        for each in correlations:
            for member in dict.fromkeys(each.members):
                if member in self.correlations:
                    self._outer.setdefault(member, []).append(each)
        self._nested = {each.id for each in correlations if any(name in self.correlations for name in each.members)}
        self._history = history
        self._groups: dict[str, dict[GroupKey, Group]] = {each.id: {} for each in correlations}
        self._ages: list[tuple[Instant, str, GroupKey]] = []
        self._horizon: Instant | None = None

    def feed(self, hit: BaseHit) -> list[Episode]:
        """Takes one hit in; answers every episode that it made, changed or disproved, inner ones first."""
        linked = self.correlations.get(hit.correlation)
        if linked is None:
            return []
        return self._put(linked, hit.group, _shown(hit), _item(hit))

    def rebuild(self, hits: Iterable[BaseHit]) -> int:
        """Takes stored hits in without a word; answers how many."""
        number = 0
        for hit in hits:
            self.feed(hit)
            number += 1
        return number

    def adopt(self, told: Iterable[Hit]) -> None:
        """After a rebuild: episodes that were told before keep the ids they were told with, oldest first.
        Stored hits come back in event time, not as they arrived, so an id made anew could be another one."""
        for hit in told:
            facts = hit.correlation
            if facts is None or hit.rule.id not in self._groups:
                continue
            key = tuple((name, folded_key(value)) for name, value in facts.group)
            group = self._groups[hit.rule.id].get(key)
            if group is not None:
                group.adopt(hit.id, instant_of(hit.at), instant_of(facts.last))

    def open_groups(self) -> int:
        return sum(len(groups) for groups in self._groups.values())

    def forget(self, before: datetime) -> int:
        """Lets go of groups whose newest hit is older; the stored hits bring them back when one comes late."""
        edge = instant_of(before)
        self._horizon = edge if self._horizon is None else max(self._horizon, edge)
        dropped = 0
        while self._ages and self._ages[0][0] < edge:
            _, correlation, key = heappop(self._ages)
            group = self._groups.get(correlation, {}).get(key)
            if group is None:
                continue
            if group.newest < edge:
                dropped += len(group.items)
                del self._groups[correlation][key]
            else:
                heappush(self._ages, (group.newest, correlation, key))
        return dropped

    def _put(self, linked: Linked, key: GroupKey, shown: GroupKey, item: Item) -> list[Episode]:
        group = self._group(linked, key, shown, item)
        changes = group.put(item)
        if len(group.items) > MAX_GROUP_HITS:
            self._evict(linked.id, group)
        return self._told(linked, group, changes)

    def _told(self, linked: Linked, group: Group, changes: Sequence[Change]) -> list[Episode]:
        """The episodes of these changes, and what they change in correlations over this one."""
        episodes = []
        for change in changes:
            episode = _episode(group, change, nested=linked.id in self._nested)
            name = self._filters.removed_by(linked.id, episode.group, episode.samples, episode.at, episode.unit)
            if name is not None:
                self.removed[name] += 1
                continue
            episodes.append(episode)
            for outer in self._outer.get(linked.id, ()):
                episodes += self._feed_outer(outer, linked, group, change, episode)
        return episodes

    def _feed_outer(
        self, outer: Linked, inner: Linked, group: Group, change: Change, episode: Episode
    ) -> list[Episode]:
        if change.superseded:
            found = []
            for other in list(self._groups[outer.id].values()):
                found += self._told(outer, other, other.remove((inner.id, episode.id)))
            return found
        members = group.members(change.run)
        episodes = []
        for key, shown in outer_groups(outer, inner, group.shown, members):
            item = inner_item(outer, inner, episode.id, change.run, group.shown, members)
            episodes += self._put(outer, key, shown, item)
        return episodes

    def _group(self, linked: Linked, key: GroupKey, shown: GroupKey, item: Item) -> Group:
        groups = self._groups[linked.id]
        group = groups.get(key)
        if group is None:
            if len(groups) >= MAX_GROUPS:
                self._evict_coldest(linked.id)
            window = int(linked.correlation.timespan.total_seconds() * 1_000_000)
            group = groups[key] = Group(linked, episode_name(linked.id, key), shown, window)
            heappush(self._ages, (item.last, linked.id, key))
            self._recall(linked, key, group, item)
        return group

    def _recall(self, linked: Linked, key: GroupKey, group: Group, item: Item) -> None:
        """A hit older than what memory holds: its old window is loaded from the stored hits first."""
        if self._history is None or self._horizon is None or item.first - 2 * group.window >= self._horizon:
            return
        first = time_of(item.first - 2 * group.window)
        for hit in self._history(linked.id, key, first, time_of(self._horizon)):
            stored = _item(hit)
            if stored.key != item.key:
                group.put(stored)

    def _evict(self, correlation: str, group: Group) -> None:
        """The oldest quarter goes; the group's counts are lower bounds from then on."""
        edge = group.items[len(group.items) // 4].first
        self.evicted[correlation] += group.forget(edge)
        group.lower_bound = True

    def _evict_coldest(self, correlation: str) -> None:
        groups = self._groups[correlation]
        key = min(groups, key=lambda key: groups[key].newest)
        self.evicted[correlation] += len(groups.pop(key).items)


def episode_name(correlation: str, key: GroupKey) -> str:
    """The same for the same group on every run."""
    digest = blake2b(digest_size=12)
    for part in (correlation, *(text for pair in key for text in pair)):
        digest.update(len(part).to_bytes(4, "big") + part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _item(hit: BaseHit) -> Item:
    counted, _, carried = hit.values if len(hit.values) == 3 else ((), (), {})
    at = instant_of(hit.at)
    sample = Sample(hit.event, {name: tuple(values) for name, values in dict(carried).items()})
    return Item(at, hit.event_id, hit.rule_id, at, tuple(counted), hit.unit, sample)


def _shown(hit: BaseHit) -> GroupKey:
    shown = hit.values[1] if len(hit.values) == 3 else ()
    names = [name for name, _ in hit.group]
    return tuple(zip(names, shown, strict=True)) if len(shown) == len(names) else hit.group


def _episode(group: Group, change: Change, *, nested: bool) -> Episode:
    members = [] if change.superseded else group.members(change.run)
    correlation = group.linked.correlation
    samples = [event for item in members[:MAX_SAMPLES] if item.sample and (event := item.sample.event) is not None]
    only = group.linked.members[0] if len(set(group.linked.members)) == 1 else None
    present = {item.rule for item in members} if only is None else {only}
    return Episode(
        id=change.run.key,
        correlation=correlation,
        group=group.shown,
        at=time_of(change.run.first),
        first=time_of(members[0].first if members else change.run.first),
        last=time_of(change.run.last),
        count=len(members),
        value=_value(correlation, members, present),
        event_ids=_event_ids(members, nested=nested),
        samples=tuple(samples),
        rules=tuple(dict.fromkeys(member for member in group.linked.members if member in present)),
        unit=members[0].unit if members else "",
        is_new=change.is_new,
        superseded=change.superseded,
        lower_bound=group.lower_bound,
    )


def _value(correlation: Correlation, members: Sequence[Item], present: set[str]) -> float:
    """What the condition counts, over the whole episode."""
    if correlation.type is CorrelationType.VALUE_COUNT:
        return len({value for item in members for value in item.values})
    return len(members) if correlation.type is CorrelationType.EVENT_COUNT else len(present)


def _event_ids(members: Sequence[Item], *, nested: bool) -> tuple[str, ...]:
    """The events themselves, also those behind inner episodes; each once. Asked for at every hit of an episode."""
    some = members[:MAX_EVENT_IDS]
    if not nested:
        return tuple(dict.fromkeys([item.event for item in some]))
    behind = (event for item in some for event in ((item.sample and item.sample.events) or (item.event,)))
    return tuple(islice(dict.fromkeys(behind), MAX_EVENT_IDS))
