"""Where each role begins (workspace.md W20), and what it finds there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dashboards.access.viewer import Viewer
from dashboards.home import checklist
from dashboards.services import Services
from dashboards.shell.raised_by import guide_of, rule_of
from dashboards.shell.telling import Part, meaning_of, steps_of
from reports import soc_figures
from reports.soc_figures import HEARD
from soc.access import Right, RoleOfPerson
from soc.alert import Alert, Status
from soc.limits import Limit, LimitKind, limits_of
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
class Told:
    """An alert for somebody who is no analyst: what happened, what to do, and until when."""

    alert: Alert
    meaning: tuple[Part, ...]
    steps: tuple[tuple[Part, ...], ...]
    limit: Limit | None


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit's own page: open alerts, and its sources, the worst first."""

    alerts: tuple[Told, ...]
    total: int
    sources: tuple[Watched, ...]

    @property
    def several(self) -> bool:
        return len({one.source.unit for one in self.sources} | {one.alert.unit for one in self.alerts}) > 1

    @property
    def live(self) -> int:
        return sum(one.standing in HEARD for one in self.sources)


@dataclass(frozen=True, slots=True)
class LateView:
    """Sources that do not send as they should; how many `counted` ones there are; senders that wait for a unit; units
    that nothing is heard of since they have no source."""

    sources: tuple[Watched, ...]
    counted: int
    pending: int
    deaf: tuple[str, ...]


def begin(services: Services, viewer: Viewer) -> str:
    """The address of the viewer's first page. Who sets the system up begins with what is still to do."""
    if SETS_UP & set(viewer.roles) and not set(viewer.roles) & set(ON_SHIFT) and not checklist.read(services).finished:
        return "/start"
    return next((href for role, href in BEGINS if role in viewer.roles), "/tiles")


def unit(services: Services, viewer: Viewer, language: str) -> UnitView:
    """The viewer's own units: what is open there in plain words, and whether their logs arrive."""
    now, heads = services.clock.now(), viewer.scope(Right.READ_ALERT_HEADS)
    with services.state.read() as tx:
        page = tx.queue.page(AlertFilter(), heads, limit=SHOWN)
        alerts = [tx.alerts.get(one.id, heads) for one in page.alerts]
        total = tx.queue.count(AlertFilter(), heads)
        sources = watched(tx, viewer.scope(Right.READ_SOURCES), now)
    told = (_told(services, one, language, now) for one in alerts)
    return UnitView(tuple(told), total, _by_worst(sources))


def late(services: Services, viewer: Viewer) -> LateView:
    """What keeps the centre from hearing, the worst first."""
    now, scope = services.clock.now(), viewer.scope(Right.READ_SOURCES)
    with services.state.read() as tx:
        found = watched(tx, scope, now)
        figures = soc_figures.read(tx, scope, services.units, day=viewer.day, now=now, looked=None)
    return LateView(
        sources=_by_worst(one for one in found if one.standing in LATE),
        counted=sum(heard.counted for heard in figures.by_unit.values()),
        pending=sum(one.standing is Standing.PENDING for one in found),
        deaf=tuple(sorted(figures.expected - set(figures.by_unit))),
    )


def _told(services: Services, alert: Alert, language: str, now: datetime) -> Told:
    rule = rule_of(alert.rule, services.settings.rules)
    steps = guide_of(rule, language).act if rule else ()
    limits = {one.kind: one for one in limits_of(alert, now, services.state.limits)}
    waits = alert.status is Status.WAITING_UNIT
    return Told(
        alert=alert,
        meaning=meaning_of(alert, language),
        steps=tuple(tuple(step) for step in steps_of(alert, steps)),
        limit=limits.get(LimitKind.UNIT if waits else LimitKind.RESOLVE),
    )


def _by_worst(sources: Iterable[Watched]) -> tuple[Watched, ...]:
    order = list(Standing)
    return tuple(sorted(sources, key=lambda one: (order.index(one.standing), one.source.name)))
