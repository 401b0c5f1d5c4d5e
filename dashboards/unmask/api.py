"""The same for programs that act as a person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.shell.render import services_of
from dashboards.unmask import service
from soc.access import Right

router = APIRouter(prefix="/unmaskings", tags=["account"])
Worker = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]
Lead = Annotated[Viewer, Depends(Seen(Right.APPROVE_RULES))]


class UnmaskIn(BaseModel):
    """The alert whose unit it is for, why, and the case or document that it belongs to."""

    model_config = ConfigDict(extra="forbid")

    alert: str = Field(max_length=200)
    reason: str = Field(max_length=2_000)
    case_number: str = Field(max_length=200)


class UnmaskingOut(BaseModel):
    """Who looked behind the masks of which unit."""

    account: str
    unit: str
    reason: str
    case_number: str
    at: datetime
    until: datetime


@router.post("", operation_id="begin_unmasking", status_code=201)
def begin_unmasking(request: Request, viewer: Worker, wanted: UnmaskIn) -> UnmaskingOut:
    """Lifts the masks of one unit's records for this session, for 15 minutes; written in the audit log."""
    made = service.begin(services_of(request), viewer, wanted.alert, wanted.reason, wanted.case_number)
    return UnmaskingOut.model_validate(made, from_attributes=True)


@router.delete("", operation_id="end_unmasking", status_code=204)
def end_unmasking(request: Request, viewer: Worker) -> Response:
    """Before its time."""
    service.end(services_of(request), viewer)
    return Response(status_code=204)


@router.get("", operation_id="list_unmaskings")
def list_unmaskings(request: Request, viewer: Lead) -> list[UnmaskingOut]:
    """The last seven days, for the shift lead."""
    found = service.week(services_of(request), viewer)
    return [UnmaskingOut.model_validate(one, from_attributes=True) for one, _ in found]
