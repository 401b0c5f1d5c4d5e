"""One action on all alerts of a filter: what it would touch, whether one may, and the job that does it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from dashboards.access.viewer import NOWHERE, Viewer
from dashboards.alerts.queue_filter import QueueFilter
from dashboards.errors import Refused
from dashboards.services import Services
from soc.access import Right, RoleOfPerson
from soc.alert import Action, Level
from soc.errors import StateError
from soc.state import bulk
from soc.state.jobs import ALERTS_MOST, BulkWish, Job, Split
from soc.state.store import Tx

ACTIONS = (Action.TAKE, Action.ASSIGN, Action.CLOSE, Action.REOPEN, Action.RESUME)
HIGH_MOST = 20
"""Closing more high alerts than this in one go is a shift lead's decision; so is closing any critical one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen. `refused`: why this person may not, in a word of `REFUSALS`; empty: they may."""

    split: Split
    refused: str
    titles: dict[str, tuple[str, str]]


NEEDS_LEAD = "needs_lead"
TOO_MANY = "too_many"


def plan(services: Services, viewer: Viewer, chosen: QueueFilter, action: Action, as_of: int | None = None) -> Plan:
    """Counts and split; writes nothing. Without `as_of` the alerts of this moment."""
    _must_triage(viewer)
    with services.state.read() as tx:
        split = tx.jobs.split(
            chosen.wanted(viewer, services.clock.now()), viewer.scope(Right.TRIAGE), _as_of(tx, as_of)
        )
        titles = tx.jobs.titles(rule for rule, _ in split.by(2)[:20])
    return Plan(split, _refusal(viewer, split, action), titles)


def begin(
    services: Services,
    viewer: Viewer,
    chosen: QueueFilter,
    wish: BulkWish,
    *,
    as_of: int,
    request_id: str,
) -> Job:
    """Starts the job. Raises Refused, or StateError for what the action needs and for too many alerts."""
    _must_triage(viewer)
    now = services.clock.now()
    if wish.action not in ACTIONS:
        raise StateError(f"'{wish.action}' cannot be done to many alerts at once", code="SOC-1607")
    bulk.check(wish, viewer.actor, now)
    scope, wanted = viewer.scope(Right.TRIAGE), chosen.wanted(viewer, now)
    with services.state.write() as tx:
        split = tx.jobs.split(wanted, scope, _as_of(tx, as_of))
        _must_be_allowed(viewer, split, wish.action)
        if wish.owner is not None:
            tx.people.must_be_active(wish.owner)
        described = {name: value for name, value in asdict(chosen).items() if value}
        return tx.jobs.start(
            wish,
            wanted,
            by=viewer.actor,
            scope=scope,
            as_of=split.as_of,
            described=described,
            at=now,
            request_id=request_id,
        )


def _as_of(tx: Tx, as_of: int | None) -> int:
    here = tx.jobs.position()
    return here if as_of is None else min(as_of, here)


def _must_triage(viewer: Viewer) -> None:
    if not viewer.may(Right.TRIAGE):
        raise Refused("your roles do not include triage")


def _must_be_allowed(viewer: Viewer, split: Split, action: Action) -> None:
    refused = _refusal(viewer, split, action)
    if refused == TOO_MANY:
        raise StateError(f"more than {ALERTS_MOST} alerts - narrow the filter", code="SOC-1617")
    if refused == NEEDS_LEAD:
        raise Refused(f"closing critical alerts, or more than {HIGH_MOST} high ones, in one go needs a shift lead")


def _refusal(viewer: Viewer, split: Split, action: Action) -> str:
    if split.total > ALERTS_MOST:
        return TOO_MANY
    if action is not Action.CLOSE:
        return ""
    levels = dict(split.by(0))
    if levels.get(Level.CRITICAL, 0) == 0 and levels.get(Level.HIGH, 0) <= HIGH_MOST:
        return ""
    # Approving is the shift lead's alone, and so is this right: its scope is where he leads.
    leads = viewer.scope(Right.APPROVE_RULES) if RoleOfPerson.SHIFT_LEAD in viewer.roles else NOWHERE
    return "" if all(leads.sees(unit) for unit in split.units_of(Level.CRITICAL, Level.HIGH)) else NEEDS_LEAD
