"""Connecting a device in four steps, each of them an address: device, configuration, waiting, adopting."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen, require_factor
from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.shell.choice import choice
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import fragment, page, services_of, wants_fragment
from dashboards.shell.unit_names import unit_choices
from dashboards.sources import changes, onboarding
from dashboards.sources.changes import Description
from dashboards.sources.devices import DEVICES, GROUPS, TRANSPORTS, Device
from dashboards.sources.pages import CLASSES, problems_of, whole
from soc.access import Right
from soc.errors import NotFound
from soc.state.tables.sources import SourceClass

router = APIRouter(include_in_schema=False)
Manager = Annotated[Viewer, Depends(Seen(Right.MANAGE_SOURCES))]
Text = Annotated[str, Form(max_length=500)]

STEPS = (N_("Device"), N_("Configuration"), N_("First records"), N_("Unit and owner"))


@router.get("/sources/new")
def devices(request: Request, viewer: Manager) -> Response:
    grouped = [(label, [one for one in DEVICES.values() if one.group == group]) for group, label in GROUPS.items()]
    return _step(request, 1, "sources/new_device.html", grouped=grouped)


@router.get("/sources/new/{device}")
def configuration(
    request: Request,
    viewer: Manager,
    device: str,
    name: Annotated[str, Query(max_length=200)] = "",
    unit: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """`name` and `unit`: what was typed before the second factor was asked for."""
    return _configuration(request, viewer, _device(device), typed=(name, unit))


@router.post("/sources/new/{device}")
def make_key(request: Request, viewer: Manager, device: str, name: Text = "", unit: Text = "") -> Response:
    chosen = _device(device)
    require_factor(request, f"/sources/new/{chosen.id}?{urlencode({'name': name, 'unit': unit})}")
    try:
        made = onboarding.make_key(services_of(request), viewer, name, unit, product=chosen.product)
    except Invalid as error:
        problems = problems_of(request, error)
        return _configuration(request, viewer, chosen, status=422, problems=problems, typed=(name, unit))
    return _configuration(request, viewer, chosen, made=made)


@router.get("/sources/new/{device}/wait")
def waiting(request: Request, viewer: Manager, device: str, source: str = "", had: int = 0, read: int = 0) -> Response:
    chosen, services = _device(device), services_of(request)
    values: dict[str, Any] = {
        "device": chosen,
        "chosen": onboarding.progress(services, viewer, source, had=had, read=read) if source else None,
        "candidates": () if source else onboarding.candidates(services, viewer),
        "again": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
    }
    if wants_fragment(request):
        return fragment(request, "sources/new_wait.html", "counter", **values)
    return _step(request, 3, "sources/new_wait.html", **values)


@router.get("/sources/new/{device}/adopt/{source_id}")
def adopting(request: Request, viewer: Manager, device: str, source_id: str) -> Response:
    return _adopting(request, viewer, _device(device), source_id)


@router.post("/sources/new/{device}/adopt/{source_id}")
def adopt(
    request: Request,
    viewer: Manager,
    device: str,
    source_id: str,
    name: Text = "",
    unit: Text = "",
    contact: Text = "",
    owner: Text = "",
    level: Text = "",
    kind: Text = "",
) -> Response:
    chosen = _device(device)
    product = None if chosen.product == "auto" else chosen.product
    said = Description(name, unit or None, contact, owner, whole(level), choice(SourceClass, kind), product)
    services = services_of(request)
    try:
        if onboarding.progress(services, viewer, source_id).source.state == "pending":
            changes.adopt(services, viewer, source_id, said)
        else:
            changes.describe(services, viewer, source_id, said)
    except Invalid as error:
        problems = problems_of(request, error)
        return _adopting(request, viewer, chosen, source_id, status=422, problems=problems, typed=said)
    return RedirectResponse(f"/sources/{source_id}?done=approve", status_code=303)


def _device(name: str) -> Device:
    if name not in DEVICES:
        raise NotFound
    return DEVICES[name]


def _configuration(
    request: Request,
    viewer: Viewer,
    device: Device,
    *,
    status: int = 200,
    made: onboarding.NewKey | None = None,
    problems: list[Problem] | None = None,
    typed: tuple[str, str] = ("", ""),
) -> Response:
    address = onboarding.address_of(services_of(request))
    text = onboarding.snippet(device, address, source=made.source, key=made.key) if made else ""
    if device.transport != "http":
        text = onboarding.snippet(device, address)
    return _step(
        request,
        2,
        "sources/new_configuration.html",
        status=status,
        device=device,
        address=address,
        paste=text,
        made=made,
        problems=problems or [],
        typed=typed,
        transport=TRANSPORTS[device.transport],
        unit_choices=unit_choices(viewer, Right.MANAGE_SOURCES),
    )


def _adopting(
    request: Request,
    viewer: Viewer,
    device: Device,
    source_id: str,
    *,
    status: int = 200,
    problems: list[Problem] | None = None,
    typed: Description | None = None,
) -> Response:
    return _step(
        request,
        4,
        "sources/new_adopt.html",
        status=status,
        device=device,
        found=onboarding.progress(services_of(request), viewer, source_id),
        problems=problems or [],
        typed=typed or Description(),
        classes=CLASSES,
        unit_choices=unit_choices(viewer, Right.MANAGE_SOURCES),
    )


def _step(request: Request, number: int, template: str, *, status: int = 200, **values: Any) -> Response:
    return page(request, template, status=status, section="sources", step=number, steps=STEPS, **values)
