"""Rules over files: events in, hits out, and a summary that says what was not seen (sigma-engine.md 7.1).

Events come from an iterator that is handed in; correlator knows no collectors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from correlator.compile import Match, RuleSet, Table
from correlator.hits import hit_of, hit_of_episode
from correlator.language.rule import Rule
from correlator.language.sigma_filter import Filter
from correlator.link import Linked
from correlator.reach import Reach, Reached, reached
from correlator.windows.base_hits import BaseHits
from correlator.windows.correlator import Correlator, Episode
from soc.alert import Hit, Level
from soc.event import EventView, instant

LEVELS = tuple(Level)  # heaviest first
PIPELINE_ERROR = "pipeline_error"
SHOWN_UNFIT = 1_000


class Episodes:
    """Correlations over the matches of a run; what they raised is known when all events are read."""

    def __init__(self, correlations: Sequence[Linked], filters: Sequence[Filter] = ()) -> None:
        self._base = BaseHits(correlations)
        self._correlator = Correlator(correlations, filters=filters)
        self._last: dict[str, Episode] = {}

    def take(self, match: Match, event: EventView, hit: Hit) -> None:
        for base in self._base.of(match, event, hit.event_ids[0], hit.at, hit.unit):
            for episode in self._correlator.feed(base):
                self._last[episode.id] = episode

    def hits(self) -> Iterator[Hit]:
        """Each episode once, in its last form; those that a later hit disproved are gone."""
        return (hit_of_episode(episode) for episode in self._last.values() if not episode.superseded)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the caller wants to see. `muted`: ids of rules whose own hits a correlation takes over."""

    level: Level = Level.INFORMATIONAL
    since: datetime | None = None
    until: datetime | None = None
    muted: frozenset[str] = frozenset()

    def shows(self, level: Level) -> bool:
        return LEVELS.index(level) <= LEVELS.index(self.level)

    def takes(self, event: EventView) -> bool:
        if self.since is None and self.until is None:
            return True
        at = instant(str(event.get("@timestamp")))
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


@dataclass(slots=True)
class Summary:
    """Counts of a run. `failed`: records that became no event. `unfit`: events that no rule's log source fits, by
    what they are."""

    events: int = 0
    failed: int = 0
    outside: int = 0
    hits: Counter[Level] = field(default_factory=Counter)
    unfit: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    first: str = ""
    last: str = ""


class Offline:
    """One run. `run` gives hits as events come, then those of correlations."""

    def __init__(self, rules: RuleSet, table: Table, choice: Choice, episodes: Episodes | None = None) -> None:
        self.summary = Summary()
        self._rules = rules
        self._table = table
        self._choice = choice
        self._episodes = episodes
        self._seen: dict[str, set[str]] = {}

    def run(self, events: Iterable[EventView]) -> Iterator[Hit]:
        """Every hit at or above the level, in the order of events; correlations come last."""
        for event in events:
            yield from self._event(event)
        if self._episodes is not None:
            muted = self._choice.muted
            yield from self._shown(hit for hit in self._episodes.hits() if hit.rule.id not in muted)

    def reached(self, rules: Sequence[Rule]) -> tuple[Reached, ...]:
        """What each rule could do on what was read."""
        return reached(rules, self._table, self._seen)

    def _event(self, event: EventView) -> Iterator[Hit]:
        summary = self.summary
        if event.get("event.kind") == PIPELINE_ERROR:
            summary.failed += 1
            summary.failures[str(event.get("error.message", ""))] += 1
            return
        if not self._choice.takes(event):
            summary.outside += 1
            return
        summary.events += 1
        self._note(event)
        matches = self._rules.evaluate(event)
        if not matches:
            return
        route = self._table.routes.get(str(event.get("soc.route")))
        hits = []
        for match in matches:
            hit = hit_of(match, event, route)
            if self._episodes is not None:
                self._episodes.take(match, event, hit)
            if hit.rule.id not in self._choice.muted:
                hits.append(hit)
        yield from self._shown(hits)

    def _note(self, event: EventView) -> None:
        route = str(event.get("soc.route") or self._table.route_of(event))
        seen = self._seen.get(route)
        if seen is None:
            seen = self._seen[route] = set()
        seen.update(event)
        if not self._rules.covers(event):
            what = _what(event)
            full = len(self.summary.unfit) >= SHOWN_UNFIT and what not in self.summary.unfit
            self.summary.unfit["others" if full else what] += 1
        at = str(event.get("@timestamp") or "")
        if at:
            self.summary.first = min(self.summary.first or at, at)
            self.summary.last = max(self.summary.last, at)

    def _shown(self, hits: Iterable[Hit]) -> Iterator[Hit]:
        for hit in hits:
            if self._choice.shows(hit.rule.level):
                self.summary.hits[hit.rule.level] += 1
                yield hit


def counts(found: Sequence[Reached]) -> Mapping[Reach, int]:
    """How many rules could match, and how many not, by reason."""
    return Counter(each.reach for each in found)


def _what(event: EventView) -> str:
    """How an event without rules is named to people: its channel, else its data set."""
    return str(event.get("winlog.channel") or event.get("event.dataset") or "events without a data set")
