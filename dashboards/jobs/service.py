"""What a person sees of their own jobs, and the undo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dashboards.access.viewer import Viewer
from dashboards.errors import Refused
from dashboards.services import Services
from soc import sheet
from soc.access import Right
from soc.errors import NotFound
from soc.state import bulk
from soc.state.jobs import Job, Trouble
from soc.state.rows import number_text
from soc.state.store import Tx

SHOWN = 50


@dataclass(frozen=True, slots=True)
class JobView:
    """One job with the first of its troubles."""

    job: Job
    troubles: tuple[Trouble, ...]
    may_undo: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Undoable:
    """The person's youngest job that can be undone now, and the youngest that is still at work."""

    job: Job | None
    running: Job | None


def read(services: Services, viewer: Viewer, job_id: str) -> JobView:
    """Raises NotFound, also for another person's job."""
    now = services.clock.now()
    with services.state.read() as tx:
        job = _own(tx, viewer, job_id)
        return JobView(job, tuple(tx.jobs.troubles(job_id, SHOWN)), job.may_undo(now), now)


def mine(services: Services, viewer: Viewer) -> tuple[Job, ...]:
    """The person's jobs, youngest first."""
    with services.state.read() as tx:
        return tx.jobs.of(viewer.account)


def undoable(services: Services, viewer: Viewer) -> Undoable:
    """What `z` of the queue would undo."""
    now, jobs = services.clock.now(), mine(services, viewer)
    return Undoable(
        next((job for job in jobs if job.may_undo(now)), None),
        next((job for job in jobs if job.running), None),
    )


def undo(services: Services, viewer: Viewer, job_id: str) -> Job:
    """Begins the undo. Raises NotFound, or StateError when the ten minutes are over."""
    if not viewer.may(Right.TRIAGE):
        raise Refused("your roles do not include triage")
    with services.state.write() as tx:
        return bulk.begin_undo(tx, _own(tx, viewer, job_id), services.clock.now())


def trouble_lines(services: Services, viewer: Viewer, job_id: str) -> Iterator[str]:
    """The alerts that failed or were skipped, as CSV."""
    with services.state.read() as tx:
        _own(tx, viewer, job_id)
        found = list(tx.jobs.troubles(job_id))
    rows = ((number_text(one.number), one.alert_id, one.unit, one.state, one.reason) for one in found)
    return sheet.lines(("alert", "id", "unit", "state", "reason"), rows)


def _own(tx: Tx, viewer: Viewer, job_id: str) -> Job:
    job = tx.jobs.get(job_id)
    if job.by != viewer.account:
        raise NotFound
    return job
