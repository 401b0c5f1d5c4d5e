"""Filters that name a correlation: judged on its group, and on fields equal in all members (sigma-engine.md 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from correlator.language.form import KEYWORDS
from correlator.language.sigma_filter import Filter
from correlator.language.values import NOTHING, Values
from correlator.link import Linked
from correlator.oracle import test_of


class EpisodeFilters:
    """The filters of each correlation. `any` means any rule: correlations are named one by one."""

    def __init__(self, correlations: Iterable[Linked], filters: Sequence[Filter]) -> None:
        self._tests = {
            linked.id: [
                (each, test_of(each.detection.form, lambda name: name))
                for each in filters
                if each.rules and each.names(linked.correlation.attributes.keys)
            ]
            for linked in correlations
        }

    def removed_by(
        self,
        correlation: str,
        group: Sequence[tuple[str, str]],
        samples: Sequence[Mapping[str, Any]],
        at: datetime,
        unit: str,
    ) -> str | None:
        """The id of the first filter that takes the episode away."""
        tests = self._tests.get(correlation)
        if not tests:
            return None
        view = _Fields(group, samples)
        for each, test in tests:
            applies = each.holds_at(at) and (not each.units or unit in each.units)
            if applies and not test(view):
                return each.id
        return None


class _Fields(dict[Any, Values]):
    def __init__(self, group: Sequence[tuple[str, str]], samples: Sequence[Mapping[str, Any]]) -> None:
        self._group = dict(group)
        self._samples = samples

    def __missing__(self, name: str) -> Values:
        values = self[name] = self._read(name)
        return values

    def _read(self, name: str) -> Values:
        if name in self._group:
            return Values(self._group[name])
        if name == KEYWORDS:
            return Values(list(self._group.values()))
        first = self._samples[0].get(name) if self._samples else None
        same = first is not None and all(sample.get(name) == first for sample in self._samples)
        return Values(first) if same else NOTHING
