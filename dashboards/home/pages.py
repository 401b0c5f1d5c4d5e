"""`/` opens the first page of the role; beside it the pages that only exist as a beginning."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen, current_viewer
from dashboards.access.viewer import Viewer
from dashboards.home import checklist, service, year
from dashboards.home import team as shift
from dashboards.home.words import STANDINGS, WEEKDAYS
from dashboards.shell.render import fragment, language_of, page, services_of, wants_fragment
from dashboards.shell.unit_names import unit_name
from soc.access import Right

router = APIRouter(include_in_schema=False)
Lead = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]
Waiting = Annotated[Viewer, Depends(Seen(Right.TRIAGE, idle=True))]
Contact = Annotated[Viewer, Depends(Seen(Right.READ_ALERT_HEADS))]
Keeper = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]


@router.get("/")
def home(request: Request) -> Response:
    """Without a session the sign-in page, which comes back here."""
    viewer = current_viewer(request)
    href = "/sign-in" if viewer is None else service.begin(services_of(request), viewer)
    return RedirectResponse(href, status_code=303)


@router.get("/start")
def start(request: Request, viewer: Keeper) -> Response:
    """The checklist; when all is done, it says that and leads on."""
    found = checklist.read(services_of(request))
    return page(request, "home/start.html", section="start", checklist=found, api_href="/api/v1/start")


@router.get("/start/calendar")
def calendar(request: Request, viewer: Keeper) -> Response:
    """Holidays and swapped days, to be compared with the announcement and confirmed."""
    return page(
        request,
        "home/calendar.html",
        section="start",
        years=year.years(services_of(request)),
        may_approve=year.may_approve(viewer),
        WEEKDAYS=WEEKDAYS,
        api_href="/api/v1/calendar",
    )


@router.post("/start/calendar")
def approve(
    request: Request,
    viewer: Keeper,
    number: Annotated[int, Form(alias="year")],
    digest: Annotated[str, Form(max_length=16)],
) -> Response:
    year.approve(services_of(request), viewer, number, digest)
    return RedirectResponse("/start/calendar", status_code=303)


@router.get("/team")
def team(request: Request, viewer: Lead) -> Response:
    view = shift.team(services_of(request), viewer)
    return page(
        request, "home/team.html", section="team", view=view, unit_name=unit_name(request), api_href="/api/v1/team"
    )


@router.get("/team/strip")
def strip(request: Request, viewer: Waiting) -> Response:
    """One line above the queue; without scripts the page itself."""
    if not wants_fragment(request):
        return RedirectResponse("/team", status_code=303)
    found = shift.strip(services_of(request), viewer)
    return fragment(request, "home/strip.html", "strip", strip=found)


@router.get("/unit")
def unit(request: Request, viewer: Contact) -> Response:
    view = service.unit(services_of(request), viewer, language_of(request))
    return page(
        request,
        "home/unit.html",
        section="unit",
        view=view,
        STANDINGS=STANDINGS,
        unit_name=unit_name(request),
        api_href="/api/v1/unit",
    )


@router.get("/late")
def late(request: Request, viewer: Keeper) -> Response:
    view = service.late(services_of(request), viewer)
    return page(
        request,
        "home/late.html",
        section="late",
        view=view,
        may_manage=viewer.may(Right.MANAGE_SOURCES),
        STANDINGS=STANDINGS,
        unit_name=unit_name(request),
        api_href="/api/v1/late",
    )
