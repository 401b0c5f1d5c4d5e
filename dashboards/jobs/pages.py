"""A job for its owner: progress, what failed, undo. Works without scripts: the page asks to be loaded again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.jobs import service
from dashboards.shell.i18n import N_
from dashboards.shell.render import fragment, page, services_of, wants_fragment
from soc.access import Right
from soc.errors import StateError
from soc.state.jobs import Job
from soc.state.tables.work import ItemState, JobState

router = APIRouter(include_in_schema=False)
Worker = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]
Watching = Annotated[Viewer, Depends(Seen(Right.TRIAGE, idle=True))]

STATES = {
    JobState.WAITING: N_("Begins at once"),
    JobState.RUNNING: N_("Running"),
    JobState.DONE: N_("Finished"),
    JobState.STOPPED: N_("Stopped"),
    JobState.UNDOING: N_("Being undone"),
    JobState.UNDONE: N_("Undone"),
}
ITEM_STATES = {ItemState.FAILED: N_("not changed"), ItemState.SKIPPED: N_("left as it is")}
REASONS_SHOWN = {
    "SOC-1601": N_("This action is not possible in the alert's state."),
    "SOC-1604": N_("It is no longer within your units."),
    "SOC-1614": N_("Somebody has changed it since."),
}


@router.get("/jobs")
def jobs(request: Request, viewer: Worker) -> Response:
    found = service.mine(services_of(request), viewer)
    return page(request, "jobs/jobs.html", section="alerts", jobs=found, job_states=STATES)


@router.get("/jobs/undo")
def ask_undo(request: Request, viewer: Worker) -> Response:
    """Asks before it undoes; changes nothing. Stands before the address of a job."""
    found = service.undoable(services_of(request), viewer)
    values: dict[str, Any] = {"section": "alerts", "job": found.job, "running": found.running}
    if wants_fragment(request):
        return fragment(request, "jobs/undo.html", "main", **values)
    return page(request, "jobs/undo.html", **values)


@router.get("/jobs/{job_id}")
def job(request: Request, viewer: Watching, job_id: str) -> Response:
    return _shown(request, viewer, job_id)


@router.get("/jobs/{job_id}/troubles.csv")
def troubles(request: Request, viewer: Worker, job_id: str) -> Response:
    lines = service.trouble_lines(services_of(request), viewer, job_id)
    names = {"Content-Disposition": f'attachment; filename="job-{job_id[:16]}.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=names)


@router.post("/jobs/{job_id}/undo")
def undo(request: Request, viewer: Worker, job_id: str) -> Response:
    try:
        service.undo(services_of(request), viewer, job_id)
    except StateError as error:
        if error.code != "SOC-1613":
            raise
        return _shown(request, viewer, job_id, status=409, late=True)
    return RedirectResponse(f"/jobs/{job_id}", status_code=303)


def _shown(request: Request, viewer: Viewer, job_id: str, *, status: int = 200, late: bool = False) -> Response:
    view = service.read(services_of(request), viewer, job_id)
    values: dict[str, Any] = {
        "section": "alerts",
        "job": view.job,
        "handled": handled(view.job),
        "view": view,
        "late": late,
        "job_states": STATES,
        "item_states": ITEM_STATES,
        "reasons": REASONS_SHOWN,
    }
    if wants_fragment(request):
        return fragment(request, "jobs/job.html", "progress", **values)
    return page(request, "jobs/job.html", status=status, **values)


def handled(job: Job) -> int:
    """How many alerts the job, or its undo, has come to."""
    if job.state in (JobState.UNDOING, JobState.UNDONE):
        return job.undone + job.skipped
    return job.done + job.failed
