"""Correlations over correlations: an inner episode becomes an interval hit of the outer one (sigma-engine.md 3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from correlator.language.correlation import TEMPORAL
from correlator.link import Linked
from correlator.windows.group import Run
from correlator.windows.items import Item, Sample, folded_key

MAX_VALUES = 64
MAX_EVENTS = 1_000

Pairs = tuple[tuple[str, str], ...]


def field_of(outer: Linked, member: str, name: str) -> str:
    """What a group field is called in a member rule: the alias's own name where the rule is not listed."""
    aliases = outer.correlation.aliases.get(name, {})
    return next((aliases[written] for written in outer.references(member) if written in aliases), name)


def outer_groups(outer: Linked, inner: Linked, shown: Pairs, members: Sequence[Item]) -> Iterator[tuple[Pairs, Pairs]]:
    """(folded, shown) groups of the outer correlation that an inner episode belongs to; none if a field is missing."""
    names = outer.correlation.group_by
    choices = [_values(field_of(outer, inner.id, name), shown, members) for name in names]
    for choice in islice(product(*choices), MAX_VALUES):
        yield (
            tuple(zip(names, (folded_key(value) for value in choice), strict=True)),
            tuple(zip(names, choice, strict=True)),
        )


def inner_item(outer: Linked, inner: Linked, episode: str, run: Run, shown: Pairs, members: Sequence[Item]) -> Item:
    """The episode as a hit: any instant of it counts for the temporal types, for counts it is one."""
    last = run.last if outer.correlation.type in TEMPORAL else run.first
    counted = tuple(
        folded_key(value)
        for name in outer.correlation.fields[:1]
        for value in _values(field_of(outer, inner.id, name), shown, members)
    )
    carried: dict[str, tuple[str, ...]] = {}
    for item in members:
        for name, values in item.sample.carried.items() if item.sample else ():
            carried[name] = tuple(dict.fromkeys((*carried.get(name, ()), *values)))[:MAX_VALUES]
    carried.update({name: (value,) for name, value in shown})
    behind = (event for item in members for event in ((item.sample and item.sample.events) or (item.event,)))
    events = tuple(islice(behind, MAX_EVENTS))
    event = next((item.sample.event for item in members if item.sample and item.sample.event), None)
    unit = members[0].unit if members else ""
    return Item(run.first, episode, inner.id, last, counted, unit, Sample(event, carried, events))


def _values(name: str, shown: Pairs, members: Sequence[Item]) -> list[str]:
    own = [value for key, value in shown if key == name]
    if own:
        return own
    found: dict[str, str] = {}
    for item in members:
        for value in item.sample.carried.get(name, ()) if item.sample else ():
            found.setdefault(folded_key(value), value)
            if len(found) == MAX_VALUES:
                return list(found.values())
    return list(found.values())


def carried_fields(linked: Linked, correlations: Sequence[Linked]) -> tuple[str, ...]:
    """Fields that correlations over this one group by or count, and that its own group does not give."""
    found: dict[str, None] = {}
    for outer in correlations:
        if linked.id in outer.members:
            wanted = (*outer.correlation.group_by, *outer.correlation.fields, *carried_fields(outer, correlations))
            for name in wanted:
                found[field_of(outer, linked.id, name)] = None
    return tuple(name for name in found if name not in linked.correlation.group_by)
