"""Lists of alerts for programs: a page, or everything as a stream."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.access.viewer import Viewer
from dashboards.alerts.queue_filter import QueueFilter
from dashboards.services import Services
from soc.access import Right
from soc.alert import Alert
from soc.state.queue import PAGE_MOST, AlertPage, Order

EXPORT_MOST = 100_000
LARGE = 10_000
"""From more rows on, an export asks for the second factor again."""


def listed(
    services: Services, viewer: Viewer, chosen: QueueFilter, *, order: Order | None, after: str | None, limit: int
) -> AlertPage:
    """One page; without `order` the one of the view."""
    wanted = chosen.wanted(viewer, services.clock.now())
    with services.state.read() as tx:
        scope = viewer.scope(Right.READ_ALERT_HEADS)
        return tx.queue.page(wanted, scope, order=order or chosen.order, after=after, limit=limit)


def is_large(services: Services, viewer: Viewer, chosen: QueueFilter) -> bool:
    wanted = chosen.wanted(viewer, services.clock.now())
    with services.state.read() as tx:
        return tx.queue.count(wanted, viewer.scope(Right.READ_ALERT_HEADS), most=LARGE) > LARGE


def exported(services: Services, viewer: Viewer, chosen: QueueFilter) -> Iterator[Alert]:
    """All alerts of the filter, page by page, by age; the export is written in the audit log before it begins."""
    with services.state.write() as tx:
        what = chosen.href("")
        tx.audit.append(viewer.actor, "alerts.export", "alerts", after={"filter": what}, at=services.clock.now())
    after: str | None = None
    for _ in range(EXPORT_MOST // PAGE_MOST):
        page = listed(services, viewer, chosen, order=Order.NEWEST, after=after, limit=PAGE_MOST)
        yield from page.alerts
        after = page.next
        if after is None:
            return
