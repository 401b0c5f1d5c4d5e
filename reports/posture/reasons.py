"""Single things that cost points: an item is a reason when the score without it is higher. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from heapq import nlargest

from reports.posture.components import weight_of
from reports.posture.inputs import Half, Slots, SourceInput, SystemInput, UnitInputs
from reports.posture.method import Method
from reports.posture.score import Score, score

SHOWN = 3
TRIED = 25
"""Groups by weight and groups by what they missed: no lighter one can cost more than all of these."""


class Item(StrEnum):
    """What can be a reason."""

    SOURCE = "source"
    GROUP = "group"
    INCIDENT = "incident"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Reason:
    """`points`: the score without it less the score. `before_caps`: the same of the mean, which shows where a cap
    hides what an item costs."""

    item: Item
    id: str
    number: int | None
    points: Fraction
    before_caps: Fraction


def reasons_of(inputs: UnitInputs, found: Score, method: Method, *, most: int = SHOWN) -> tuple[Reason, ...]:
    """The dearest first; ties by id."""
    made = []
    for item, name, number, changed in _without(inputs, method):
        other = score(changed, method)
        reason = Reason(item, name, number, other.capped - found.capped, other.raw - found.raw)
        if reason.points > 0 or (reason.points == 0 and reason.before_caps > 0):
            made.append(reason)
    return tuple(sorted(made, key=lambda one: (-one.points, -one.before_caps, one.id))[:most])


def _without(inputs: UnitInputs, method: Method) -> Iterator[tuple[Item, str, int | None, UnitInputs]]:
    """The inputs without one item each."""
    for source in inputs.sources:
        yield Item.SOURCE, source.id, None, without_source(inputs, source)
    for name, number in _groups(inputs, method):
        yield Item.GROUP, name, number, without_groups(inputs, frozenset({name}))
    for incident in inputs.incidents:
        rest = tuple(one for one in inputs.incidents if one.id != incident.id)
        yield Item.INCIDENT, incident.id, incident.number, replace(inputs, incidents=rest)
    for system in inputs.systems:
        yield Item.SYSTEM, system.id, None, without_system(inputs, system)


def without_source(inputs: UnitInputs, source: SourceInput) -> UnitInputs:
    """The only source cannot be thought away: then nothing is seen. It is thought well."""
    rest = tuple(one for one in inputs.sources if one.id != source.id)
    return replace(inputs, sources=rest or (well_heard(source),))


def without_system(inputs: UnitInputs, system: SystemInput) -> UnitInputs:
    """As with sources: the only one is thought well kept."""
    rest = tuple(one for one in inputs.systems if one.id != system.id)
    return replace(inputs, systems=rest or (replace(system, scan_days=0, overdue=0.0),))


def well_heard(source: SourceInput) -> SourceInput:
    """As it would be if it had never been silent."""
    month, day = source.month.due, source.day.due
    return replace(source, month=Slots(month, month), day=Slots(day, day))


def without_groups(inputs: UnitInputs, names: frozenset[str]) -> UnitInputs:
    """Without these as open groups, and without their misses."""
    return replace(
        inputs,
        groups=tuple(group for group in inputs.groups if group.id not in names),
        acknowledge=_half(inputs.acknowledge, names),
        resolve=_half(inputs.resolve, names),
    )


def _half(half: Half, names: frozenset[str]) -> Half:
    gone = [one for one in half.missed if one.id in names]
    if not gone:
        return half
    rest = tuple(one for one in half.missed if one.id not in names)
    return Half(half.due - sum(one.weight for one in gone), half.kept, rest)


def _groups(inputs: UnitInputs, method: Method) -> Iterator[tuple[str, int]]:
    """Id and number of the groups that may cost most."""
    heavy = nlargest(TRIED, ((weight_of(one, method), one.id, one.number) for one in inputs.groups))
    missed: dict[str, float] = defaultdict(float)
    numbers: dict[str, int] = {}
    for one in (*inputs.acknowledge.missed, *inputs.resolve.missed):
        missed[one.id] += one.weight
        numbers[one.id] = one.number
    late = nlargest(TRIED, ((weight, name, numbers[name]) for name, weight in missed.items()))
    yield from dict.fromkeys((name, number) for _, name, number in (*heavy, *late))
