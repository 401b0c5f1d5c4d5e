"""What people and programs do with figures, beside handing them in."""

from __future__ import annotations

from dashboards.errors import Invalid, Refused
from dashboards.hub.caller import Caller
from dashboards.services import Services
from dashboards.shell.i18n import N_
from reports.kpi import answers
from soc.access import RoleOfPerson
from soc.errors import StateError
from soc.observation import Known
from soc.state.findings import Answer, Finding
from soc.state.tables.receipts import FindingEventKind

SAY_WHY = N_("Say why, in a few words.")


def confirm(services: Services, caller: Caller, seq: int, reason: str) -> Known:
    """Raises NotFound, or Invalid without a reason."""
    now, actor = services.clock.now(), caller.viewer.actor
    try:
        return answers.confirm(services.state, seq, caller.scope, actor, reason, now)
    except StateError as error:
        raise _asked(error, "reason") from error


def answer(
    services: Services, caller: Caller, finding_id: int, kind: FindingEventKind, text: str, evidence: str
) -> Finding:
    """Raises NotFound, Invalid without a reason, Refused when somebody else than the operator returns it."""
    if kind is FindingEventKind.RETURNED and RoleOfPerson.IT_CENTRE not in caller.viewer.roles:
        raise Refused("only the operator returns an answer")
    now, actor = services.clock.now(), caller.viewer.actor
    said = Answer(kind, actor.id, text.strip(), evidence.strip())
    try:
        return answers.answer_finding(services.state, finding_id, said, caller.scope, actor, now)
    except StateError as error:
        raise _asked(error, "text") from error


def _asked(error: StateError, field: str) -> Exception:
    return Invalid({field: SAY_WHY}) if error.code == "SOC-1953" else error
