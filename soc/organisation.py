"""Who answers for what on a day: functions with dated holders, the province above its units, heirs of what ended.

Validity is inclusive at both ends. Reading a unit file is `soc/organisation_file.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from soc.unit import Unit, UnitTree

PROVINCE = "province"
"""The kind of the unit above all others."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A unit that has a function for a time."""

    unit: str
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Function:
    """A duty. It may have no holder for a time, and software must cope with that."""

    id: str
    name_vi: str
    name_en: str = ""
    holders: tuple[Holder, ...] = ()
    line: int = field(default=0, compare=False, repr=False)

    def holder(self, day: date) -> str | None:
        return next((one.unit for one in self.holders if one.holds_on(day)), None)


@dataclass(frozen=True, slots=True)
class UnitKind:
    """`locality`: an area of the province, not a body of its government."""

    id: str
    name_vi: str
    name_en: str = ""
    locality: bool = False


@dataclass(frozen=True, slots=True)
class Organisation:
    """Units, functions and kinds of one file. `province`: id of the unit above all; '' when the file names none.
    `heirs`: of a unit that was split, those that name it as where they come from. `digest`: of the file."""

    tree: UnitTree
    province: str = ""
    functions: Mapping[str, Function] = field(default_factory=dict)
    kinds: Mapping[str, UnitKind] = field(default_factory=dict)
    heirs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    digest: str = ""

    def holder(self, function: str, day: date) -> str | None:
        """The unit that has the function on that day; None: nobody, or no such function."""
        found = self.functions.get(function)
        return found.holder(day) if found else None

    def without_holder(self, day: date) -> tuple[str, ...]:
        """Functions that nobody has on that day."""
        return tuple(one.id for one in self.functions.values() if one.holder(day) is None)

    def units_on(self, day: date) -> Iterator[Unit]:
        return (unit for unit in self.tree.units.values() if unit.holds_on(day))

    def is_locality(self, unit: str) -> bool:
        found = self.tree.get(unit)
        kind = self.kinds.get(found.kind) if found else None
        return kind is not None and kind.locality

    def successors(self, unit: str, day: date) -> tuple[str, ...]:
        """Who has taken over what the unit had, on that day: itself while it holds, else its heirs, else its
        successor, followed until one holds."""
        return tuple(dict.fromkeys(self._followed(unit, day, frozenset())))

    def _followed(self, unit: str, day: date, seen: frozenset[str]) -> Iterator[str]:
        found = self.tree.get(unit)
        if found is None or unit in seen:
            return
        if found.holds_on(day):
            yield unit
            return
        seen |= {unit}
        heirs = [one for heir in self.heirs.get(unit, ()) for one in self._followed(heir, day, seen)]
        yield from heirs or (self._followed(found.successor, day, seen) if found.successor else ())
