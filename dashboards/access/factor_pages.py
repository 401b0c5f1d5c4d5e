"""Steps after the password: the code of the phone, enrolment, a new password; and the code again before a change."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from dashboards.access.doors import count_try, into, local, names_of_bodies
from dashboards.access.picture import grouped, picture_of
from dashboards.access.session import SignedIn, caller_of, session_of, session_token, set_session
from dashboards.access.viewer import Viewer
from dashboards.errors import NeedsSignIn
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import page, services_of, translate
from soc.errors import SignInRefused, StateError
from soc.state import signin
from soc.state.sessions import Session
from soc.state.tables.people import SessionStage

router = APIRouter(include_in_schema=False)
Person = Annotated[Viewer, Depends(SignedIn())]
Code = Annotated[str, Form(max_length=64)]
Back = Annotated[str, Form(max_length=500)]

WRONG_CODE = N_("The code is wrong or was used already. Wait for the next one.")
TOO_MANY = N_("Too many tries. Wait %(n)d seconds.")
REFUSED_PASSWORD = N_("Take 12 to 128 characters that nobody tries first and that hold no names.")


@router.get("/sign-in/code")
def code_page(request: Request, back: str = "/") -> Response:
    _waiting(request, SessionStage.FACTOR)
    return page(request, "access/code.html", action="/sign-in/code", back=local(back), again=False, problems=[])


@router.post("/sign-in/code")
def code(request: Request, code: Code = "", back: Back = "/") -> Response:
    _waiting(request, SessionStage.FACTOR)
    return _prove(request, code, back, again=False)


@router.get("/step-up")
def step_up_page(request: Request, viewer: Person, back: str = "/") -> Response:
    services = services_of(request)
    with services.state.read() as tx:
        enrolled = tx.factors.of(viewer.account) is not None
    template = "access/code.html" if enrolled else "access/no_factor.html"
    return page(request, template, action="/step-up", back=local(back), again=True, problems=[])


@router.post("/step-up")
def step_up(request: Request, viewer: Person, code: Code = "", back: Back = "/") -> Response:
    return _prove(request, code, back, again=True)


@router.get("/sign-in/enrol")
def enrol_page(request: Request, back: str = "/") -> Response:
    session = _waiting(request, SessionStage.ENROL)
    return _enrol_page(request, session, back)


@router.post("/sign-in/enrol")
def enrol(request: Request, code: Code = "", back: Back = "/") -> Response:
    session = _waiting(request, SessionStage.ENROL)
    count_try(request, caller_of(request).address)
    services = services_of(request)
    try:
        token, codes = signin.enrol(services.state, session_token(request) or "", code, caller_of(request))
    except SignInRefused:
        return _enrol_page(request, session, back, status=422, problems=[_fault(request, "code", WRONG_CODE)])
    response = page(request, "access/codes.html", codes=codes, back=local(back))
    set_session(request, response, token)
    return response


@router.get("/sign-in/password")
def password_page(request: Request, back: str = "/") -> Response:
    _waiting(request, SessionStage.PASSWORD)
    return _password_page(request, back)


@router.post("/sign-in/password")
def password(
    request: Request,
    old: Annotated[str, Form(max_length=512)] = "",
    new: Annotated[str, Form(max_length=512)] = "",
    back: Back = "/",
) -> Response:
    """A password that has become too old, where local rules say so."""
    _waiting(request, SessionStage.PASSWORD)
    caller = caller_of(request)
    count_try(request, caller.address)
    state, token = services_of(request).state, session_token(request) or ""
    try:
        return into(
            request, signin.change_password(state, token, old, new, caller, names=names_of_bodies(request)), back
        )
    except SignInRefused:
        return _password_page(request, back, _fault(request, "old", N_("This is not your password.")))
    except StateError:
        return _password_page(request, back, _fault(request, "new", REFUSED_PASSWORD))


def _prove(request: Request, code: str, back: str, *, again: bool) -> Response:
    caller = caller_of(request)
    count_try(request, caller.address)
    try:
        token = signin.prove(services_of(request).state, session_token(request) or "", code, caller)
    except SignInRefused as error:
        text = WRONG_CODE if error.wait is None else TOO_MANY
        problem = Problem("code", translate(request, text, n=error.wait or 0))
        values: dict[str, Any] = {"action": "/step-up" if again else "/sign-in/code", "again": again}
        status = 401 if error.wait is None else 429
        response = page(request, "access/code.html", status=status, back=local(back), problems=[problem], **values)
        if error.wait is not None:
            response.headers["Retry-After"] = str(error.wait)
        return response
    return into(request, token, back)


def _enrol_page(
    request: Request, session: Session, back: str, *, status: int = 200, problems: list[Problem] | None = None
) -> Response:
    with services_of(request).state.read() as tx:
        secret = tx.factors.pending(session.account) or ""
    return page(
        request,
        "access/enrol.html",
        status=status,
        back=local(back),
        picture=picture_of(session.account, secret),
        secret=grouped(secret),
        problems=problems or [],
    )


def _password_page(request: Request, back: str, problem: Problem | None = None) -> Response:
    problems = [problem] if problem else []
    return page(
        request,
        "access/new_password.html",
        status=422 if problem else 200,
        action="/sign-in/password",
        old=True,
        back=local(back),
        problems=problems,
    )


def _fault(request: Request, field: str, text: str) -> Problem:
    return Problem(field, translate(request, text))


def _waiting(request: Request, stage: SessionStage) -> Session:
    """The session that stands at this door. Raises NeedsSignIn for any other."""
    session = session_of(request)
    if session is None or session.stage is not stage:
        raise NeedsSignIn
    return session
