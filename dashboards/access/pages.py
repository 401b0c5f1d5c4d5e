"""Ways in and out for people: the one-use link, sign-in, sign-out, and the choice of language and theme."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.doors import HOME, count_try, into, local, names_of_bodies
from dashboards.access.session import caller_of, end_session, session_token
from dashboards.shell.i18n import N_, known
from dashboards.shell.labels import DENSITIES, THEMES
from dashboards.shell.problems import Problem
from dashboards.shell.render import (
    DENSITY_COOKIE,
    LANGUAGE_COOKIE,
    THEME_COOKIE,
    language_of,
    page,
    services_of,
    translate,
)
from soc.errors import SignInRefused, StateError
from soc.state import signin
from soc.state.people import ACCOUNT, account_name
from soc.state.tables.people import LinkPurpose

router = APIRouter(include_in_schema=False)
YEAR = 365 * 86_400
TEMPLATES = {
    LinkPurpose.SET_UP: "access/set_up.html",
    LinkPurpose.ENTER: "access/demo.html",
    LinkPurpose.RESET: "access/new_password.html",
}


@router.get("/sign-in")
def sign_in_page(request: Request, back: str = HOME) -> Response:
    return _sign_in_page(request, back)


@router.post("/sign-in")
def sign_in(
    request: Request,
    account: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=512)] = "",
    back: Annotated[str, Form(max_length=500)] = HOME,
) -> Response:
    count_try(request, caller_of(request).address)
    try:
        token = signin.sign_in(services_of(request).state, account, password, caller_of(request))
    except SignInRefused as error:
        text = N_("Account or password is wrong.") if error.wait is None else N_("Too many tries. Wait %(n)d seconds.")
        problem = Problem("account", translate(request, text, n=error.wait or 0))
        status = 401 if error.wait is None else 429
        response = _sign_in_page(request, back, status=status, account=account, problems=[problem])
        if error.wait is not None:
            response.headers["Retry-After"] = str(error.wait)
        return response
    return into(request, token, local(back))


@router.get("/set-up/{token}")
def set_up_page(request: Request, token: str) -> Response:
    """Shows what the link does; opening it changes nothing, because mail scanners open links."""
    return _link_page(request, token)


@router.post("/set-up/{token}")
def set_up(
    request: Request,
    token: str,
    account: Annotated[str, Form(max_length=64)] = "",
    name: Annotated[str, Form(max_length=120)] = "",
    password: Annotated[str, Form(max_length=512)] = "",
    new: Annotated[str, Form(max_length=512)] = "",
) -> Response:
    """Makes the account, signs in the one that the link is for, or gives it a new password."""
    count_try(request, caller_of(request).address)
    state, caller = services_of(request).state, caller_of(request)
    with state.read() as tx:
        link = tx.links.look(token, caller.at)
    if link.purpose is LinkPurpose.RESET:
        return _reset(request, token, new)
    if link.account is not None:
        return into(request, signin.enter(state, token, caller), HOME)
    problems = _set_up_problems(account, name)
    if not problems:
        try:
            return into(request, signin.set_up(state, token, account, name, password, caller), HOME)
        except SignInRefused:
            raise
        except StateError as error:
            problems = [_refused(error)]
    shown = [Problem(problem.field, translate(request, problem.text)) for problem in problems]
    return _link_page(request, token, status=422, account=account, name=name, problems=shown)


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    token = session_token(request)
    if token is not None:
        signin.sign_out(services_of(request).state, token, caller_of(request))
    response = RedirectResponse("/sign-in", status_code=303)
    end_session(request, response)
    return response


@router.post("/preferences")
def preferences(
    request: Request,
    language: Annotated[str, Form(max_length=5)] = "",
    theme: Annotated[str, Form(max_length=10)] = "",
    density: Annotated[str, Form(max_length=12)] = "",
    back: Annotated[str, Form(max_length=500)] = HOME,
) -> Response:
    """Language, theme and density are kept in the browser: they hold before anybody has signed in, too."""
    response = RedirectResponse(local(back), status_code=303)
    secure = services_of(request).settings.secure
    choices = {
        LANGUAGE_COOKIE: known(language),
        THEME_COOKIE: theme if theme in dict(THEMES) else None,
        DENSITY_COOKIE: density if density in dict(DENSITIES) else None,
    }
    for name, value in choices.items():
        if value:
            response.set_cookie(name, value, max_age=YEAR, httponly=True, secure=secure, samesite="lax", path="/")
    return response


def _sign_in_page(
    request: Request,
    back: str,
    *,
    status: int = 200,
    account: str = "",
    problems: list[Problem] | None = None,
) -> Response:
    services = services_of(request)
    settings = services.settings
    return page(
        request,
        "access/sign_in.html",
        status=status,
        back=local(back),
        account=account,
        idle_minutes=round(services.state.access.policy.idle.total_seconds() / 60),
        duty_phone=settings.duty_phone,
        notice=settings.notice_en if language_of(request) == "en" else settings.notice_vi,
        problems=problems or [],
    )


def _link_page(
    request: Request,
    token: str,
    *,
    status: int = 200,
    account: str = "",
    name: str = "",
    problems: list[Problem] | None = None,
) -> Response:
    services = services_of(request)
    try:
        with services.state.read() as tx:
            link = tx.links.look(token, services.clock.now())
    except SignInRefused:
        heading = N_("This link does not work")
        advice = N_("It was used already, or is older than 15 minutes. Ask the administrator for a new one.")
        return page(request, "shell/error.html", status=404, heading=heading, advice=advice)
    return page(
        request,
        TEMPLATES[link.purpose],
        status=status,
        action=f"/set-up/{token}",
        old=False,
        back=HOME,
        roles=link.roles,
        account=account,
        name=name,
        problems=problems or [],
    )


def _reset(request: Request, token: str, password: str) -> Response:
    state, caller = services_of(request).state, caller_of(request)
    try:
        return into(request, signin.reset(state, token, password, caller, names=names_of_bodies(request)), HOME)
    except SignInRefused:
        raise
    except StateError as error:
        problem = Problem("new", translate(request, _refused(error).text))
        return _link_page(request, token, status=422, problems=[problem])


def _set_up_problems(account: str, name: str) -> list[Problem]:
    problems = []
    if not ACCOUNT.fullmatch(account_name(account)):
        problems.append(Problem("account", N_("Use 2 to 63 small letters, digits, dots and hyphens.")))
    if not name.strip():
        problems.append(Problem("name", N_("Write your name as colleagues know it.")))
    return problems


def _refused(error: StateError) -> Problem:
    if error.code == "SOC-1706":
        return Problem("account", N_("This account exists already."))
    return Problem("password", N_("Take 12 to 128 characters that nobody tries first and that hold no names."))
