"""The page to drop a file on, and the page that ends at its alerts. Both work without scripts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.drop import service
from dashboards.drop.form import GIB, MIB, MOST_LARGE, MOST_OTHER, receive
from dashboards.drop.words import STATES, trouble
from dashboards.errors import Invalid, Refused
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import fragment, language_of, page, services_of, translate, wants_fragment
from dashboards.shell.unit_names import unit_choices, unit_name
from soc.access import Right

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]

TEXTS = {
    "file": N_("Choose a file that is not empty."),
    "unit": N_("Choose the unit that the file comes from."),
    "SOC-1840": N_("The file is too large: 2 GiB for EVTX and captures, 20 MiB for anything else."),
    "SOC-1841": N_("More than 30 files within an hour. Wait a little."),
    "SOC-1842": N_("The upload broke off or held no file. Choose it and send it again."),
    "SOC-1845": N_("The disk has no room for this file."),
}


@router.get("/import")
def choose(request: Request, viewer: Reader) -> Response:
    """Refused for those who may not: an empty form would promise something."""
    if not service.may_drop(services_of(request), viewer):
        raise Refused("your roles do not include importing files")
    return _form(request, viewer)


@router.post("/import")
async def drop(request: Request, viewer: Reader) -> Response:
    """The body is streamed to disk while it arrives; nothing of it is parsed here but the form around it."""
    services = services_of(request)
    target = await run_in_threadpool(service.target, services, viewer)
    try:
        form = await receive(request.stream(), request.headers.get("content-type", ""), target)
        begun = await run_in_threadpool(service.begin, services, viewer, form)
    except (Invalid, Refused) as error:
        await run_in_threadpool(service.discard, target)
        if isinstance(error, Refused) and error.code not in TEXTS:
            raise
        return await run_in_threadpool(_refused, request, viewer, error)
    return RedirectResponse(f"/import/{begun.id}", status_code=303)


@router.get("/import/{drop_id}")
def result(request: Request, viewer: Reader, drop_id: str) -> Response:
    """How far it is; at the end, its alerts."""
    view = service.look(services_of(request), viewer, drop_id)
    values: dict[str, Any] = {
        "view": view,
        "drop": view.drop,
        "troubles": [trouble(*problem, language_of(request)) for problem in view.drop.problems],
        "STATES": STATES,
        "unit_name": unit_name(request),
        "api_href": f"/api/v1/imports/{drop_id}",
        "section": "import",
    }
    if wants_fragment(request):
        return fragment(request, "drop/result.html", "state", **values)
    return page(request, "drop/result.html", **values)


def _refused(request: Request, viewer: Viewer, error: Invalid | Refused) -> Response:
    if isinstance(error, Invalid):
        problems = [Problem(name, translate(request, TEXTS[name])) for name in error.fields]
        return _form(request, viewer, status=422, problems=problems)
    return _form(
        request, viewer, status=error.status, problems=[Problem("file", translate(request, TEXTS[error.code]))]
    )


def _form(request: Request, viewer: Viewer, *, status: int = 200, problems: list[Problem] | None = None) -> Response:
    services = services_of(request)
    return page(
        request,
        "drop/import.html",
        status=status,
        section="import",
        problems=problems or [],
        recent=service.recent(services, viewer),
        ready=services.intake is not None,
        open_unit=viewer.scope(Right.READ_SOURCES).units is None,
        unit_choices=unit_choices(viewer, Right.READ_SOURCES),
        unit_name=unit_name(request),
        limits=(MOST_LARGE // GIB, MOST_OTHER // MIB),
        STATES=STATES,
        api_href="/api/v1/imports",
    )
