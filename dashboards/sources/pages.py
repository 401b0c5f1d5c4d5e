"""The list of sources, and the one click that gives an unknown sender its unit."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import page, services_of, translate
from dashboards.shell.unit_names import unit_choices, unit_name
from dashboards.sources import service
from soc.access import Right

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]


@router.get("/sources")
def sources(request: Request, viewer: Reader, *, done: bool = False) -> Response:
    return _page(request, viewer, done=done)


@router.post("/sources/approve")
def approve(
    request: Request,
    viewer: Reader,
    source: Annotated[str, Form(max_length=80)] = "",
    unit: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    try:
        service.approve(services_of(request), viewer, source, unit)
    except Invalid:
        text = translate(request, N_("Choose a unit that exists today, for a sender that still waits."))
        return _page(request, viewer, status=422, problems=[Problem("", text)])
    return RedirectResponse("/sources?done=true", status_code=303)


def _page(
    request: Request, viewer: Viewer, *, status: int = 200, done: bool = False, problems: list[Problem] | None = None
) -> Response:
    known, pending = service.lines(services_of(request), viewer)
    return page(
        request,
        "sources/sources.html",
        status=status,
        section="sources",
        known=known,
        pending=pending,
        may_manage=viewer.may(Right.MANAGE_SOURCES),
        unit_choices=unit_choices(viewer, Right.MANAGE_SOURCES),
        unit_name=unit_name(request),
        done=done,
        problems=problems or [],
    )
