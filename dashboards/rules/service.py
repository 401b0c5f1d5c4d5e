"""Rules as people see them: from the board in memory, filtered, with the figures of the viewer's units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from correlator.board import CanMatch, RuleOrigin, RuleRow
from correlator.language.documents import State
from dashboards.access.viewer import Viewer
from dashboards.services import Services
from dashboards.shell.board import Known
from dashboards.shell.i18n import N_
from soc.access import Right, Scope
from soc.alert import Level
from soc.errors import NotFound
from soc.fold import fold_marks
from soc.state.rule_figures import RuleFigures
from soc.wilson import wilson

PAGE = 100
DAYS = 30

CAN = {
    CanMatch.READY: ("ok", N_("ready")),
    CanMatch.NO_FIELD: ("late", N_("field missing")),
    CanMatch.NO_SOURCE: ("unknown", N_("source missing")),
    CanMatch.UNSUPPORTED: ("failed", N_("not supported")),
    CanMatch.NOT_KNOWN: ("unknown", N_("not known")),
}
ORIGINS = {RuleOrigin.OWN: N_("ours"), RuleOrigin.UPSTREAM: N_("upstream"), RuleOrigin.SITE: N_("of the site")}
STATES = {
    State.LOADED: N_("in force"),
    State.NEEDS_VALUE: N_("needs a value"),
    State.UNSUPPORTED: N_("not supported"),
    State.FAULT: N_("faulty"),
    State.SKIPPED: N_("skipped"),
}
LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class RuleFilter:
    """What is asked for; empty means everything. `text`: title, id, author or tag, without marks."""

    text: str = ""
    level: Level | None = None
    origin: RuleOrigin | None = None
    can: CanMatch | None = None
    state: State | None = None
    blind: bool = False
    fired: bool = False
    incomplete: bool = False
    source: str = ""

    @property
    def any(self) -> bool:
        return self != RuleFilter()


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the list. `precision`: share of closed alerts that were true, with its interval; None without any.
    `blind_in`: the units of the viewer's scope. `cost`: microseconds an event."""

    row: RuleRow
    figures: RuleFigures
    blind_in: tuple[str, ...]
    ready_in: tuple[str, ...]
    cost: float | None

    @property
    def id(self) -> str:
        return self.row.card.id

    @property
    def alerts_a_day(self) -> float:
        return self.figures.alerts_month / DAYS

    @property
    def precision(self) -> float | None:
        return (self.figures.true + self.figures.benign) / self.figures.judged if self.figures.judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.figures.true + self.figures.benign, self.figures.judged)


@dataclass(frozen=True, slots=True)
class RulesView:
    """A page of the list. `at` None: the board is being made for the first time."""

    at: datetime | None
    lines: tuple[RuleLine, ...] = ()
    found: int = 0
    total: int = 0
    counts: tuple[tuple[CanMatch, int], ...] = ()
    blind: int = 0
    observed: bool = False


def read(services: Services, viewer: Viewer, chosen: RuleFilter, *, start: int = 0, limit: int = PAGE) -> RulesView:
    """Blind rules first, then those that fired, then by level and title."""
    known = services.board.known() if services.board else None
    if known is None:
        return RulesView(None)
    scope = viewer.scope(Right.READ_SOURCES)
    lines = [_line(row, known, scope) for row in known.board.rows]
    wanted = [line for line in lines if _holds(chosen, line, known)]
    wanted.sort(key=_order)
    counts = {one: sum(line.row.can is one for line in lines) for one in CanMatch}
    return RulesView(
        at=known.at,
        lines=tuple(wanted[start : start + limit]),
        found=len(wanted),
        total=len(lines),
        counts=tuple((one, n) for one, n in counts.items() if n),
        blind=sum(bool(line.blind_in) for line in lines),
        observed=known.board.observed,
    )


def find(services: Services, viewer: Viewer, rule_id: str) -> tuple[RuleLine, Known]:
    """One rule. Raises NotFound, also while the board is not there yet."""
    known = services.board.known() if services.board else None
    row = known.board.row(rule_id) if known else None
    if known is None or row is None:
        raise NotFound
    return _line(row, known, viewer.scope(Right.READ_SOURCES)), known


def _line(row: RuleRow, known: Known, scope: Scope) -> RuleLine:
    cost = known.costs.per_event.get(row.card.id)
    return RuleLine(
        row=row,
        figures=known.figures_of(row.card.id, scope),
        blind_in=tuple(sorted(unit for unit in row.blind_in if scope.sees(unit))),
        ready_in=tuple(sorted(unit for unit in row.ready_in if scope.sees(unit))),
        cost=None if cost is None else cost / 1_000,
    )


def _holds(chosen: RuleFilter, line: RuleLine, known: Known) -> bool:
    row = line.row
    exact = (
        (chosen.level, row.card.level),
        (chosen.origin, row.origin),
        (chosen.can, row.can),
        (chosen.state, row.state),
    )
    if any(wanted is not None and wanted is not found for wanted, found in exact):
        return False
    if (chosen.blind and not line.blind_in) or (chosen.fired and not line.figures.hits_month):
        return False
    if chosen.incomplete and row.complete:
        return False
    if chosen.source and row.card.id not in known.depend_on(chosen.source):
        return False
    return not chosen.text or fold_marks(chosen.text) in _words(line)


def _words(line: RuleLine) -> str:
    card = line.row.card
    return fold_marks(" ".join((card.title, card.title_vi, card.id, card.author, line.row.logsource, *card.tags)))


def _order(line: RuleLine) -> tuple[bool, bool, int, str]:
    card = line.row.card
    return (not line.blind_in, not line.figures.hits_month, LEVELS.index(card.level), card.title.lower())
