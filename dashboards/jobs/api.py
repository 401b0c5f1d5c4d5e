"""Jobs for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.jobs import service
from dashboards.shell.render import services_of
from soc.access import Right
from soc.alert import Action
from soc.state.jobs import Job, Trouble
from soc.state.tables.work import ItemState, JobState

router = APIRouter(prefix="/jobs", tags=["jobs"])
Worker = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]
RETRY_AFTER = "1"


class TroubleOut(BaseModel):
    """An alert that the job could not change, or the undo left alone."""

    id: str
    number: int
    unit: str
    state: ItemState
    reason: str


class JobOut(BaseModel):
    """`trouble`: why it stopped. `undo_until`: until then `POST …/undo` works."""

    id: str
    action: Action
    filter: dict[str, str]
    as_of: int
    at: datetime
    state: JobState
    total: int
    done: int
    failed: int
    undone: int
    skipped: int
    ended_at: datetime | None
    undo_until: datetime | None
    trouble: str
    troubles: list[TroubleOut] = []


@router.get("", operation_id="list_jobs")
def list_jobs(request: Request, viewer: Worker) -> list[JobOut]:
    """One's own, youngest first."""
    return [_out(job) for job in service.mine(services_of(request), viewer)]


@router.get("/{job_id}", operation_id="get_job")
def get_job(request: Request, response: Response, viewer: Worker, job_id: str) -> JobOut:
    """While it runs, `Retry-After` says when to look again; the first 50 troubles are listed."""
    view = service.read(services_of(request), viewer, job_id)
    if view.job.running:
        response.headers["Retry-After"] = RETRY_AFTER
    return _out(view.job, view.troubles)


@router.get("/{job_id}/troubles", operation_id="get_job_troubles", response_class=StreamingResponse)
def get_job_troubles(request: Request, viewer: Worker, job_id: str) -> StreamingResponse:
    """All failed and skipped alerts as CSV."""
    lines = service.trouble_lines(services_of(request), viewer, job_id)
    names = {"Content-Disposition": f'attachment; filename="job-{job_id[:16]}.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=names)


@router.post("/{job_id}/undo", operation_id="undo_job", status_code=202)
def undo_job(request: Request, viewer: Worker, job_id: str) -> JobOut:
    """Within ten minutes of its end; alerts that somebody has changed since are left and listed."""
    return _out(service.undo(services_of(request), viewer, job_id))


def _out(job: Job, troubles: tuple[Trouble, ...] = ()) -> JobOut:
    names = ("id", "as_of", "at", "state", "total", "done", "failed", "undone", "skipped", "ended_at", "undo_until")
    return JobOut(
        **{name: getattr(job, name) for name in (*names, "trouble")},
        action=job.wish.action,
        filter=dict(job.described),
        troubles=[
            TroubleOut(id=t.alert_id, number=t.number, unit=t.unit, state=t.state, reason=t.reason) for t in troubles
        ],
    )
