"""Figures across a reorganisation: as then, by the units that gave them, or as now, by who has taken over
(ioc-hub.md 9). A unit that was split without a key has no successor figure: it stays what it was, and is named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from reports.kpi.definitions import Kpi
from reports.kpi.drill import Part, Parts
from reports.kpi.rollup import as_now
from soc.organisation import Organisation


class Units(StrEnum):
    """Whose names a page shows; the address has it as `units=then` or `units=now`."""

    THEN = "then"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class PartsNow:
    """`broken`: units of then that nobody has taken over whole; they stand among the parts under their old names, so
    that the sum stays what it was. `moved`: how many stand under another name now."""

    parts: Parts
    broken: tuple[str, ...] = ()
    moved: int = 0


def parts_as_now(kpi: Kpi, parts: Parts, organisation: Organisation, day: date) -> PartsNow:
    """The rows of a step by the units of `day`. What is no unit, such as the row that closes the sum, stays."""
    known = {row.name: row for row in parts.rows if organisation.tree.get(row.name) is not None}
    counted = {name: row for name, row in known.items() if row.counted}
    found = as_now(kpi, {name: row.amount for name, row in counted.items()}, organisation, day)
    rows = [Part(heir, amount, basis=_basis(counted, heir, organisation, day)) for heir, amount in found.parts.items()]
    rows += [counted[name] for name in found.broken]
    rows += _missing(known, {row.name for row in rows}, organisation, day)
    others = [row for row in parts.rows if row.name not in known]
    there = {row.name for row in rows}
    moved = sum(name not in there for name in known)
    made = (*sorted(rows, key=lambda row: row.name), *others)
    return PartsNow(replace(parts, rows=made), found.broken, moved)


def predecessors(organisation: Organisation, unit: str, day: date) -> frozenset[str]:
    """Units of the past that went whole into this one; none where any of its parts came from a unit that was split,
    for then what was before is not the figure of the same thing."""
    found: set[str] = set()
    for old in organisation.tree.units:
        heirs = organisation.successors(old, day) if old != unit else ()
        if unit in heirs and len(heirs) > 1:
            return frozenset()
        if heirs == (unit,):
            found.add(old)
    return frozenset(found)


def _basis(counted: dict[str, Part], heir: str, organisation: Organisation, day: date) -> tuple[str, ...]:
    ids = [one for name, row in counted.items() if organisation.successors(name, day) == (heir,) for one in row.basis]
    return tuple(sorted(ids))


def _missing(known: dict[str, Part], there: set[str], organisation: Organisation, day: date) -> list[Part]:
    """Units that were left out: under the name of who has taken over, once, as late as the slowest of them."""
    found: dict[str, Part] = {}
    for name, row in known.items():
        heirs = organisation.successors(name, day)
        heir = heirs[0] if len(heirs) == 1 else name
        if row.counted or heir in there:
            continue
        before = found.get(heir)
        if before is None or _late(row) > _late(before):
            found[heir] = replace(row, name=heir)
    return list(found.values())


def _late(row: Part) -> timedelta:
    """Never given is the latest."""
    return timedelta.max if row.late_by is None else row.late_by
