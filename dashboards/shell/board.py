"""The board of rules, made in the background and kept in memory: what every page may ask without waiting."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from correlator.noted import COST
from soc.access import SYSTEM, Scope
from soc.clock import Clock
from soc.errors import SocError
from soc.rhythm import PROVINCE
from soc.state.rule_figures import Figures, RuleFigures, rule_figures, total
from soc.state.store import State
from soc.watch import Standing, watched

if TYPE_CHECKING:
    from correlator.board import Board, RuleRow, Survey

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=1)
SEEN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RuleCosts:
    """`per_event`: rule -> nanoseconds an event, averaged over all measured events."""

    events: int = 0
    per_event: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """One state of the board with what rules did and cost. `silent`: source -> unit, of those that are silent."""

    board: Board
    figures: Figures
    costs: RuleCosts
    silent: Mapping[str, str]

    @property
    def at(self) -> datetime:
        return self.board.at

    def blind(self, scope: Scope) -> tuple[RuleRow, ...]:
        """Enabled rules that cannot see in some unit of the scope since its sources are silent."""
        return tuple(row for row in self.board.rows if any(scope.sees(unit) for unit in row.blind_in))

    def figures_of(self, rule: str, scope: Scope) -> RuleFigures:
        return total(one for unit, one in self.figures.get(rule, {}).items() if scope.sees(unit))

    def depend_on(self, source: str) -> frozenset[str]:
        """Ids of the rules that can match what this source sends."""
        return self.board.by_source.get(source, frozenset())


class RuleBoard:
    """`known` answers at once with the last state, None before the first; asking makes a new one when it is old."""

    def __init__(
        self,
        state: State,
        clock: Clock,
        paths: Sequence[Path],
        *,
        own: Path | None = None,
        placeholders: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._state = state
        self._clock = clock
        self._paths = tuple(paths)
        self._own = own
        self._placeholders = placeholders
        self._survey: Survey | None = None
        self._known: Known | None = None
        self._asked: datetime | None = None
        self._working = threading.Lock()

    def known(self) -> Known | None:
        now, known = self._clock.now(), self._known
        if self._asked is None or not self._asked <= now < self._asked + FRESH:
            self._asked = now
            threading.Thread(target=self._make_quietly, daemon=True, name="rule-board").start()
        return known

    def attention(self, scope: Scope) -> bool:
        """Whether a rule is blind or a source silent in the scope."""
        known = self.known()
        if known is None:
            return False
        return any(scope.sees(unit) for unit in known.silent.values()) or bool(known.blind(scope))

    def make(self) -> Known:
        """A new state now; the caller waits."""
        from correlator.board import Survey
        from correlator.pack import Pack
        from soc.logsource import load_table

        with self._working:
            now = self._asked = self._clock.now()
            if self._survey is None:
                self._survey = Survey(Pack(self._paths, site=self._placeholders), load_table(), self._own)
            with self._state.read() as tx:
                routes = tx.watch.routes((now - SEEN).astimezone(PROVINCE).date(), SYSTEM)
                figures = rule_figures(tx.connection, SYSTEM, now)
                fact = tx.facts.get(COST) or {}
                standing = {one.source.id: one for one in watched(tx, SYSTEM, now)}
            silent = {name: one.source.unit for name, one in standing.items() if one.standing is Standing.SILENT}
            board = self._survey.board(routes, silent.keys(), now)
            events = int(fact.get("events", 0))
            costs = RuleCosts(events, {rule: ns / events for rule, ns in fact.get("rules", {}).items()})
            self._known = Known(board, figures, costs, silent)
            return self._known

    def _make_quietly(self) -> None:
        if self._working.locked():
            return
        try:
            self.make()
        except SocError as error:
            log.warning("the board of rules could not be made", reason=str(error))
