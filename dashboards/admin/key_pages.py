"""Pages of keys, and of the review of access."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen, StepUp
from dashboards.access.viewer import Viewer
from dashboards.admin import records, service
from dashboards.errors import Invalid
from dashboards.shell.problems import Problem
from dashboards.shell.render import page, services_of, translate
from dashboards.shell.unit_names import unit_choices, unit_name
from soc.access import ROOT, Right

router = APIRouter(prefix="/admin", include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_AUDIT))]
Sure = Annotated[Viewer, Depends(StepUp(Right.MANAGE_ACCESS))]
Text = Annotated[str, Form(max_length=200)]


@router.get("/keys")
def keys(request: Request, viewer: Reader) -> Response:
    return _keys(request, viewer)


@router.post("/keys")
def make_key(
    request: Request,
    viewer: Sure,
    name: Text = "",
    scope: Text = "",
    unit: Text = "",
    days: Annotated[int, Form(ge=1, le=365)] = 90,
) -> Response:
    """Shown once."""
    try:
        token = records.make_key(services_of(request), viewer, name, scope.split(), unit, days)
    except Invalid as error:
        problems = [Problem(field, translate(request, text)) for field, text in error.fields.items()]
        return _keys(request, viewer, status=422, problems=problems)
    return _page(request, viewer, "admin/key.html", token=token, tab="keys")


@router.post("/keys/{key_id}/rotate")
def rotate_key(request: Request, viewer: Sure, key_id: str) -> Response:
    token = records.rotate_key(services_of(request), viewer, key_id)
    return _page(request, viewer, "admin/key.html", token=token, tab="keys")


@router.post("/keys/{key_id}/revoke")
def revoke_key(request: Request, viewer: Sure, key_id: str) -> Response:
    records.revoke_key(services_of(request), viewer, key_id)
    return RedirectResponse("/admin/keys", status_code=303)


@router.get("/review")
def review(request: Request, viewer: Reader, *, done: bool = False) -> Response:
    services = services_of(request)
    lines = service.people(services)
    return _page(
        request, viewer, "admin/review.html", lines=lines, standing=records.standing(services), done=done, tab="review"
    )


@router.post("/review")
def sign_review(request: Request, viewer: Sure, note: Annotated[str, Form(max_length=2000)] = "") -> Response:
    records.sign_review(services_of(request), viewer, note)
    return RedirectResponse("/admin/review?done=true", status_code=303)


def _keys(request: Request, viewer: Viewer, *, status: int = 200, problems: list[Problem] | None = None) -> Response:
    found = records.keys(services_of(request), viewer)
    return _page(request, viewer, "admin/keys.html", status=status, found=found, problems=problems or [], tab="keys")


def _page(request: Request, viewer: Viewer, template: str, *, status: int = 200, **values: Any) -> Response:
    return page(
        request,
        template,
        status=status,
        section="admin",
        may_change=viewer.may(Right.MANAGE_ACCESS),
        unit_choices=unit_choices(viewer, Right.MANAGE_ACCESS),
        unit_name=unit_name(request),
        root=ROOT,
        **values,
    )
