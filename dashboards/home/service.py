"""Where each role begins (workspace.md W20), and what it finds there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboards.access.viewer import Viewer
from dashboards.home import checklist
from dashboards.services import Services
from soc.access import Right, RoleOfPerson
from soc.alert import Alert
from soc.state.queue import AlertFilter
from soc.watch import Standing, Watched, watched

SHOWN = 12
ON_SHIFT = (RoleOfPerson.ANALYST, RoleOfPerson.SHIFT_LEAD)
LATE = (Standing.SILENT, Standing.LATE, Standing.NEVER)

BEGINS = (
    (RoleOfPerson.SHIFT_LEAD, "/alerts"),
    (RoleOfPerson.ANALYST, "/alerts"),
    (RoleOfPerson.IT_CENTRE, "/late"),
    (RoleOfPerson.ADMIN, "/health"),
    (RoleOfPerson.UNIT_CONTACT, "/unit"),
    (RoleOfPerson.LEADER, "/tiles"),
    (RoleOfPerson.AUDITOR, "/admin/audit"),
)
"""Whoever holds several roles begins where most is waiting."""

SETS_UP = frozenset({RoleOfPerson.ADMIN, RoleOfPerson.IT_CENTRE})


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit's own page: open alerts, and its sources."""

    alerts: tuple[Alert, ...]
    total: int
    sources: tuple[Watched, ...]


def begin(services: Services, viewer: Viewer) -> str:
    """The address of the viewer's first page. Who sets the system up begins with what is still to do."""
    if SETS_UP & set(viewer.roles) and not set(viewer.roles) & set(ON_SHIFT) and not checklist.read(services).finished:
        return "/start"
    return next((href for role, href in BEGINS if role in viewer.roles), "/tiles")


def unit(services: Services, viewer: Viewer) -> UnitView:
    """The viewer's own units: what is open there, and whether their logs arrive."""
    now, heads = services.clock.now(), viewer.scope(Right.READ_ALERT_HEADS)
    with services.state.read() as tx:
        page = tx.queue.page(AlertFilter(), heads, limit=SHOWN)
        total = tx.queue.count(AlertFilter(), heads)
        sources = watched(tx, viewer.scope(Right.READ_SOURCES), now)
    return UnitView(page.alerts, total, _by_worst(sources))


def late(services: Services, viewer: Viewer) -> tuple[Watched, ...]:
    """Sources that do not send as they should, the worst first."""
    now = services.clock.now()
    with services.state.read() as tx:
        found = watched(tx, viewer.scope(Right.READ_SOURCES), now)
    return _by_worst(one for one in found if one.standing in LATE)


def _by_worst(sources: Iterable[Watched]) -> tuple[Watched, ...]:
    order = list(Standing)
    return tuple(sorted(sources, key=lambda one: (order.index(one.standing), one.source.name)))
