"""Tasks for programs, and for the document system that takes them over."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.shell.render import services_of
from dashboards.tasks import exporting, service
from soc.access import Right
from soc.task import LinkKind, Task, TaskMove, TaskState

router = APIRouter(prefix="/tasks", tags=["tasks"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_TILES))]
Assigner = Annotated[Viewer, Depends(Seen(Right.ASSIGN_TASKS))]


class TaskIn(BaseModel):
    """A new task. `due`: 2026-11-24 (a working day, 17:00) or 2026-11-24T14:03, the province's own time."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=2_000)
    lead: str = Field(max_length=80)
    helpers: list[Annotated[str, Field(max_length=80)]] = Field(default_factory=list, max_length=40)
    due: str = Field(max_length=30)
    link_kind: LinkKind | None = None
    link_id: str = Field("", max_length=200)


class TaskMoveIn(BaseModel):
    """One move, with the revision that the caller has read. `answer` is for `report`, `due` for `ask_longer`."""

    model_config = ConfigDict(extra="forbid")

    move: TaskMove
    revision: int = Field(ge=1)
    reason: str = Field("", max_length=5_000)
    answer: str = Field("", max_length=5_000)
    due: str = Field("", max_length=30)


class ReferenceIn(BaseModel):
    """The number that the document system gave the task."""

    model_config = ConfigDict(extra="forbid")

    reference: str = Field(max_length=200)
    revision: int = Field(ge=1)


class LinkOut(BaseModel):
    kind: LinkKind
    id: str
    title: str


class TaskOut(BaseModel):
    """One task. `overdue` is computed at the moment of asking."""

    id: str
    name: str
    text: str
    lead: str
    helpers: list[str]
    office: str
    assigned_by: str
    assigned_at: datetime
    due: datetime
    state: TaskState
    overdue: bool
    link: LinkOut | None
    answer: str
    file_sha256: str | None
    asked_until: datetime | None
    reported_at: datetime | None
    ended_at: datetime | None
    reference: str
    revision: int


@router.get("", operation_id="list_tasks")
def list_tasks(request: Request, viewer: Reader, *, open_only: bool = False) -> list[TaskOut]:
    """Every task that concerns the caller's units, the overdue ones first."""
    services = services_of(request)
    return [_out(line.task, services.clock.now()) for line in service.lines(services, viewer, open_only=open_only)]


@router.post("", operation_id="assign_task", status_code=201)
def assign_task(request: Request, viewer: Assigner, given: TaskIn) -> TaskOut:
    """Gives a task to a lead unit."""
    services = services_of(request)
    typed = {"text": given.text, "lead": given.lead, "helpers": ",".join(given.helpers), "due": given.due}
    typed |= {"link_kind": given.link_kind or "", "link_id": given.link_id}
    return _out(service.assign(services, viewer, typed), services.clock.now())


@router.get("/{task_id}", operation_id="get_task")
def get_task(request: Request, viewer: Reader, task_id: str) -> TaskOut:
    """One task."""
    services = services_of(request)
    return _out(service.read(services, viewer, task_id).task, services.clock.now())


@router.post("/{task_id}/moves", operation_id="move_task")
def move_task(request: Request, viewer: Reader, task_id: str, given: TaskMoveIn) -> TaskOut:
    """One step of its life, by whoever's step it is."""
    services = services_of(request)
    typed = {"reason": given.reason, "answer": given.answer, "due": given.due}
    made = service.act(services, viewer, task_id, given.move, given.revision, typed)
    return _out(made, services.clock.now())


@router.post("/{task_id}/reference", operation_id="refer_task")
def refer_task(request: Request, viewer: Reader, task_id: str, given: ReferenceIn) -> TaskOut:
    """Notes the number that the document system gave it."""
    services = services_of(request)
    made = exporting.refer(services, viewer, task_id, given.reference, given.revision)
    return _out(made, services.clock.now())


def _out(task: Task, now: datetime) -> TaskOut:
    link = LinkOut(kind=task.link.kind, id=task.link.id, title=task.link.title) if task.link else None
    return TaskOut(
        id=task.id,
        name=task.name,
        text=task.text,
        lead=task.lead,
        helpers=list(task.helpers),
        office=task.office,
        assigned_by=task.assigned_by,
        assigned_at=task.assigned_at,
        due=task.due,
        state=task.state,
        overdue=task.overdue(now),
        link=link,
        answer=task.answer,
        file_sha256=task.file.sha256 if task.file else None,
        asked_until=task.extension.due if task.extension else None,
        reported_at=task.reported_at,
        ended_at=task.ended_at,
        reference=task.reference,
        revision=task.revision,
    )
