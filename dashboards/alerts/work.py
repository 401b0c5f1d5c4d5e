"""Corrected comments, what was judged before, and the figures of triage; knows no HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta

from dashboards.access.viewer import Viewer
from dashboards.errors import Refused
from dashboards.services import Services
from soc.access import Right, Scope
from soc.alert import Alert
from soc.state import remarks
from soc.state.mentions import mentioned
from soc.state.metrics import TriageFigures
from soc.state.past import PastJudgement

MONTH = timedelta(days=30)


def comment(services: Services, viewer: Viewer, alert_id: str, text: str, request_id: str) -> Alert:
    """Adds a line to the history; everybody it names must be one who may see the alert."""
    return _remark(services, viewer, alert_id, None, text, request_id)


def correct(services: Services, viewer: Viewer, alert_id: str, seq: int, text: str, request_id: str) -> Alert:
    """Other words for one's own comment; after 15 minutes they are an addition."""
    return _remark(services, viewer, alert_id, seq, text, request_id)


def past(services: Services, viewer: Viewer, alert_id: str) -> PastJudgement:
    """Raises NotFound."""
    scope = viewer.scope(Right.READ_EVENTS)
    with services.state.read() as tx:
        return tx.past.judgement(tx.alerts.get(alert_id, scope), scope, services.clock.now())


def figures(
    services: Services, viewer: Viewer, since: datetime | None, until: datetime | None, unit: str
) -> TriageFigures:
    """Of alerts raised in that time, by default of the last 30 days."""
    scope = viewer.scope(Right.READ_ALERT_HEADS)
    if unit:
        below = frozenset(viewer.units.below(unit))
        scope = Scope(below if scope.units is None else below & scope.units, scope.eyes)
    last = until or services.clock.now()
    with services.state.read() as tx:
        return tx.metrics.figures(scope, since or last - MONTH, last)


def _remark(services: Services, viewer: Viewer, alert_id: str, seq: int | None, text: str, request_id: str) -> Alert:
    if not viewer.may(Right.TRIAGE):
        raise Refused("your roles do not include triage")
    scope, now = viewer.scope(Right.TRIAGE), services.clock.now()
    with services.state.write() as tx:
        unit = tx.alerts.get(alert_id, scope).unit
        named = mentioned(tx, text, unit, viewer.units, viewer.day)
        if seq is None:
            return remarks.comment(
                tx, alert_id, text, by=viewer.actor, scope=scope, at=now, request_id=request_id, mentions=named
            )
        return remarks.correct(
            tx, alert_id, seq, text, by=viewer.actor, scope=scope, at=now, request_id=request_id, mentions=named
        )
