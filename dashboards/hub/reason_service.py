"""Why a subsystem is not in use, as form and API take it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dashboards.errors import Invalid
from dashboards.hub.answers import world_of
from dashboards.hub.caller import Caller
from dashboards.services import Services
from dashboards.shell.i18n import N_
from reports.kpi import reasons
from reports.kpi.reasons import Saying
from soc.errors import StateError
from soc.state.readiness import Said
from soc.state.tables.readiness import SaidReason

REASONS = {
    SaidReason.NO_SOFTWARE: N_("no software yet"),
    SaidReason.NO_AGREEMENT: N_("no agreement on sharing"),
    SaidReason.NO_CONNECTION: N_("not connected technically"),
    SaidReason.UNDER_REVIEW: N_("figures are under review"),
    SaidReason.WITHDRAWN: N_("what was said holds no longer"),
}
UNREADABLE = {
    "reason": N_("Choose one of the reasons."),
    "on": N_("Give the day as it stands in the calendar."),
    "deadline": N_("Give the deadline as a day, or leave it empty."),
}

UNTRUE = N_("Name who says it; the day is not ahead, and the deadline not before it.")


def say(services: Services, caller: Caller, subsystem: str, typed: Mapping[str, str]) -> Said:
    """Raises NotFound outside what the caller answers for, Invalid with every field that cannot be read."""
    world, now = world_of(services), services.clock.now()
    saying = _saying(subsystem, typed)
    try:
        with services.state.write() as tx:
            return reasons.say(tx, world, saying, caller.scope, caller.viewer.actor, now)
    except StateError as error:
        if error.code != reasons.UNSAID:
            raise
        raise Invalid({"person": UNTRUE}) from error


def _saying(subsystem: str, typed: Mapping[str, str]) -> Saying:
    faults: dict[str, str] = {}
    reason = typed.get("reason", "")
    if reason not in set(SaidReason):
        faults["reason"] = UNREADABLE["reason"]
    on = _day(typed, "on", faults)
    deadline = _day(typed, "deadline", faults) if typed.get("deadline", "").strip() else None
    if faults or on is None:
        raise Invalid(faults or {"on": UNREADABLE["on"]})
    return Saying(subsystem, SaidReason(reason), typed.get("person", ""), on, typed.get("next_step", ""), deadline)


def _day(typed: Mapping[str, str], name: str, faults: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(typed.get(name, "").strip())
    except ValueError:
        faults[name] = UNREADABLE[name]
        return None
