"""Which door a session stands at: where somebody is sent after a step of signing in."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import set_session
from dashboards.errors import Refused
from dashboards.shell.render import services_of
from soc.state.signin import NEW_NETWORK
from soc.state.tables.people import SessionStage

HOME = "/"
DOORS = {
    SessionStage.FACTOR: "/sign-in/code",
    SessionStage.ENROL: "/sign-in/enrol",
    SessionStage.PASSWORD: "/sign-in/password",
}


def local(back: str) -> str:
    """A path of ours, or the start page: nobody is sent elsewhere by a crafted link."""
    fine = back.startswith("/") and not back.startswith("//") and "\\" not in back and back.isprintable()
    return back if fine else HOME


def into(request: Request, token: str, back: str) -> Response:
    """Hands out the cookie and leads on: to the next step, to the notice of a new place, or back."""
    services = services_of(request)
    with services.state.read() as tx:
        session = tx.sessions.find(token, services.clock.now())
        told = {one.kind for one in tx.care.notices(session.account, unread=True)} if session else set()
    back = local(back)
    if session is not None and not session.open:
        target = f"{DOORS[session.stage]}?back={quote(back, safe='/')}"
    else:
        target = f"/account?back={quote(back, safe='/')}" if NEW_NETWORK in told else back
    response = RedirectResponse(target, status_code=303)
    set_session(request, response, token)
    return response


def count_try(request: Request, address: str) -> None:
    """At most twenty tries a minute and address at all doors together."""
    if request.app.state.attempts.too_many(address, services_of(request).clock.monotonic()):
        raise Refused("too many tries from this address - wait a minute", code="SOC-1726", status=429)


def names_of_bodies(request: Request) -> tuple[str, ...]:
    """What a password may not hold: the province and its bodies."""
    services = services_of(request)
    named = [services.settings.name_vi, services.settings.name_en]
    return tuple(name for name in (*named, *(unit.name_vi for unit in services.units.units.values())) if len(name) >= 4)
