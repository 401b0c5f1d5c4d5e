"""The meaning of correlations by brute force: every window over sorted hits (sigma-engine.md 3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import combinations, pairwise, permutations
from typing import Any

from correlator.language.attributes import Origin
from correlator.language.correlation import Correlation, CorrelationType, holds, read_correlation
from correlator.language.problems import Place
from correlator.link import Linked
from correlator.windows.items import time_of
from correlator.windows.sweeps import truth
from soc.hit import BaseHit

SECOND = 1_000_000


def a_linked(kind: str, rules: Sequence[str], condition: Any = None, *, timespan: str = "10s", **more: Any) -> Linked:
    """A correlation whose rules are their own ids."""
    section = {"type": kind, "rules": list(rules), "group-by": ["user"], "timespan": timespan, **more}
    if condition is not None:
        section["condition"] = condition
    place = Place()
    found = read_correlation({"title": "C", "id": "corr", "correlation": section}, place, Origin("", "", 0))
    assert found is not None, place.found
    return Linked(found, tuple(rules))


def a_hit(
    second: float,
    rule: str = "a",
    event: str = "",
    values: Sequence[str] = (),
    user: str = "u",
    correlation: str = "corr",
) -> BaseHit:
    return BaseHit(
        rule_id=rule,
        event_id=event or f"{rule}{second}",
        at=time_of(int(second * SECOND)),
        correlation=correlation,
        group=(("user", user),),
        values=(tuple(values), (user,), {}),
        unit="unassigned",
    )


@dataclass(frozen=True)
class Expected:
    """An episode by definition: where it holds from and to, and its members."""

    first: int
    last: int
    members: frozenset[tuple[str, str]]


def episodes(linked: Linked, hits: Sequence[BaseHit]) -> set[Expected]:
    """Every instant tested on its own; runs of instants at which the condition holds are episodes."""
    span = linked.correlation.timespan
    distinct = {(hit.rule_id, hit.event_id): hit for hit in hits}
    ordered = sorted(distinct.values(), key=lambda hit: hit.at)
    found: list[list[Any]] = []
    open_run = False
    for at in sorted({hit.at for hit in ordered}):
        window = [hit for hit in ordered if at - span <= hit.at <= at]
        if not fires(linked, window):
            open_run = False
            continue
        if open_run and at - found[-1][1] <= span:
            found[-1][1] = at
        else:
            found.append([at, at])
        open_run = True
    return {_expected(first, last, span, ordered) for first, last in found}


def _expected(first: Any, last: Any, span: timedelta, ordered: Sequence[BaseHit]) -> Expected:
    members = frozenset((hit.rule_id, hit.event_id) for hit in ordered if first - span <= hit.at <= last)
    return Expected(_micros(first), _micros(last), members)


def _micros(at: Any) -> int:
    return int((at - time_of(0)) // timedelta(microseconds=1))


def fires(linked: Linked, window: Sequence[BaseHit]) -> bool:
    correlation = linked.correlation
    if correlation.type is CorrelationType.EVENT_COUNT:
        return holds(correlation.threshold, len(window))
    if correlation.type is CorrelationType.VALUE_COUNT:
        return holds(correlation.threshold, len({value for hit in window for value in hit.values[0]}))
    if correlation.type is CorrelationType.TEMPORAL:
        return _temporal(correlation, linked.members, window)
    return _some_in_order(correlation, window) if correlation.tree else _in_order(linked.members, window)


def _temporal(correlation: Correlation, members: Sequence[str], window: Sequence[BaseHit]) -> bool:
    if correlation.threshold:
        seen = len({hit.rule_id for hit in window})
        return holds(correlation.threshold, Decimal(seen))
    return all(sum(hit.rule_id == rule for hit in window) >= members.count(rule) for rule in members)


def _some_in_order(correlation: Correlation, window: Sequence[BaseHit]) -> bool:
    """Some of the rules satisfy the condition and have hits in the listed order."""
    assert correlation.tree is not None
    rules = correlation.rules
    subsets = (some for size in range(1, len(rules) + 1) for some in combinations(rules, size))
    return any(
        truth(correlation.tree, {rule: rule in some for rule in rules}) and _in_order(some, window) for some in subsets
    )


def _in_order(members: Sequence[str], window: Sequence[BaseHit]) -> bool:
    """Some choice of hits, one a rule, of distinct events, whose times do not fall."""
    if len(window) < len(members):
        return False
    return any(
        all(hit.rule_id == rule for hit, rule in zip(choice, members, strict=True))
        and len({hit.event_id for hit in choice}) == len(choice)
        and all(left.at <= right.at for left, right in pairwise(choice))
        for choice in permutations(window, len(members))
    )
