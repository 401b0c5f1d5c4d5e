"""Sources as people see them: how each stands by its own rhythm, what it sent, and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dashboards.access.viewer import Viewer
from dashboards.services import Services
from dashboards.shell.formats import ZONE
from dashboards.shell.i18n import N_
from soc.access import Right, Scope
from soc.fold import fold_marks
from soc.rhythm import LEARN_DAYS
from soc.state.accounting import LedgerRow
from soc.state.store import Tx
from soc.state.watch import Care, ClockSkew
from soc.watch import Standing, Watched, watched

PAGE = 100
WEEK = 7
SKEWED = timedelta(minutes=2)
DAY = timedelta(days=1)

WORDS = {
    Standing.LIVE: ("ok", N_("live")),
    Standing.LATE: ("late", N_("late")),
    Standing.SILENT: ("lost", N_("silent")),
    Standing.NEVER: ("unknown", N_("never heard")),
    Standing.PENDING: ("new", N_("in quarantine")),
    Standing.IMPORTED: ("unknown", N_("files only")),
    Standing.PAUSED: ("unknown", N_("paused")),
    Standing.RETIRED: ("unknown", N_("retired")),
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source. `days`: records of the last seven days, oldest first, None before it was heard; `usual`: what its
    rhythm expects of these days, None while it is learned. `rules`: how many depend on it, None: not known."""

    id: str
    name: str
    standing: Standing
    product: str
    unit: str
    first_seen: datetime | None
    last_seen: datetime | None
    gap: timedelta
    days_to_learn: int
    days: tuple[float | None, ...] = ()
    usual: tuple[float | None, ...] = ()
    events: int = 0
    errors: int = 0
    skew: ClockSkew | None = None
    care: Care = field(default_factory=Care)
    contact: str = ""
    guess: str = ""
    rules: int | None = None

    @property
    def mark(self) -> str:
        return WORDS[self.standing][0]

    @property
    def word(self) -> str:
        return WORDS[self.standing][1]

    @property
    def skewed(self) -> bool:
        return self.skew is not None and abs(self.skew.skew) >= SKEWED

    @property
    def error_share(self) -> float | None:
        """Of the events of 24 hours; None without any."""
        return self.errors / self.events if self.events else None


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """What is asked for; empty means everything."""

    standing: Standing | None = None
    unit: str = ""
    product: str = ""
    text: str = ""

    def holds(self, line: SourceLine) -> bool:
        if self.standing is not None and line.standing is not self.standing:
            return False
        if (self.unit and line.unit != self.unit) or (self.product and line.product != self.product):
            return False
        return not self.text or fold_marks(self.text) in fold_marks(f"{line.name} {line.id} {line.care.owner}")

    @property
    def any(self) -> bool:
        return bool(self.standing or self.unit or self.product or self.text)


def lines(services: Services, viewer: Viewer) -> tuple[list[SourceLine], list[SourceLine]]:
    """Known sources and senders in quarantine, both with the worst first, then by name."""
    scope = viewer.scope(Right.READ_SOURCES)
    now = services.clock.now()
    with services.state.read() as tx:
        found = watched(tx, scope, now)
        facts = Facts.read(tx, scope, [one.source.id for one in found], now)
    known = services.board.known() if services.board else None
    made = [
        line_of(one, facts, now, len(known.depend_on(one.source.id)) if known and known.board.observed else None)
        for one in found
    ]
    order = list(Standing)
    made.sort(key=lambda line: (order.index(line.standing), fold_marks(line.name)))
    pending = [line for line in made if line.standing is Standing.PENDING]
    return [line for line in made if line.standing is not Standing.PENDING], pending


@dataclass(frozen=True, slots=True)
class Facts:
    """What several statements say of the sources, by id."""

    days: Mapping[str, dict[datetime, int]]
    ledger: Mapping[str, LedgerRow]
    clocks: Mapping[str, ClockSkew]
    care: Mapping[str, Care]
    guesses: Mapping[str, str]

    @classmethod
    def read(cls, tx: Tx, scope: Scope, names: list[str], now: datetime) -> Facts:
        return cls(
            tx.watch.received(names, midnight(now) - (WEEK - 1) * DAY, scope),
            {row.source: row for row in tx.accounting.ledger(scope, since=now - DAY)},
            {name: clock for name, clock in tx.watch.clocks(scope).items() if now - clock.at < DAY},
            tx.watch.care(scope),
            guesses(tx, scope, now),
        )


def guesses(tx: Tx, scope: Scope, now: datetime) -> dict[str, str]:
    """Source -> the product that its events look like."""
    found: dict[str, str] = {}
    for row in tx.watch.routes((now - WEEK * DAY).date(), scope):
        product = row.route.split(".")[0]
        if row.source not in found or found[row.source] == "unrouted":
            found[row.source] = product
    return {name: "" if product == "unrouted" else product for name, product in found.items()}


def line_of(one: Watched, facts: Facts, now: datetime, rules: int | None) -> SourceLine:
    source, seen = one.source, one.seen
    counts = facts.ledger.get(source.id, LedgerRow(source.id))
    return SourceLine(
        id=source.id,
        name=source.name,
        standing=one.standing,
        product="" if source.product == "auto" else source.product,
        unit=source.unit,
        first_seen=seen.first if seen else None,
        last_seen=seen.last if seen else None,
        gap=one.gap,
        days_to_learn=max(LEARN_DAYS - one.rhythm.days, 0),
        days=by_day(facts.days.get(source.id, {}), WEEK, now, seen.first if seen else None),
        usual=usual(one, WEEK, now),
        events=counts.events,
        errors=counts.pipeline_errors,
        skew=facts.clocks.get(source.id),
        care=facts.care.get(source.id, Care()),
        contact=source.contact,
        guess=facts.guesses.get(source.id, ""),
        rules=rules,
    )


def by_day(
    counts: Mapping[datetime, int], days: int, now: datetime, first: datetime | None
) -> tuple[float | None, ...]:
    """Records by day of the province; days before the first record are no zeros."""
    sums: dict[datetime, int] = {}
    for hour, n in counts.items():
        day = midnight(hour)
        sums[day] = sums.get(day, 0) + n
    starts = [midnight(now) - n * DAY for n in range(days - 1, -1, -1)]
    known = None if first is None else midnight(first)
    if known is None and sums:
        known = min(sums)
    return tuple(None if known is None or start < known else float(sums.get(start, 0)) for start in starts)


def usual(one: Watched, days: int, now: datetime) -> tuple[float | None, ...]:
    """What the rhythm expects of each of these days."""
    if one.learning:
        return (None,) * days
    starts = [midnight(now) - n * DAY for n in range(days - 1, -1, -1)]
    return tuple(one.rhythm.missed(start, min(start + DAY, now)) for start in starts)


def midnight(at: datetime) -> datetime:
    """The beginning of its day in the province."""
    return at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
