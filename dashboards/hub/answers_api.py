"""Held values and findings for programs: who is asked what, and the answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from dashboards.hub import service
from dashboards.hub.answers import json_of
from dashboards.hub.caller import Reader, Writer
from dashboards.shell.render import services_of
from reports.kpi.writing import item_of
from soc.state.findings import Finding, WantedFindings
from soc.state.observation_rows import Hold
from soc.state.tables.receipts import FindingEventKind

router = APIRouter(tags=["hub"])
Limit = Annotated[int, Query(ge=1, le=500)]


class ReasonIn(BaseModel):
    """Why the value is right."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=2_000)


class AnswerIn(BaseModel):
    """What is said of a finding. `returned`: by the operator, to an answer that the check is wrong."""

    model_config = ConfigDict(extra="forbid")
    answer: Literal["explained", "corrected", "rule_wrong", "returned"]
    text: str = Field(min_length=1, max_length=2_000)
    evidence: str = Field("", max_length=2_000)


@router.get("/held", operation_id="list_held")
def list_held(request: Request, caller: Reader, limit: Limit = 100) -> Response:
    """Values that wait for their unit, the most urgent first; none of them is shown as current."""
    services = services_of(request)
    with services.state.read() as tx:
        found = tx.observations.held(caller.scope, limit=limit)
    own = [one for one in found if service.speaks_of(services, caller, one.known.observation.key.kpi)]
    return json_of({"items": [_hold(one) for one in own]})


@router.post("/held/{seq}/confirm", operation_id="confirm_held", status_code=204)
def confirm_held(request: Request, caller: Writer, seq: int, said: ReasonIn) -> Response:
    """The value is right, and why; it counts from now on. A wrong one is corrected by its next revision."""
    service.confirm(services_of(request), caller, seq, said.reason)
    return Response(status_code=204)


@router.get("/findings", operation_id="list_findings")
def list_findings(
    request: Request,
    caller: Reader,
    *,
    open_only: bool = True,
    opened_from: datetime | None = None,
    limit: Limit = 100,
) -> Response:
    """Failed checks, the most urgent first."""
    wanted = WantedFindings(open_only=open_only, opened_from=opened_from, limit=limit)
    services = services_of(request)
    with services.state.read() as tx:
        found = tx.findings.page(caller.scope, wanted)
    return json_of({"items": [finding_body(one) for one in found if service.speaks_of(services, caller, one.kpi)]})


@router.post("/findings/{finding_id}/answer", operation_id="answer_finding")
def answer_finding(request: Request, caller: Writer, finding_id: int, said: AnswerIn) -> Response:
    """Explained, corrected, or the rule is wrong; the operator may return the last."""
    kind = FindingEventKind(said.answer)
    found = service.answer(services_of(request), caller, finding_id, kind, said.text, said.evidence)
    return json_of(finding_body(found))


def finding_body(one: Finding) -> dict[str, Any]:
    return {
        "id": one.id,
        "check": one.check,
        "kpi_id": one.kpi,
        "unit_id": one.unit,
        "period": one.period,
        "figures": list(one.figures),
        "message": dict(one.told),
        "owner_unit": one.owner_unit,
        "owner_person": one.owner_person or None,
        "opened_at": one.opened_at.isoformat(),
        "due_at": one.due_at.isoformat(),
        "count": one.count,
        "answer": one.answer,
        "answered_at": one.answered_at and one.answered_at.isoformat(),
    }


def _hold(one: Hold) -> dict[str, Any]:
    known = one.known
    told = {"seq": known.seq, "codes": list(one.codes), "confirm_before": one.confirm_before.isoformat()}
    return told | {"known_at": known.known_at.isoformat(), "observation": item_of(known.observation)}
