"""The pages of one's own account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.doors import count_try, local, names_of_bodies
from dashboards.access.picture import grouped, picture_of
from dashboards.access.session import SignedIn, StepUp, caller_of, session_token, set_session
from dashboards.access.viewer import Viewer
from dashboards.account import service
from dashboards.errors import NeedsFactor
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import page, services_of, translate
from soc.errors import SignInRefused, StateError
from soc.state import signin
from soc.state.sessions import Session

router = APIRouter(include_in_schema=False)
Person = Annotated[Viewer, Depends(SignedIn())]
Sure = Annotated[Viewer, Depends(StepUp())]


@router.get("/account")
def account(request: Request, viewer: Person, back: str = "/", *, done: str = "") -> Response:
    here: Session = request.state.session
    found = service.read(services_of(request), viewer)
    fresh = [one for one in found.notices if one.read_at is None]
    return page(
        request, "account/account.html", section="account", own=found, this=here.handle, fresh=fresh,
        back=local(back), done=done,
    )  # fmt: skip


@router.post("/account/notices/read")
def read_notices(request: Request, viewer: Person, back: Annotated[str, Form(max_length=500)] = "/") -> Response:
    service.read_notices(services_of(request), viewer)
    return RedirectResponse(local(back), status_code=303)


@router.post("/account/sessions/end-others")
def end_others(request: Request, viewer: Person) -> Response:
    service.end_others(services_of(request), viewer, session_token(request) or "")
    return RedirectResponse("/account?done=ended", status_code=303)


@router.post("/account/sessions/{handle}/end")
def end_one(request: Request, viewer: Person, handle: str) -> Response:
    service.end_session(services_of(request), viewer, handle)
    return RedirectResponse("/account?done=ended", status_code=303)


@router.get("/account/password")
def password_page(request: Request, viewer: Person) -> Response:
    return page(request, "account/password.html", section="account", problems=[])


@router.post("/account/password")
def password(
    request: Request,
    viewer: Person,
    old: Annotated[str, Form(max_length=512)] = "",
    new: Annotated[str, Form(max_length=512)] = "",
) -> Response:
    """All other sessions end, this one goes on with a new id."""
    caller = caller_of(request)
    count_try(request, caller.address)
    state, token = services_of(request).state, session_token(request) or ""
    try:
        renewed = signin.change_password(state, token, old, new, caller, names=names_of_bodies(request))
    except SignInRefused:
        return _password_fault(request, "old", N_("This is not your password."))
    except StateError:
        text = N_("Take 12 to 128 characters that nobody tries first and that hold no names.")
        return _password_fault(request, "new", text)
    response = RedirectResponse("/account?done=password", status_code=303)
    set_session(request, response, renewed)
    return response


@router.get("/account/factor")
def factor_page(request: Request, viewer: Person) -> Response:
    return _factor_page(request, viewer)


@router.post("/account/factor/begin")
def begin_factor(request: Request, viewer: Person) -> Response:
    services = services_of(request)
    session: Session = request.state.session
    try:
        service.begin_factor(services, viewer, fresh=session.proved(services.clock.now()))
    except SignInRefused:
        raise NeedsFactor from None
    return RedirectResponse("/account/factor", status_code=303)


@router.post("/account/factor")
def confirm_factor(request: Request, viewer: Person, code: Annotated[str, Form(max_length=16)] = "") -> Response:
    caller = caller_of(request)
    count_try(request, caller.address)
    try:
        token, codes = signin.enrol(services_of(request).state, session_token(request) or "", code, caller)
    except SignInRefused:
        text = translate(request, N_("The code is wrong or was used already. Wait for the next one."))
        return _factor_page(request, viewer, status=422, problems=[Problem("code", text)])
    response = page(request, "account/codes.html", section="account", codes=codes)
    set_session(request, response, token)
    return response


@router.post("/account/codes")
def new_codes(request: Request, viewer: Sure) -> Response:
    codes = service.new_codes(services_of(request), viewer)
    return page(request, "account/codes.html", section="account", codes=codes)


def _factor_page(
    request: Request, viewer: Viewer, *, status: int = 200, problems: list[Problem] | None = None
) -> Response:
    services = services_of(request)
    secret = service.pending_secret(services, viewer)
    return page(
        request,
        "account/factor.html",
        status=status,
        section="account",
        own=service.read(services, viewer),
        picture=picture_of(viewer.account, secret) if secret else None,
        secret=grouped(secret or ""),
        problems=problems or [],
    )


def _password_fault(request: Request, field: str, text: str) -> Response:
    problems = [Problem(field, translate(request, text))]
    return page(request, "account/password.html", status=422, section="account", problems=problems)
