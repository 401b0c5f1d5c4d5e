"""From the cookie to the viewer: every page and route that shows data depends on `Seen(right)`."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from dashboards.access.viewer import Viewer, viewer_of
from dashboards.errors import NeedsSignIn, Refused
from dashboards.services import Services
from dashboards.shell.formats import ZONE
from soc.access import Right
from soc.state.sessions import TOUCH, Session
from soc.state.signin import Caller


@dataclass(frozen=True, slots=True)
class Seen:
    """The signed-in person, who holds `right` somewhere. Raises NeedsSignIn or Refused.

    `idle`: what a page asks by itself is no work of the person, and must not keep the session alive.
    """

    right: Right
    idle: bool = False

    def __call__(self, request: Request) -> Viewer:
        viewer = current_viewer(request, idle=self.idle)
        if viewer is None:
            raise NeedsSignIn
        request.state.viewer = viewer
        if not viewer.may(self.right):
            raise Refused(f"your roles do not include '{self.right}'")
        return viewer


def current_viewer(request: Request, *, idle: bool = False) -> Viewer | None:
    """Nobody without a living session. A request with its own `Authorization` uses no cookie."""
    token = session_token(request)
    if token is None or "authorization" in request.headers:
        return None
    services = _services(request)
    now = services.clock.now()
    with services.state.read() as tx:
        session = tx.sessions.find(token, now)
    if session is None:
        return None
    if not idle:
        _touch(services, token, session)
    return viewer_of(session, services.units, now.astimezone(ZONE).date(), address_of(request))


def session_token(request: Request) -> str | None:
    return request.cookies.get(cookie_name(_services(request)))


def cookie_name(services: Services) -> str:
    """`__Host-` needs Secure; plain HTTP on loopback has a name of its own (security.md 3)."""
    return "__Host-soc" if services.settings.secure else "soc-local"


def set_session(request: Request, response: Response, token: str) -> None:
    services = _services(request)
    response.set_cookie(
        cookie_name(services), token, httponly=True, secure=services.settings.secure, samesite="lax", path="/"
    )


def end_session(request: Request, response: Response) -> None:
    """The cookie goes, and with it what the browser keeps of us."""
    services = _services(request)
    response.delete_cookie(cookie_name(services), httponly=True, secure=services.settings.secure, samesite="lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def caller_of(request: Request) -> Caller:
    return Caller(address_of(request), request.headers.get("user-agent", "")[:256], _services(request).clock.now())


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def _touch(services: Services, token: str, session: Session) -> None:
    """Written at most once a minute, so that reading pages hardly ever waits for the writer."""
    now = services.clock.now()
    if now - session.seen_at >= TOUCH:
        with services.state.write() as tx:
            tx.sessions.touch(token, now)


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services
