"""What people and programs do with figures, beside handing them in."""

from __future__ import annotations

from dashboards.errors import Invalid, Refused
from dashboards.hub.caller import Caller
from dashboards.services import Services
from dashboards.shell.i18n import N_
from reports.kpi import answers
from soc.access import RoleOfPerson
from soc.errors import NotFound, StateError
from soc.observation import Known
from soc.state.findings import Answer, Finding
from soc.state.tables.receipts import FindingEventKind

MOST = 10_000
SAY_WHY = N_("Say why, in a few words.")


def confirm(services: Services, caller: Caller, seq: int, reason: str) -> Known:
    """Raises NotFound, or Invalid without a reason."""
    now, actor = services.clock.now(), caller.viewer.actor
    if caller.subsystems is not None:
        with services.state.read() as tx:
            held = {one.known.seq: one for one in tx.observations.held(caller.scope, limit=MOST)}
        if seq not in held or not speaks_of(services, caller, held[seq].known.observation.key.kpi):
            raise NotFound
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
    with services.state.read() as tx:
        found = tx.findings.get(finding_id, caller.scope)
    if found is None or not speaks_of(services, caller, found.kpi):
        raise NotFound
    now, actor = services.clock.now(), caller.viewer.actor
    said = Answer(kind, actor.id, text.strip(), evidence.strip())
    try:
        return answers.answer_finding(services.state, finding_id, said, caller.scope, actor, now)
    except StateError as error:
        raise _asked(error, "text") from error


def speaks_of(services: Services, caller: Caller, kpi: str) -> bool:
    """Whether the caller's key is bound to the subsystem of the KPI; people are bound to units alone."""
    if caller.subsystems is None:
        return True
    found = services.world.catalogue.kpis.get(kpi) if services.world else None
    return found is not None and caller.sees(found.subsystem)


def _asked(error: StateError, field: str) -> Exception:
    return Invalid({field: SAY_WHY}) if error.code == "SOC-1953" else error
