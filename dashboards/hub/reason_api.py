"""Why a subsystem is not in use, said by a program on behalf of a person."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from dashboards.hub import reason_service
from dashboards.hub.answers import json_of
from dashboards.hub.caller import Reader, Writer
from dashboards.shell.render import services_of
from soc.errors import NotFound
from soc.state.readiness import Said
from soc.state.tables.readiness import SaidReason

router = APIRouter(tags=["hub"])


class ReasonIn(BaseModel):
    """One of the closed list, who says it and when; `withdrawn`: what was said holds no longer."""

    model_config = ConfigDict(extra="forbid")
    reason: SaidReason
    person: str = Field(min_length=2, max_length=120)
    on: date
    next_step: str = Field("", max_length=500)
    deadline: date | None = None


@router.get("/readiness/{subsystem}/reasons", operation_id="list_readiness_reasons")
def list_reasons(request: Request, caller: Reader, subsystem: str) -> Response:
    """Everything that was said of a subsystem, the newest first."""
    if not caller.sees(subsystem):
        raise NotFound
    with services_of(request).state.read() as tx:
        return json_of({"items": [_body(one) for one in tx.readiness.history(subsystem, caller.scope)]})


@router.post("/readiness/{subsystem}/reasons", operation_id="say_readiness_reason", status_code=201)
def say_reason(request: Request, caller: Writer, subsystem: str, said: ReasonIn) -> Response:
    """Kept by name and day, and audited; the last word counts on the readiness board."""
    if not caller.sees(subsystem):
        raise NotFound
    typed = {name: "" if value is None else str(value) for name, value in said.model_dump(mode="json").items()}
    answer = json_of(_body(reason_service.say(services_of(request), caller, subsystem, typed)))
    answer.status_code = 201
    return answer


def _body(one: Said) -> dict[str, Any]:
    return {
        "subsystem": one.subsystem,
        "unit_id": one.unit,
        "reason": one.reason,
        "person": one.person,
        "on": one.said_on.isoformat(),
        "next_step": one.next_step,
        "deadline": one.deadline and one.deadline.isoformat(),
        "known_at": one.at.isoformat(),
    }
