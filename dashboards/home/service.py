"""Where each role begins (workspace.md W20), and what it finds there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.access.viewer import Viewer
from dashboards.home import checklist
from dashboards.services import Services
from soc.access import Right, RoleOfPerson
from soc.alert import Alert
from soc.limits import Limit, LimitState, limits_of
from soc.state.queue import AlertFilter
from soc.state.team import Load
from soc.watch import Standing, Watched, watched

HERE = timedelta(minutes=15)
"""Seen in this time: on."""
SHOWN = 12
NOTHING = Load(0, 0)
ON_SHIFT = (RoleOfPerson.ANALYST, RoleOfPerson.SHIFT_LEAD)
LATE = (Standing.SILENT, Standing.LATE, Standing.NEVER)

BEGINS = (
    (RoleOfPerson.SHIFT_LEAD, "/team"),
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
class Member:
    """Somebody of the shift. `seen` None: not signed in now."""

    account: str
    name: str
    role: RoleOfPerson
    seen: datetime | None
    load: Load


@dataclass(frozen=True, slots=True)
class AtRisk:
    """An alert that nobody has taken, with its acknowledge limit."""

    alert: Alert
    limit: Limit


@dataclass(frozen=True, slots=True)
class TeamView:
    """`free`: open alerts without an owner."""

    members: tuple[Member, ...]
    free: Load
    at_risk: tuple[AtRisk, ...]
    breached: int


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


def team(services: Services, viewer: Viewer) -> TeamView:
    """Who is on, what each carries, and which limits run out; of the units that the viewer leads."""
    now, scope = services.clock.now(), viewer.scope(Right.TRIAGE)
    with services.state.read() as tx:
        loads = tx.team.loads(scope)
        sessions = tx.sessions.all(now)
        names = tx.people.names(owner for owner in loads if owner)
        found = tuple(tx.alerts.get(alert_id, scope) for alert_id in tx.team.dues(scope, limit=SHOWN * 2))
    on = {one.account: one for one in reversed(sessions) if now - one.seen_at < HERE}
    roles = {one.account: {grant.role for grant in one.grants if grant.holds_on(viewer.day)} for one in on.values()}
    members = [
        Member(account, one.name, _role(roles[account]), one.seen_at, loads.get(account, NOTHING))
        for account, one in on.items()
        if roles[account] & set(ON_SHIFT)
    ]
    members += [
        Member(owner, names.get(owner, owner), RoleOfPerson.ANALYST, None, load)
        for owner, load in loads.items()
        if owner and owner not in on
    ]
    risk = [AtRisk(alert, limits_of(alert, now)[0]) for alert in found]
    near = tuple(one for one in risk if one.limit.state in (LimitState.NEAR, LimitState.BREACHED))
    return TeamView(
        members=tuple(sorted(members, key=lambda one: (one.seen is None, -one.load.open, one.name))),
        free=loads.get(None, NOTHING),
        at_risk=near[:SHOWN],
        breached=sum(one.limit.state is LimitState.BREACHED for one in risk),
    )


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


def _role(roles: set[RoleOfPerson]) -> RoleOfPerson:
    return RoleOfPerson.SHIFT_LEAD if RoleOfPerson.SHIFT_LEAD in roles else RoleOfPerson.ANALYST
