"""The page of one system, and the page of one incident with its legal clocks and moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.registers import incident_service, system_service, words
from dashboards.registers.incident_service import MOVE_FIELDS
from dashboards.registers.pages import DONE, field_values, problems_of, told_in
from dashboards.registers.system_service import REMOVAL, SourceAct
from dashboards.registers.typed import typed_of
from dashboards.shell.choice import choice
from dashboards.shell.problems import Problem
from dashboards.shell.render import language_of, page, services_of, translate
from dashboards.shell.unit_names import unit_name
from soc.access import Right
from soc.errors import NotFound
from soc.incident import Move

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_REGISTERS))]
Approver = Annotated[Viewer, Depends(Seen(Right.APPROVE_REGISTERS))]
Worker = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]


@router.get("/registers/systems/{system_id}")
def system(request: Request, viewer: Reader, system_id: str, *, done: str = "") -> Response:
    return _system(request, viewer, system_id, done=done)


@router.post("/registers/systems/{system_id}/sources/{expected_id}/{act}")
async def act_on_source(request: Request, viewer: Approver, system_id: str, expected_id: int, act: str) -> Response:
    typed = await typed_of(request)
    return await run_in_threadpool(_acted, request, viewer, system_id, expected_id, act, typed)


@router.get("/registers/incidents/{incident_id}")
def incident(request: Request, viewer: Reader, incident_id: str, *, done: str = "", move: str = "") -> Response:
    return _incident(request, viewer, incident_id, done=done, open_move=choice(Move, move))


@router.post("/registers/incidents/{incident_id}/{move}")
async def move_incident(request: Request, viewer: Worker, incident_id: str, move: str) -> Response:
    typed = await typed_of(request)
    return await run_in_threadpool(_moved, request, viewer, incident_id, move, typed)


def _acted(
    request: Request, viewer: Viewer, system_id: str, expected_id: int, act: str, typed: Mapping[str, str]
) -> Response:
    wanted = choice(SourceAct, act)
    if wanted is None:
        raise NotFound
    try:
        system_service.act_on(services_of(request), viewer, system_id, expected_id, wanted, typed)
    except Invalid as error:
        problems = problems_of(request, error, REMOVAL)
        return _system(request, viewer, system_id, status=422, problems=problems, typed=typed, opened=expected_id)
    return RedirectResponse(f"/registers/systems/{system_id}?done=saved", status_code=303)


def _moved(request: Request, viewer: Viewer, incident_id: str, move: str, typed: Mapping[str, str]) -> Response:
    wanted, revision = choice(Move, move), typed.get("revision", "")
    if wanted is None:
        raise NotFound
    number = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else 0
    try:
        incident_service.act(services_of(request), viewer, incident_id, wanted, number, typed)
    except Invalid as error:
        problems = problems_of(request, error, MOVE_FIELDS[wanted])
        return _incident(request, viewer, incident_id, status=422, problems=problems, typed=typed, open_move=wanted)
    return RedirectResponse(f"/registers/incidents/{incident_id}?done=moved", status_code=303)


def _system(
    request: Request,
    viewer: Viewer,
    system_id: str,
    *,
    status: int = 200,
    done: str = "",
    problems: list[Problem] | None = None,
    typed: Mapping[str, str] | None = None,
    opened: int = 0,
) -> Response:
    view = system_service.read(services_of(request), viewer, system_id)
    unit = view.line.system.unit
    manages = viewer.scope(Right.MANAGE_REGISTERS).sees(unit)
    return page(
        request,
        "registers/system.html",
        status=status,
        section="registers",
        place="systems",
        view=view,
        line=view.line,
        typed=typed or {},
        opened=opened,
        problems=problems or [],
        done=translate(request, DONE[done]) if done in DONE else "",
        may_manage=manages,
        may_approve=viewer.scope(Right.APPROVE_REGISTERS).sees(unit),
        day=viewer.day,
        unit_name=unit_name(request),
        api_href="/api/v1/registers/systems",
    )


def _incident(
    request: Request,
    viewer: Viewer,
    incident_id: str,
    *,
    status: int = 200,
    done: str = "",
    problems: list[Problem] | None = None,
    typed: Mapping[str, str] | None = None,
    open_move: Move | None = None,
) -> Response:
    view = incident_service.read(services_of(request), viewer, incident_id)
    one = view.line.incident
    shown = {move: incident_service.current(one, move) for move in view.moves}
    if open_move in shown and typed is not None:
        shown[open_move] = dict(typed)
    language = language_of(request)
    return page(
        request,
        "registers/incident.html",
        status=status,
        section="registers",
        place="incidents",
        view=view,
        line=view.line,
        one=one,
        shown_values=shown,
        move_fields=MOVE_FIELDS,
        open_move=open_move,
        problems=problems or [],
        done=translate(request, DONE[done]) if done in DONE else "",
        words=words,
        SHAPES=words.SHAPES,
        said=lambda text: text.of(language),
        told=told_in(request),
        unit_name=unit_name(request),
        api_href=f"/api/v1/registers/incidents/{one.id}",
        **field_values(request, viewer, Right.TRIAGE),
    )
