"""The form for a reason, and the shift lead's list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.doors import local
from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.shell.problems import Problem
from dashboards.shell.render import page, services_of, translate
from dashboards.shell.unit_names import unit_name
from dashboards.unmask import service
from soc.access import Right

router = APIRouter(include_in_schema=False)
Worker = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]
Lead = Annotated[Viewer, Depends(Seen(Right.APPROVE_RULES))]


@router.get("/unmask")
def form(request: Request, viewer: Worker, alert: Annotated[str, Query(max_length=200)] = "") -> Response:
    return _form(request, viewer, alert)


@router.post("/unmask")
def begin(
    request: Request,
    viewer: Worker,
    alert: Annotated[str, Form(max_length=200)] = "",
    reason: Annotated[str, Form(max_length=2_000)] = "",
    case_number: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Back to the alert, which now shows everything for a quarter of an hour."""
    try:
        service.begin(services_of(request), viewer, alert, reason, case_number)
    except Invalid as error:
        problems = [Problem(name, translate(request, text)) for name, text in error.fields.items()]
        return _form(request, viewer, alert, status=422, typed=(reason, case_number), problems=problems)
    return RedirectResponse(f"/alerts/{alert}", status_code=303)


@router.post("/unmask/end")
def end(request: Request, viewer: Worker, back: Annotated[str, Form(max_length=500)] = "/alerts") -> Response:
    service.end(services_of(request), viewer)
    return RedirectResponse(local(back), status_code=303)


@router.get("/unmaskings")
def week(request: Request, viewer: Lead) -> Response:
    found = service.week(services_of(request), viewer)
    return page(request, "unmask/week.html", section="alerts", found=found, unit_name=unit_name(request))


def _form(
    request: Request,
    viewer: Viewer,
    alert_id: str,
    *,
    status: int = 200,
    typed: tuple[str, str] = ("", ""),
    problems: Sequence[Problem] = (),
) -> Response:
    found = service.alert_of(services_of(request), viewer, alert_id)
    reason, case_number = typed
    values = {"alert": found, "reason": reason, "case_number": case_number, "problems": problems}
    return page(request, "unmask/form.html", status=status, section="alerts", unit_name=unit_name(request), **values)
