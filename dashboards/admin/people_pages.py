"""Pages of people: the list, one person, invitations and reset links, sessions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen, StepUp
from dashboards.access.viewer import Viewer
from dashboards.admin import service
from dashboards.errors import Invalid
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import page, services_of, translate
from dashboards.shell.unit_names import unit_choices, unit_name
from soc.access import ROOT, Grant, Right, RoleOfPerson
from soc.state.tables.people import PersonState

router = APIRouter(prefix="/admin", include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_AUDIT))]
Admin = Annotated[Viewer, Depends(Seen(Right.MANAGE_ACCESS))]
Sure = Annotated[Viewer, Depends(StepUp(Right.MANAGE_ACCESS))]
Text = Annotated[str, Form(max_length=120)]

BAD_ACCOUNT = N_("Use 2 to 63 small letters, digits, dots and hyphens, and a name that nobody has or had.")


@router.get("/people")
def people(request: Request, viewer: Reader) -> Response:
    lines = service.people(services_of(request))
    return _page(request, viewer, "admin/people.html", lines=lines, tab="people")


@router.get("/people/new")
def new_person_page(request: Request, viewer: Sure) -> Response:
    return _new_person(request, viewer)


@router.post("/people/new")
def new_person(
    request: Request,
    viewer: Sure,
    account: Text = "",
    name: Text = "",
    role: Text = "",
    unit: Text = "",
    until: Text = "",
) -> Response:
    """Makes the account and shows its link, once."""
    typed = {"account": account, "name": name, "role": role, "unit": unit, "until": until}
    try:
        token = service.invite(services_of(request), viewer, account, name, _grant(viewer, role, unit, until))
    except Invalid as error:
        return _new_person(request, viewer, status=422, typed=typed, problems=_problems(request, error))
    return _link(request, viewer, account, token)


@router.get("/people/{account}")
def person(request: Request, viewer: Reader, account: str, *, done: str = "") -> Response:
    return _person(request, viewer, account, done=done)


@router.post("/people/{account}/grants")
def give(request: Request, viewer: Sure, account: str, role: Text = "", unit: Text = "", until: Text = "") -> Response:
    try:
        service.give(services_of(request), viewer, account, _grant(viewer, role, unit, until))
    except Invalid as error:
        return _person(request, viewer, account, status=422, problems=_problems(request, error))
    return _back(account, "given")


@router.post("/people/{account}/grants/end")
def end_grant(
    request: Request, viewer: Sure, account: str, role: Text = "", unit: Text = "", since: Text = ""
) -> Response:
    try:
        ended = Grant(RoleOfPerson(role), unit, date.fromisoformat(since))
    except ValueError as error:
        raise Invalid({"role": str(error)}) from error
    service.end_grant(services_of(request), viewer, account, ended)
    return _back(account, "ended")


@router.post("/people/{account}/link")
def reset_link(request: Request, viewer: Sure, account: str) -> Response:
    return _link(request, viewer, account, service.reset_link(services_of(request), viewer, account))


@router.post("/people/{account}/factor")
def remove_factor(request: Request, viewer: Sure, account: str) -> Response:
    service.remove_factor(services_of(request), viewer, account)
    return _back(account, "factor")


@router.post("/people/{account}/state")
def set_state(request: Request, viewer: Sure, account: str, state: Text = "") -> Response:
    try:
        wanted = PersonState(state)
    except ValueError as error:
        raise Invalid({"state": str(error)}) from error
    service.set_state(services_of(request), viewer, account, wanted)
    return _back(account, "state")


@router.post("/people/{account}/sealed")
def set_sealed(request: Request, viewer: Sure, account: str, on: Text = "") -> Response:
    service.set_break_glass(services_of(request), viewer, account, on=on == "yes")
    return _back(account, "state")


@router.post("/people/{account}/sessions/end")
def end_sessions(request: Request, viewer: Sure, account: str) -> Response:
    service.end_sessions(services_of(request), viewer, account)
    return _back(account, "sessions")


@router.get("/sessions")
def sessions(request: Request, viewer: Admin) -> Response:
    found = service.sessions(services_of(request))
    return _page(request, viewer, "admin/sessions.html", found=found, tab="sessions")


@router.post("/sessions/{account}/{handle}/end")
def end_session(request: Request, viewer: Sure, account: str, handle: str) -> Response:
    service.end_session(services_of(request), viewer, account, handle)
    return RedirectResponse("/admin/sessions", status_code=303)


def _grant(viewer: Viewer, role: str, unit: str, until: str) -> Grant:
    """What was chosen. Raises Invalid."""
    try:
        return Grant(RoleOfPerson(role), unit, viewer.day, date.fromisoformat(until) if until else None)
    except ValueError as error:
        raise Invalid({"role": str(error)}) from error


def _new_person(
    request: Request,
    viewer: Viewer,
    *,
    status: int = 200,
    typed: dict[str, str] | None = None,
    problems: list[Problem] | None = None,
) -> Response:
    typed = typed or dict.fromkeys(("account", "name", "role", "unit", "until"), "")
    return _page(
        request, viewer, "admin/new_person.html", status=status, typed=typed, problems=problems or [], tab="people"
    )


def _person(
    request: Request,
    viewer: Viewer,
    account: str,
    *,
    status: int = 200,
    done: str = "",
    problems: list[Problem] | None = None,
) -> Response:
    found = service.person(services_of(request), account)
    typed = dict.fromkeys(("role", "unit", "until"), "")
    return _page(
        request, viewer, "admin/person.html", status=status, one=found, done=done, typed=typed,
        problems=problems or [], tab="people", oneself=found.person.account == viewer.account,
    )  # fmt: skip


def _link(request: Request, viewer: Viewer, account: str, token: str) -> Response:
    address = f"{services_of(request).settings.origin}/set-up/{token}"
    return _page(request, viewer, "admin/link.html", account=account, address=address, tab="people")


def _back(account: str, done: str) -> Response:
    return RedirectResponse(f"/admin/people/{account}?done={done}", status_code=303)


def _problems(request: Request, error: Invalid) -> list[Problem]:
    """Ours in the reader's language; the state's own text of an account name in our words."""
    texts = {field: BAD_ACCOUNT if field == "account" else text for field, text in error.fields.items()}
    return [Problem(field, translate(request, text)) for field, text in texts.items()]


def _page(request: Request, viewer: Viewer, template: str, *, status: int = 200, **values: Any) -> Response:
    return page(
        request,
        template,
        status=status,
        section="admin",
        may_change=viewer.may(Right.MANAGE_ACCESS),
        roles=service.ROLES,
        unit_choices=unit_choices(viewer, Right.MANAGE_ACCESS),
        unit_name=unit_name(request),
        root=ROOT,
        **values,
    )
