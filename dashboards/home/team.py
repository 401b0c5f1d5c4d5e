"""The shift: who is on, what each carries, what nobody has taken, and which limits run out (workspace.md W20)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.access.viewer import Viewer
from dashboards.services import Services
from soc.access import Right, RoleOfPerson, Scope
from soc.alert import OPEN, Alert, Lane
from soc.limits import Limit, limits_of
from soc.state.queue import AlertFilter
from soc.state.store import Tx
from soc.state.team import Load

HERE = timedelta(minutes=15)
"""Seen in this time: on."""
SOON = timedelta(hours=1)
SHOWN = 12
NOTHING = Load(0, 0)
ON_SHIFT = (RoleOfPerson.ANALYST, RoleOfPerson.SHIFT_LEAD)


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
class Strip:
    """The shift in one line, of what lies in the queue. `free`: open and nobody's; `past`: open alerts with a limit
    that is past; `soon`: those whose limit ends within the hour."""

    members: tuple[Member, ...]
    free: Load
    past: int
    soon: int


@dataclass(frozen=True, slots=True)
class TeamView:
    """The shift as a page."""

    strip: Strip
    at_risk: tuple[AtRisk, ...]


def strip(services: Services, viewer: Viewer) -> Strip:
    """Of the units that the viewer leads."""
    with services.state.read() as tx:
        return _strip(tx, services.clock.now(), viewer)


def team(services: Services, viewer: Viewer) -> TeamView:
    """The line, and the alerts whose acknowledge limit is past or ends within the hour, nearest first."""
    now, scope = services.clock.now(), viewer.scope(Right.TRIAGE)
    with services.state.read() as tx:
        line = _strip(tx, now, viewer)
        found = tuple(tx.alerts.get(alert_id, scope) for alert_id in tx.team.dues(scope, limit=SHOWN * 2))
    risk = [AtRisk(alert, limits_of(alert, now)[0]) for alert in found]
    # As in the queue's "due soon": one word, one meaning.
    near = tuple(one for one in risk if one.limit.due is not None and one.limit.due < now + SOON)
    return TeamView(line, near[:SHOWN])


def _strip(tx: Tx, now: datetime, viewer: Viewer) -> Strip:
    scope = viewer.scope(Right.TRIAGE)
    loads = tx.team.loads(scope)
    past = _due(tx, scope, now)
    return Strip(
        members=_members(tx, loads, now, viewer),
        free=loads.get(None, NOTHING),
        past=past,
        soon=_due(tx, scope, now + SOON) - past,
    )


def _due(tx: Tx, scope: Scope, before: datetime) -> int:
    return tx.queue.count(AlertFilter(statuses=OPEN, lanes=(Lane.QUEUE,), due_before=before), scope)


def _members(tx: Tx, loads: Mapping[str | None, Load], now: datetime, viewer: Viewer) -> tuple[Member, ...]:
    """Those who are on, and those who are not but own something; who carries most comes first."""
    sessions = tx.sessions.all(now)
    on = {one.account: one for one in reversed(sessions) if now - one.seen_at < HERE}
    roles = {one.account: {grant.role for grant in one.grants if grant.holds_on(viewer.day)} for one in on.values()}
    names = tx.people.names(owner for owner in loads if owner)
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
    return tuple(sorted(members, key=lambda one: (one.seen is None, -one.load.open, one.name)))


def _role(roles: set[RoleOfPerson]) -> RoleOfPerson:
    return RoleOfPerson.SHIFT_LEAD if RoleOfPerson.SHIFT_LEAD in roles else RoleOfPerson.ANALYST
