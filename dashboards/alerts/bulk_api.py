"""`POST /api/v1/alerts/bulk`: one action on the filter, tried first or begun as a job (workspace.md 2.5)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import bulk
from dashboards.alerts.queue_filter import QueueFilter
from dashboards.shell.render import services_of
from soc.access import Right
from soc.alert import Action, Level, Status, Verdict
from soc.state.jobs import BulkWish

router = APIRouter(prefix="/alerts", tags=["alerts"])
Worker = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]
Word = Annotated[str, Field(max_length=220)]


class FilterIn(BaseModel):
    """The words of the queue's address; `entity` is `kind:value`."""

    model_config = ConfigDict(extra="forbid")

    view: Word = "open"
    level: Level | None = None
    status: Status | None = None
    unit: Word = ""
    text: Word = ""
    rule: Word = ""
    entity: Word = ""
    tactic: Word = ""
    age: Word = ""
    owner: Word = ""
    picked: Annotated[str, Field(max_length=2_000, description="ids with commas between them")] = ""


class BulkIn(BaseModel):
    """`as_of`: what the dry run answered; alerts raised since are not touched. `close` needs verdict and reason,
    `assign` an owner."""

    model_config = ConfigDict(extra="forbid")

    filter: FilterIn
    action: Action
    as_of: int | None = Field(None, ge=0)
    dry_run: bool = False
    verdict: Verdict | None = None
    reason: str | None = Field(None, max_length=40)
    note: str = Field("", max_length=10_000)
    owner: str | None = Field(None, max_length=64)


class Part(BaseModel):
    """One share of the alerts."""

    id: str
    count: int


class BulkOut(BaseModel):
    """What a dry run found, or the job that was begun. `refused`: `needs_lead` or `too_many`."""

    as_of: int
    count: int
    levels: list[Part]
    units: list[Part]
    rules: list[Part]
    refused: str = ""
    job: str | None = None


@router.post("/bulk", operation_id="bulk_alerts")
def bulk_alerts(request: Request, response: Response, viewer: Worker, asked: BulkIn) -> BulkOut:
    """202 with the job's id, or 200 for a dry run."""
    services = services_of(request)
    chosen = QueueFilter(**{name: value or "" for name, value in asked.filter.model_dump().items()})
    found = bulk.plan(services, viewer, chosen, asked.action, asked.as_of)
    parts = [[Part(id=name, count=count) for name, count in found.split.by(place)] for place in range(3)]
    out = BulkOut(
        as_of=found.split.as_of,
        count=found.split.total,
        levels=parts[0],
        units=parts[1],
        rules=parts[2],
        refused=found.refused,
    )
    if not asked.dry_run:
        wish = BulkWish(asked.action, asked.verdict, asked.reason, asked.note, asked.owner)
        job = bulk.begin(services, viewer, chosen, wish, as_of=found.split.as_of, request_id=request.state.request_id)
        response.status_code = 202
        response.headers["Location"] = f"/api/v1/jobs/{job.id}"
        out.job = job.id
    return out
