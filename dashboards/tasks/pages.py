"""The list of tasks, one task, and a new one in four fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.shell.choice import choice
from dashboards.shell.deadline import next_working_day, written
from dashboards.shell.i18n import N_
from dashboards.shell.narrowing import Choice, chips, leaf, spoken
from dashboards.shell.problems import Problem
from dashboards.shell.render import page, services_of, translate
from dashboards.shell.unit_names import unit_choices, unit_name
from dashboards.tasks import exporting, files, service, words
from dashboards.tasks.links import link_address, office_name
from dashboards.tasks.service import TaskLine
from soc.access import Right
from soc.errors import NotFound
from soc.fold import fold_marks
from soc.task import NEEDS_REASON, OPEN, TEXT_MOST, TaskMove, TaskState

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_TILES))]
Assigner = Annotated[Viewer, Depends(Seen(Right.ASSIGN_TASKS))]

PAGE, PROPOSED_DAYS = 50, 5
DONE = {"assigned": N_("The task is assigned; the unit sees it now."), "moved": N_("Recorded in the history.")}
OPEN_ONES, OVERDUE = "open", "overdue"


@router.get("/tasks")
def tasks(
    request: Request, viewer: Reader, *, of: str = "", part: str = "", state: str = "", q: str = "", start: int = 0,
    done: str = "",
) -> Response:  # fmt: skip
    known = service.lines(services_of(request), viewer)
    shown = [line for line in known if _wanted(line, of, part, state) and _holds(q, line)]
    named = unit_name(request)
    choices = _choices(request, known, of, part, state)
    return page(
        request,
        "tasks/tasks.html",
        section="tasks",
        known=len(known),
        overdue=sum(line.overdue for line in known),
        choices=choices,
        chips=list(chips(request, choices, [("q", N_("Text"), q)])),
        text_asked=q,
        done=translate(request, DONE[done]) if done in DONE else "",
        may_assign=viewer.may(Right.ASSIGN_TASKS),
        unit_name=named,
        words=words,
        api_href="/api/v1/tasks",
        **leaf(request, shown, start, PAGE),
    )


@router.get("/tasks/export")
def export(request: Request, viewer: Reader) -> Response:
    text = exporting.export(services_of(request), viewer)
    headers = {"Content-Disposition": 'attachment; filename="tasks.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/tasks/new")
def new_task(request: Request, viewer: Assigner, *, link: str = "", id: str = "", lead: str = "") -> Response:
    services = services_of(request)
    day = next_working_day(services.clock.now(), service.calendar_of(services), PROPOSED_DAYS)
    typed = {"link_kind": link, "link_id": id, "lead": lead, "due": f"{day:%d/%m/%Y}"}
    return _form(request, viewer, typed)


@router.post("/tasks/new")
async def assign_task(request: Request, viewer: Assigner) -> Response:
    typed, _ = await files.read_answer(request)
    return await run_in_threadpool(_assigned, request, viewer, typed)


@router.get("/tasks/{task_id}")
def task(request: Request, viewer: Reader, task_id: str, *, done: str = "") -> Response:
    return _task(request, viewer, task_id, done=done)


@router.get("/tasks/{task_id}/file")
def task_file(request: Request, viewer: Reader, task_id: str) -> Response:
    found = service.read(services_of(request), viewer, task_id).task.file
    if found is None:
        raise NotFound
    data = files.bytes_of(services_of(request), found)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
    return Response(data, media_type="application/octet-stream", headers=headers)


@router.post("/tasks/{task_id}/{move}")
async def move_task(request: Request, viewer: Reader, task_id: str, move: str) -> Response:
    wanted = choice(TaskMove, move)
    if wanted is None:
        raise NotFound
    try:
        typed, file = await files.read_answer(request)
    except Invalid as error:
        return await run_in_threadpool(_refused, request, viewer, task_id, wanted, {}, error)
    return await run_in_threadpool(_moved, request, viewer, task_id, wanted, typed, file)


def _moved(
    request: Request, viewer: Viewer, task_id: str, move: TaskMove, typed: Mapping[str, str],
    file: tuple[str, bytes] | None,
) -> Response:  # fmt: skip
    services = services_of(request)
    text = typed.get("revision", "")
    revision = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    try:
        allowed = move in service.read(services, viewer, task_id).moves
        kept = files.keep(services, *file) if file and allowed and move is TaskMove.REPORT else None
        service.act(services, viewer, task_id, move, revision, typed, kept)
    except Invalid as error:
        return _refused(request, viewer, task_id, move, typed, error)
    return RedirectResponse(f"/tasks/{task_id}?done=moved", status_code=303)


def _refused(
    request: Request, viewer: Viewer, task_id: str, move: TaskMove, typed: Mapping[str, str], error: Invalid
) -> Response:
    problems = _problems(request, error)
    return _task(request, viewer, task_id, status=422, problems=problems, typed=typed, open_move=move)


def _assigned(request: Request, viewer: Viewer, typed: Mapping[str, str]) -> Response:
    try:
        made = service.assign(services_of(request), viewer, typed)
    except Invalid as error:
        return _form(request, viewer, typed, status=422, problems=_problems(request, error))
    return RedirectResponse(f"/tasks/{made.id}?done=assigned", status_code=303)


def _form(
    request: Request, viewer: Viewer, typed: Mapping[str, str], *, status: int = 200,
    problems: list[Problem] | None = None,
) -> Response:  # fmt: skip
    services = services_of(request)
    link = service.link_of(services, viewer, typed)
    return page(
        request,
        "tasks/new.html",
        status=status,
        section="tasks",
        typed=typed,
        link=link,
        problems=problems or [],
        leads=unit_choices(viewer, Right.ASSIGN_TASKS),
        helpers=sorted(
            (unit for unit in services.units.units.values() if unit.holds_on(viewer.day)),
            key=lambda unit: fold_marks(unit.label),
        ),
        most=TEXT_MOST,
        words=words,
        api_href="/api/v1/tasks",
    )


def _task(
    request: Request, viewer: Viewer, task_id: str, *, status: int = 200, done: str = "",
    problems: list[Problem] | None = None, typed: Mapping[str, str] | None = None, open_move: TaskMove | None = None,
) -> Response:  # fmt: skip
    view = service.read(services_of(request), viewer, task_id)
    values: dict[str, Any] = dict(typed or {})
    return page(
        request,
        "tasks/task.html",
        status=status,
        section="tasks",
        view=view,
        one=view.task,
        typed=values,
        open_move=open_move,
        problems=problems or [],
        done=translate(request, DONE[done]) if done in DONE else "",
        needs_reason=NEEDS_REASON,
        proposed=written(view.task.due),
        office=office_name(request, view.task.office),
        link_href=link_address(view.task.link),
        unit_name=unit_name(request),
        words=words,
        api_href=f"/api/v1/tasks/{view.task.id}",
    )


def _problems(request: Request, error: Invalid) -> list[Problem]:
    return [Problem(name, translate(request, text)) for name, text in error.fields.items()]


def _choices(request: Request, known: list[TaskLine], of: str, part: str, state: str) -> list[Choice]:
    named = unit_name(request)
    units = tuple((unit, named(unit)) for unit in sorted({unit for line in known for unit in line.task.units}))
    states = [(str(one), word) for one, (_, word) in words.STATES.items()]
    states = [(OVERDUE, N_("overdue")), (OPEN_ONES, N_("not ended")), *states]
    parts = spoken(request, [("lead", N_("as lead")), ("helps", N_("as helper"))])
    return [
        Choice("of", N_("Unit"), N_("all units"), units, of),
        Choice("part", N_("Part of the unit"), N_("in any part"), parts, part),
        Choice("state", N_("State"), N_("all"), spoken(request, states), state),
    ]


def _wanted(line: TaskLine, of: str, part: str, state: str) -> bool:
    task = line.task
    units = {"lead": (task.lead,), "helps": task.helpers}.get(part, task.units)
    if of and of not in units:
        return False
    if state == OVERDUE:
        return line.overdue
    if state == OPEN_ONES:
        return task.state in OPEN
    wanted = choice(TaskState, state)
    return wanted is None or task.state is wanted


def _holds(text: str, line: TaskLine) -> bool:
    wanted = fold_marks(text.strip())
    return not wanted or any(wanted in fold_marks(value) for value in (line.task.text, line.task.name))
