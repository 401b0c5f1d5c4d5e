"""The queue as a page: rows, tabs with counts, storms, the sum of all lanes, and what cannot be checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.access.viewer import Viewer
from dashboards.alerts.queue_filter import VIEWS, QueueFilter
from dashboards.alerts.rows import Row, StormRow, hint_of, row_of, with_storms
from dashboards.services import Services
from dashboards.shell.silence import Silence, silence
from soc.access import Right, Scope
from soc.alert import Alert, Lane, Level
from soc.state.queue import COUNT_MOST, PAGE, AlertFilter, Order
from soc.state.store import Tx
from soc.state.types import micros
from soc.state.views import SavedView as OwnView

FRESH_MOST = 50
PAGE_NAME = "alerts"
"""Under which saved filters are kept."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """Open alerts by lane; together they are all there are. Each is exact to COUNT_MOST."""

    queue: int
    digest: int
    storm: int

    @property
    def total(self) -> int:
        return self.queue + self.digest + self.storm

    @property
    def exact(self) -> bool:
        return max(self.queue, self.digest, self.storm) <= COUNT_MOST


@dataclass(frozen=True, slots=True)
class QueueView:
    """One page of the queue. `newest`: when the last alert was raised, in microseconds; what comes later is new.

    `silence`: the sources that were heard once and are no longer; None for those who may not see sources.
    """

    rows: tuple[Row | StormRow, ...]
    next: str | None
    levels: tuple[tuple[Level, int], ...]
    tabs: dict[str, int]
    lanes: Lanes
    any_alert: bool
    newest: int
    names: dict[str, str]
    rules: tuple[tuple[str, Alert], ...]
    colleagues: tuple[tuple[str, str], ...]
    silence: Silence | None
    own: tuple[OwnView, ...]


def queue(services: Services, viewer: Viewer, chosen: QueueFilter, *, after: str | None = None) -> QueueView:
    """The page after `after`."""
    scope, now = viewer.scope(Right.READ_ALERT_HEADS), services.clock.now()
    with services.state.read() as tx:
        page = tx.queue.page(chosen.wanted(viewer, now), scope, order=chosen.order, after=after, limit=PAGE)
        newest = tx.queue.page(AlertFilter(statuses=()), scope, order=Order.NEWEST, limit=1).alerts
        past = tx.past.many(page.alerts, scope, now)
        rows = [row_of(alert, now, hint_of(past.get(alert.id))) for alert in page.alerts]
        names = tx.people.names({alert.owner for alert in page.alerts if alert.owner})
        lanes = _lanes(tx, scope)
        levels = _levels(tx, viewer, chosen, scope, now)
        tabs = _tabs(tx, viewer, lanes, scope, now)
        own = tx.views.seen_by(viewer.account, PAGE_NAME)
        storms = tx.storms.shown(scope) if after is None and _shows_storms(chosen) else ()
    return QueueView(
        rows=tuple(with_storms(rows, storms)),
        next=page.next,
        levels=levels,
        tabs=tabs,
        lanes=lanes,
        any_alert=bool(newest),
        newest=max((micros(alert.raised_at) for alert in newest), default=0),
        names=names,
        rules=_rules(page.alerts),
        colleagues=tuple(sorted(names.items(), key=lambda pair: pair[1])),
        silence=silence(services, viewer) if viewer.may(Right.READ_SOURCES) else None,
        own=own,
    )


def first_view(services: Services, viewer: Viewer) -> str:
    """One's own work first, as long as there is any; who does not triage sees all."""
    if not viewer.may(Right.TRIAGE):
        return "open"
    own = VIEWS["mine"]
    wanted = AlertFilter(statuses=own.statuses, owner=viewer.account)
    with services.state.read() as tx:
        return "mine" if tx.queue.count(wanted, viewer.scope(Right.READ_ALERT_HEADS), most=1) else "open"


def fresh(services: Services, viewer: Viewer, chosen: QueueFilter, since: int) -> int:
    """How many alerts of this filter were raised after `since` (microseconds); at most FRESH_MOST are counted."""
    scope = viewer.scope(Right.READ_ALERT_HEADS)
    with services.state.read() as tx:
        wanted = chosen.wanted(viewer, services.clock.now())
        page = tx.queue.page(wanted, scope, order=Order.NEWEST, limit=FRESH_MOST)
    return sum(micros(alert.raised_at) > since for alert in page.alerts)


def one_row(services: Services, viewer: Viewer, alert_id: str) -> tuple[Row, dict[str, str]]:
    """A row as it is now, and the names in it. Raises NotFound, also outside the scope."""
    with services.state.read() as tx:
        alert = tx.alerts.get(alert_id, viewer.scope(Right.READ_ALERT_HEADS))
        names = tx.people.names({alert.owner} if alert.owner else set())
        scope, now = viewer.scope(Right.READ_ALERT_HEADS), services.clock.now()
        past = tx.past.many([alert], scope, now)
        return row_of(alert, now, hint_of(past.get(alert.id))), names


def own_views(services: Services, viewer: Viewer) -> tuple[OwnView, ...]:
    """One's own, then those that others share."""
    with services.state.read() as tx:
        return tx.views.seen_by(viewer.account, PAGE_NAME)


def save_view(services: Services, viewer: Viewer, name: str, chosen: QueueFilter) -> OwnView:
    """Keeps the filter under a name of the person's own. Raises StateError for a name that cannot be."""
    with services.state.write() as tx:
        return tx.views.save(viewer.account, PAGE_NAME, name, chosen.query, at=services.clock.now())


def drop_view(services: Services, viewer: Viewer, view_id: str) -> None:
    """Raises NotFound for a view of somebody else."""
    with services.state.write() as tx:
        tx.views.delete(viewer.account, view_id)


def _shows_storms(chosen: QueueFilter) -> bool:
    return chosen.saved.name in ("open", "untaken") and not chosen.without("level").narrowed


def _lanes(tx: Tx, scope: Scope) -> Lanes:
    counts = [tx.queue.count(AlertFilter(lanes=(lane,)), scope) for lane in (Lane.QUEUE, Lane.DIGEST, Lane.STORM)]
    return Lanes(*counts)


def _levels(tx: Tx, viewer: Viewer, chosen: QueueFilter, scope: Scope, now: datetime) -> tuple[tuple[Level, int], ...]:
    """How many of this view there are of each level, whichever level is chosen."""
    wanted = chosen.without("level").wanted(viewer, now)
    counts = tx.queue.levels(wanted, scope)
    return tuple((level, n) for level, n in counts.items() if n or level is not Level.INFORMATIONAL)


def _tabs(tx: Tx, viewer: Viewer, lanes: Lanes, scope: Scope, now: datetime) -> dict[str, int]:
    known = {"open": lanes.queue, "digest": lanes.digest, "storm": lanes.storm}
    asked = {
        view.name: tx.queue.count(QueueFilter(view.name).wanted(viewer, now), scope)
        for view in VIEWS.values()
        if view.name not in known and view.statuses != VIEWS["closed"].statuses
    }
    return known | asked


def _rules(alerts: Sequence[Alert]) -> tuple[tuple[str, Alert], ...]:
    """One alert of each rule on the page, to choose rules by."""
    return tuple({alert.rule.id: alert for alert in alerts}.items())
