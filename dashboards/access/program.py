"""Programs that read: an API key instead of a session (security.md 4), only where a route says which scope it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from dashboards.access.session import Seen, address_of
from dashboards.access.viewer import Viewer
from dashboards.errors import NeedsSignIn, Refused
from dashboards.services import Services
from dashboards.shell.formats import ZONE
from soc.access import Eyes, Right
from soc.alert import Actor, ActorKind
from soc.state.keys import TOUCH, ApiKey

BEARER = HTTPBearer(auto_error=False, scheme_name="api_key", description="`soc_…`, made by `socctl keys add`.")


@dataclass(frozen=True, slots=True)
class SeenOrKey:
    """The signed-in person with `right`, or a key of `scope`, which then holds that one right over its units."""

    right: Right
    scope: str

    def __call__(
        self, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
    ) -> Viewer:
        if "authorization" not in request.headers:
            return Seen(self.right)(request)
        services: Services = request.app.state.services
        key = living_key(services, given.credentials if given else "")
        if not key.allows(self.scope):
            raise Refused(f"this key does not hold the scope '{self.scope}'")
        return viewer_of_key(request, key, self.right)


def viewer_of_key(request: Request, key: ApiKey, right: Right) -> Viewer:
    """The key as one who looks: one right, over its units."""
    services: Services = request.app.state.services
    return Viewer(
        account=f"key:{key.id}",
        name=key.name,
        roles=(),
        rights={right: replace(services.units.scope_over([key.unit]), eyes=Eyes(None))},
        units=services.units,
        day=services.clock.now().astimezone(ZONE).date(),
        actor=Actor(key.id, ActorKind.API_KEY, address=address_of(request)),
    )


def living_key(services: Services, token: str) -> ApiKey:
    """Raises NeedsSignIn. Its last use is written at most once a minute."""
    now = services.clock.now()
    with services.state.read() as tx:
        key = tx.keys.find(token, now)
    if key is None:
        raise NeedsSignIn
    if key.last_used is None or now - key.last_used >= TOUCH:
        with services.state.write() as tx:
            tx.keys.touch(key.id, now)
    return key
