"""Who may lift the masks of a unit's records, for a reason, for a quarter of an hour (security.md 12). No HTTP."""

from __future__ import annotations

from datetime import timedelta

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.services import Services
from dashboards.shell.i18n import N_
from soc.access import Right
from soc.alert import Alert
from soc.state.unmaskings import Unmasking

LISTED = timedelta(days=7)
SHORTEST_REASON = 10
LONGEST = 500
CASE_LONGEST = 40


def alert_of(services: Services, viewer: Viewer, alert_id: str) -> Alert:
    """The alert from which somebody asks. Raises NotFound where the person does not triage."""
    with services.state.read() as tx:
        return tx.alerts.get(alert_id, viewer.scope(Right.TRIAGE))


def begin(services: Services, viewer: Viewer, alert_id: str, reason: str, case_number: str) -> Unmasking:
    """For this session and the alert's unit alone. Raises NotFound, Invalid."""
    unit = alert_of(services, viewer, alert_id).unit
    reason, case_number = reason.strip(), case_number.strip()
    faults = {}
    if not SHORTEST_REASON <= len(reason) <= LONGEST:
        faults["reason"] = N_("Say why in 10 to 500 characters.")
    if not 1 <= len(case_number) <= CASE_LONGEST:
        faults["case_number"] = N_("Name the case or the document that it belongs to.")
    if faults:
        raise Invalid(faults)
    now = services.clock.now()
    with services.state.write() as tx:
        made = tx.unmaskings.begin(viewer.account, viewer.actor.session, unit, reason, case_number, at=now)
        told = {"alert": alert_id, "case": case_number, "until": made.until}
        tx.audit.append(viewer.actor, "unmask.begin", alert_id, at=now, unit=unit, after=told, reason=reason)
    return made


def end(services: Services, viewer: Viewer) -> None:
    """Before its time; harmless when nothing is lifted."""
    if viewer.unmasked is None:
        return
    now = services.clock.now()
    with services.state.write() as tx:
        tx.unmaskings.end(viewer.account, viewer.actor.session, at=now)
        tx.audit.append(viewer.actor, "unmask.end", viewer.account, at=now, unit=viewer.unmasked.unit)


def week(services: Services, viewer: Viewer) -> tuple[tuple[Unmasking, str], ...]:
    """The last seven days in the units that the shift lead leads, with people's names; last first."""
    with services.state.read() as tx:
        found = tx.unmaskings.since(services.clock.now() - LISTED, viewer.scope(Right.APPROVE_RULES))
        names = tx.people.names({one.account for one in found})
    return tuple((one, names.get(one.account, one.account)) for one in found)
