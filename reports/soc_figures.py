"""The SOC as a publisher of figures: reads the state within a scope, and hands over plain values by unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from soc.access import UNASSIGNED, Scope
from soc.state.figures import FigureRow, Point
from soc.state.store import Tx
from soc.state.unit_sums import InTime, OpenSum
from soc.unit import UnitTree
from soc.watch import Standing, Watched, watched

SPAN = timedelta(days=30)
TREND = timedelta(hours=26)
HEARD = frozenset({Standing.LIVE, Standing.LATE})
COUNTED = HEARD | {Standing.SILENT, Standing.NEVER}
"""Sources that somebody counts on: not those in quarantine, paused or read from files."""

CRITICAL, IN_TIME, MONITORED, ATTENTION = (
    "alerts_open_by_severity",
    "alert_resolve_sla_rate",
    "units_monitored_rate",
    "units_attention",
)
KEPT = (CRITICAL, IN_TIME, MONITORED, ATTENTION)
"""The figures that there are, and whose trend is kept."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Sources of one unit that are counted on, and those of them that are heard."""

    live: int
    counted: int


@dataclass(frozen=True, slots=True)
class SocFigures:
    """`expected`: units that have to be monitored today; `living`: those of them that are heard; `lost`: units all of
    whose sources are lost. `heard`: whether anything at all was heard lately; `looked`: until when alerts are known."""

    critical: Mapping[str, OpenSum]
    in_time: Mapping[str, InTime]
    expected: frozenset[str]
    living: frozenset[str]
    lost: frozenset[str]
    sources: int
    heard: bool
    looked: datetime | None
    by_unit: Mapping[str, Heard] = field(default_factory=dict)

    @property
    def attention(self) -> tuple[str, ...]:
        """Units that need somebody, the one with most critical alerts first."""
        late = {unit for unit, found in self.in_time.items() if found.late_open}
        units = (set(self.critical) | late | self.lost) - {UNASSIGNED}
        return tuple(sorted(units, key=lambda unit: (-self._weight(unit), unit)))

    def rows(self) -> tuple[FigureRow, ...]:
        """By unit, for the trend. Counts have the number of contributing units below the line: none is a gap."""
        found = [FigureRow(IN_TIME, unit, sums.kept, sums.due) for unit, sums in self.in_time.items()]
        found += [FigureRow(MONITORED, unit, int(unit in self.living), 1) for unit in self.expected if self.sources]
        if not self.heard:
            return tuple(found)
        attention, counted = set(self.attention), self.expected | set(self.critical)
        found += [FigureRow(CRITICAL, unit, int(self._weight(unit)), 1) for unit in counted]
        found += [FigureRow(ATTENTION, unit, int(unit in attention), 1) for unit in counted]
        return tuple(found)

    def _weight(self, unit: str) -> int:
        sums = self.critical.get(unit)
        return sums.open if sums else 0


def read(tx: Tx, scope: Scope, units: UnitTree, *, day: date, now: datetime, looked: datetime | None) -> SocFigures:
    """Of the scope's units alone. `looked`: when the detecting loop last said that it was at work."""
    sources = [one for one in watched(tx, scope, now) if one.standing in COUNTED]
    living = frozenset(one.source.unit for one in sources if one.standing in HEARD)
    silent = frozenset(one.source.unit for one in sources if one.standing is Standing.SILENT)
    expected = _expected(units, day, scope, (one.source.unit for one in sources))
    return SocFigures(
        critical=tx.unit_sums.critical(scope),
        in_time=tx.unit_sums.in_time(scope, since=now - SPAN, now=now),
        expected=expected,
        living=living & expected,
        lost=(silent - living) & expected,
        sources=len(sources),
        heard=any(one.standing in HEARD for one in sources),
        looked=looked,
        by_unit=_by_unit(sources),
    )


def _by_unit(sources: Sequence[Watched]) -> dict[str, Heard]:
    counted = Counter(one.source.unit for one in sources)
    live = Counter(one.source.unit for one in sources if one.standing in HEARD)
    return {unit: Heard(live[unit], number) for unit, number in counted.items()}


def trends(tx: Tx, scope: Scope, now: datetime) -> dict[str, tuple[Point, ...]]:
    """The last day of each figure that is kept."""
    return {kpi: tx.figures.trend(kpi, scope, since=now - TREND) for kpi in KEPT}


def _expected(units: UnitTree, day: date, scope: Scope, with_source: Iterable[str]) -> frozenset[str]:
    """Units of today at the end of the tree, and those above that have a network or a source of their own."""
    today = {unit.id: unit for unit in units.units.values() if unit.holds_on(day) and scope.sees(unit.id)}
    parents = {unit.parent for unit in units.units.values() if unit.holds_on(day)}
    own = {network.unit for network in units.networks if network.holds_on(day)} | set(with_source)
    return frozenset(unit for unit in today if unit not in parents or unit in own)
