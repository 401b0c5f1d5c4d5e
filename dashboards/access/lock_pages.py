"""The page's own lock (security.md 3): content hidden after 15 minutes, the password to go on, nothing typed is lost.

`static/js/lock.js` hides the page where it stands and calls the routes under /api; without it the server locks by time.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse, Response

from dashboards.access.doors import count_try, local
from dashboards.access.session import caller_of, session_of, session_token
from dashboards.errors import NeedsSignIn
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import page, services_of, translate
from soc.errors import SignInRefused
from soc.state import signin
from soc.state.sessions import Session

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/session", tags=["session"])

WRONG = N_("This is not your password.")
TOO_MANY = N_("Too many tries. Wait %(n)d seconds.")


class UnlockIn(BaseModel):
    """The password of the person whose session it is."""

    model_config = ConfigDict(extra="forbid")

    password: str = Field(min_length=1, max_length=512)


@router.get("/lock")
def lock_page(request: Request, back: str = "/") -> Response:
    session = _session(request)
    return page(request, "access/lock.html", name=session.name, back=local(back), problems=[])


@router.post("/lock")
def lock(request: Request, back: Annotated[str, Form(max_length=500)] = "/") -> Response:
    """Locks at once: before leaving the desk."""
    _lock(request)
    return RedirectResponse(f"/lock?back={local(back)}", status_code=303)


@router.post("/lock/open")
def unlock(
    request: Request,
    password: Annotated[str, Form(max_length=512)] = "",
    back: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    session = _session(request)
    try:
        _unlock(request, password)
    except SignInRefused as error:
        text = WRONG if error.wait is None else TOO_MANY
        problem = Problem("password", translate(request, text, n=error.wait or 0))
        status = 401 if error.wait is None else 429
        return page(request, "access/lock.html", status=status, name=session.name, back=local(back), problems=[problem])
    return RedirectResponse(local(back), status_code=303)


@api.post("/lock", operation_id="lock_session", status_code=204)
def lock_session(request: Request) -> Response:
    """Hides everything of this session until the password is given."""
    _lock(request)
    return Response(status_code=204)


@api.post("/unlock", operation_id="unlock_session", status_code=204)
def unlock_session(request: Request, given: UnlockIn) -> Response:
    """Goes on with this session."""
    _session(request)
    _unlock(request, given.password)
    return Response(status_code=204)


@api.post("/active", operation_id="keep_session", status_code=204)
def keep_session(request: Request) -> Response:
    """Somebody is typing; sent at most once in some minutes, so that a long note outlives the half hour."""
    services = services_of(request)
    session, now = _session(request), services.clock.now()
    if session.open and not session.locked(now, services.state.access.policy.lock):
        with services.state.write() as tx:
            tx.sessions.touch(session_token(request) or "", now)
    return Response(status_code=204)


def _lock(request: Request) -> None:
    _session(request)
    services = services_of(request)
    with services.state.write() as tx:
        tx.sessions.lock(session_token(request) or "", services.clock.now())


def _unlock(request: Request, password: str) -> None:
    count_try(request, caller_of(request).address)
    signin.unlock(services_of(request).state, session_token(request) or "", password, caller_of(request))


def _session(request: Request) -> Session:
    """Locked or not. Raises NeedsSignIn."""
    session = session_of(request)
    if session is None or not session.open:
        raise NeedsSignIn
    return session
