"""From the cookie to the viewer: every page and route that shows data depends on `Seen(right)`."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from fastapi import Request
from starlette.responses import Response

from dashboards.access.viewer import Viewer, viewer_of
from dashboards.errors import Locked, NeedsFactor, NeedsSignIn, Refused
from dashboards.services import Services
from dashboards.shell.formats import ZONE
from soc.access import Right
from soc.state.sessions import TOUCH, Session
from soc.state.signin import Caller


@dataclass(frozen=True, slots=True)
class Seen:
    """The signed-in person, who holds `right` somewhere. Raises NeedsSignIn, Locked or Refused.

    `idle`: what a page asks by itself is no work of the person, and must not keep the session alive.
    """

    right: Right
    idle: bool = False

    def __call__(self, request: Request) -> Viewer:
        viewer = SignedIn(idle=self.idle)(request)
        if not viewer.may(self.right):
            raise Refused(f"your roles do not include '{self.right}'")
        return viewer


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever is signed in, whatever they may do."""

    idle: bool = False

    def __call__(self, request: Request) -> Viewer:
        viewer = current_viewer(request, idle=self.idle)
        if viewer is None:
            raise NeedsSignIn
        request.state.viewer = viewer
        return viewer


@dataclass(frozen=True, slots=True)
class StepUp:
    """As `Seen` (as `SignedIn` without a right), and the second factor was given within the last ten minutes.

    For changes of accounts, grants and keys, the audit log, and raw exports over 10,000 rows. Raises NeedsFactor.
    """

    right: Right | None = None

    def __call__(self, request: Request) -> Viewer:
        viewer = SignedIn()(request) if self.right is None else Seen(self.right)(request)
        require_factor(request)
        return viewer


def require_factor(request: Request, back: str = "") -> None:
    """For a route that learns only later that its act needs the second factor again; `back`: a page of ours that
    shows again what was typed. A program has no second factor: its key was made with one."""
    session: Session | None = getattr(request.state, "session", None)
    if session is not None and not session.proved(_services(request).clock.now()):
        raise NeedsFactor(back)


def current_viewer(request: Request, *, idle: bool = False) -> Viewer | None:
    """Nobody without a living, finished session. A request with its own `Authorization` uses no cookie."""
    session = session_of(request)
    if session is None or not session.open:
        return None
    services = _services(request)
    now = services.clock.now()
    if session.locked(now, services.state.access.policy.lock):
        raise Locked
    request.state.session = session
    if not idle:
        _touch(services, session_token(request) or "", session)
    with services.state.read() as tx:
        unmasked = tx.unmaskings.holds(session.account, session.handle, at=now)
        # Before any figure of the page is read: its stream brings what happens from here on.
        request.state.heard = tx.feed.position()
    day = now.astimezone(ZONE).date()
    return viewer_of(session, services.units, day, address_of(request), unmasked=unmasked)


def session_of(request: Request) -> Session | None:
    """The living session, also one that waits for its factor or is locked."""
    token = session_token(request)
    if token is None or "authorization" in request.headers:
        return None
    services = _services(request)
    with services.state.read() as tx:
        return tx.sessions.find(token, services.clock.now())


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
    """Who is on the other end; what a proxy says of it counts only where the settings trust that proxy."""
    peer = request.client.host if request.client else ""
    trusted = _services(request).settings.trusted_proxies
    if not trusted or not _within(peer, trusted):
        return peer
    told = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",")]
    # Each proxy adds on the right; the last one that is none of ours is the caller, all before it may be invented.
    return next((address for address in reversed(told) if address and not _within(address, trusted)), peer)


def _within(address: str, networks: tuple[str, ...]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in ip_network(one) for one in networks)


def _touch(services: Services, token: str, session: Session) -> None:
    """Written at most once a minute, so that reading pages hardly ever waits for the writer."""
    now = services.clock.now()
    if now - session.seen_at >= TOUCH:
        with services.state.write() as tx:
            tx.sessions.touch(token, now)


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services
