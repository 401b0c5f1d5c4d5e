"""One source: thirty days of it, its books, its latest lines read and not read, and the rules that depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboards.access.viewer import Viewer
from dashboards.services import Services
from dashboards.sources.service import DAY, Facts, SourceLine, by_day, line_of, midnight, usual
from soc.access import Right
from soc.alert import RuleCard
from soc.errors import NotFound, StoreError
from soc.query import Query
from soc.query.parse import parse
from soc.state.accounting import LedgerRow
from soc.state.source_table import Source
from soc.watch import watched

MONTH = 30
LINES = 5
LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """One event as it came in. `why`: the reason when it could not be read."""

    at: datetime
    original: str
    event: Mapping[str, Any]
    why: str = ""


@dataclass(frozen=True, slots=True)
class SourceView:
    """Everything of the page. `good`, `bad`: None where events cannot be asked."""

    line: SourceLine
    source: Source
    versions: tuple[Source, ...]
    month: tuple[tuple[datetime, float | None, float | None], ...]
    ledger: LedgerRow
    good: tuple[Line, ...] | None
    bad: tuple[Line, ...] | None
    rules: tuple[RuleCard, ...] | None


def read(services: Services, viewer: Viewer, source_id: str) -> SourceView:
    """Raises NotFound, also outside the scope."""
    scope, now = viewer.scope(Right.READ_SOURCES), services.clock.now()
    with services.state.read() as tx:
        one = next((one for one in watched(tx, scope, now) if one.source.id == source_id), None)
        if one is None:
            raise NotFound
        facts = Facts.read(tx, scope, [source_id], now)
        month = tx.watch.received([source_id], midnight(now) - (MONTH - 1) * DAY, scope)[source_id]
        books = tx.accounting.ledger(scope, since=now - MONTH * DAY, source=source_id)
        versions = tx.sources.versions(source_id, scope)
    known = services.board.known() if services.board else None
    depend = known.depend_on(source_id) if known and known.board.observed else None
    days = by_day(month, MONTH, now, one.seen.first if one.seen else None)
    starts = [midnight(now) - n * DAY for n in range(MONTH - 1, -1, -1)]
    return SourceView(
        line=line_of(one, facts, now, None if depend is None else len(depend)),
        source=one.source,
        versions=versions,
        month=tuple(zip(starts, days, usual(one, MONTH, now), strict=True)),
        ledger=books[0] if books else LedgerRow(source_id),
        good=latest(services, viewer, source_id, failed=False),
        bad=latest(services, viewer, source_id, failed=True),
        rules=_cards(services, depend),
    )


def latest(
    services: Services, viewer: Viewer, source_id: str, *, failed: bool, since: datetime | None = None, n: int = LINES
) -> tuple[Line, ...] | None:
    """The newest lines of a source; None without an event store, or for those who may not read events."""
    if services.events is None or not viewer.may(Right.READ_EVENTS):
        return None
    now = services.clock.now()
    kind = "event.kind:pipeline_error" if failed else "not event.kind:pipeline_error"
    escaped = source_id.replace("\\", "\\\\").replace('"', '\\"')
    node = parse(f'soc.source.id:"{escaped}" and {kind}', now=now)
    query = Query(node, (since or now - LOOK_BACK), now + timedelta(hours=1), viewer.scope(Right.READ_EVENTS))
    try:
        page = services.events.search(query, limit=n)
    except StoreError:
        return None
    return tuple(_line(event) for event in page.events)


def _line(event: Mapping[str, Any]) -> Line:
    at = datetime.fromisoformat(str(event["@timestamp"]))
    return Line(at, str(event.get("event.original", "")), event, str(event.get("error.message", "")))


def _cards(services: Services, ids: frozenset[str] | None) -> tuple[RuleCard, ...] | None:
    known = services.board.known() if services.board else None
    if ids is None or known is None:
        return None
    order = ("critical", "high", "medium", "low", "informational")
    found = [row.card for row in known.board.rows if row.card.id in ids]
    return tuple(sorted(found, key=lambda card: (order.index(card.level), card.title)))
