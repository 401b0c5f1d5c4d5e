"""A rule's match -> the base hits of the correlations that count it (sigma-engine.md 3.2, group keys)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice, product
from typing import Any

from correlator.compile import Match
from correlator.language.values import text_of
from correlator.link import Linked
from correlator.windows.chain import carried_fields, field_of
from correlator.windows.items import folded_key
from soc.event import EventView
from soc.hit import BaseHit

MAX_GROUPS_OF_A_HIT = 16
MAX_CARRIED = 64
_BETWEEN = "\x1f"


class BaseHits:
    """Which correlations a rule feeds, and with what. `no_group_key` and `too_many_groups` count what took no part.
    `keep_events`: the hits carry their events, for alerts to show as samples."""

    def __init__(self, correlations: Sequence[Linked], *, keep_events: bool = True) -> None:
        self._keep_events = keep_events
        self.no_group_key: Counter[str] = Counter()
        self.too_many_groups: Counter[str] = Counter()
        self._by_rule: dict[str, list[Linked]] = {}
        self._carried = {each.id: carried_fields(each, correlations) for each in correlations}
        for each in correlations:
            for member in dict.fromkeys(each.members):
                self._by_rule.setdefault(member, []).append(each)

    @property
    def rules(self) -> frozenset[str]:
        """The ids of all rules that feed a correlation."""
        return frozenset(self._by_rule)

    def of(self, match: Match, event: EventView, event_id: str, at: datetime, unit: str) -> Iterator[BaseHit]:
        """One hit a correlation and group; a list value opens one group for each of its elements."""
        for linked in self._by_rule.get(match.rule.id, ()):
            groups = self._groups(linked, match)
            if groups is None:
                self.no_group_key[linked.id] += 1
                continue
            counted = self._counted(linked, match)
            carried = self._carried_values(linked, match)
            names = linked.correlation.group_by
            for shown in groups:
                key = tuple(zip(names, (folded_key(value) for value in shown), strict=True))
                yield BaseHit(
                    rule_id=match.rule.id,
                    event_id=event_id,
                    at=at,
                    correlation=linked.id,
                    group=key,
                    values=(counted, shown, carried),
                    unit=unit,
                    event=dict(event) if self._keep_events else None,
                )

    def _groups(self, linked: Linked, match: Match) -> list[tuple[str, ...]] | None:
        choices = []
        for name in linked.correlation.group_by:
            texts = match.read(field_of(linked, match.rule.id, name)).texts
            if not texts:
                return None
            choices.append(list({folded_key(text): text for text in reversed(texts)}.values())[::-1])
        groups = list(islice(product(*choices), MAX_GROUPS_OF_A_HIT + 1))
        if len(groups) > MAX_GROUPS_OF_A_HIT:
            self.too_many_groups[linked.id] += 1
        return groups[:MAX_GROUPS_OF_A_HIT]

    def _counted(self, linked: Linked, match: Match) -> tuple[str, ...]:
        """Folded values; several fields make tuples, and one that is absent makes none."""
        fields = linked.correlation.fields
        if not fields:
            return ()
        lists = [match.read(field_of(linked, match.rule.id, name)).folded for name in fields]
        return tuple(dict.fromkeys(_BETWEEN.join(choice) for choice in product(*lists)))

    def _carried_values(self, linked: Linked, match: Match) -> dict[str, tuple[str, ...]]:
        values: dict[str, Any] = {name: match.read(name).raw for name in self._carried[linked.id]}
        return {name: tuple(text_of(each) for each in raw[:MAX_CARRIED]) for name, raw in values.items() if raw}
