"""One row a unit, the worst first: figures of a scope in, rows out. Pure.

A row stands only for a unit that the reader may see, so no figure here can name another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reports.soc_figures import Heard, SocFigures
from reports.tiles import ratio
from soc.access import UNASSIGNED
from soc.state.unit_sums import Heavy, InTime

NOTHING, SILENCE, NEVER_DUE = Heavy(0, 0, 0, None), Heard(0, 0), InTime(0, 0, 0)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """`heavy` None: nothing is heard of the unit and nothing is open, so nobody knows. `rate`: in per cent, None
    where no alert was due. `contacts`: who speaks for the unit."""

    unit: str
    heavy: Heavy | None
    in_time: InTime
    heard: Heard
    contacts: tuple[str, ...]

    @property
    def rate(self) -> float | None:
        return ratio(self.in_time.kept, self.in_time.due)

    @property
    def troubled(self) -> bool:
        return bool(self.heavy is None or self.heavy.open or self.in_time.late_open or self._deaf)

    @property
    def _deaf(self) -> int:
        return self.heard.counted - self.heard.live

    def order(self) -> tuple[int, int, float, int, float, str]:
        """Most critical, most high, longest waiting, most deaf sources, least in time."""
        heavy = self.heavy or NOTHING
        waits = heavy.oldest.timestamp() if heavy.oldest else float("inf")
        rate = 101.0 if self.rate is None else self.rate
        return -heavy.critical, -heavy.high, waits, -self._deaf - (self.heard.counted == 0), rate, self.unit


def unit_rows(
    figures: SocFigures, heavy: Mapping[str, Heavy], contacts: Mapping[str, tuple[str, ...]]
) -> tuple[UnitRow, ...]:
    """Every unit that has to be monitored or has alerts."""
    units = (figures.expected | set(heavy) | set(figures.in_time) | set(figures.by_unit)) - {UNASSIGNED}
    rows = (_row(unit, figures, heavy.get(unit), contacts.get(unit, ())) for unit in units)
    return tuple(sorted(rows, key=UnitRow.order))


def _row(unit: str, figures: SocFigures, heavy: Heavy | None, contacts: tuple[str, ...]) -> UnitRow:
    heard = figures.by_unit.get(unit, SILENCE)
    known = heavy or (NOTHING if heard.live and figures.looked else None)
    return UnitRow(unit, known, figures.in_time.get(unit, NEVER_DUE), heard, contacts)


def oldest(rows: tuple[UnitRow, ...]) -> datetime | None:
    """Since when the longest waiting alert of all rows waits."""
    return min((row.heavy.oldest for row in rows if row.heavy and row.heavy.oldest), default=None)
