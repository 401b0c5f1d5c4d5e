"""Who speaks to the hub: a key of figures, bound to subsystems and units, or a signed-in person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials

from dashboards.access.program import BEARER, living_key, viewer_of_key
from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.errors import Refused
from dashboards.shell.render import services_of
from reports.kpi.contract import Method
from reports.kpi.world import Sender
from soc.access import ROOT, Right, Scope
from soc.state.keys import KPI_READ, KPI_WRITE
from soc.unit import UnitTree


@dataclass(frozen=True, slots=True)
class Caller:
    """`scope`: the units; `subsystems` None: all of them. `sender`: the same as the hub's door knows it."""

    viewer: Viewer
    scope: Scope
    subsystems: frozenset[str] | None
    sender: Sender
    program: bool

    def sees(self, subsystem: str) -> bool:
        return self.subsystems is None or subsystem in self.subsystems


@dataclass(frozen=True, slots=True)
class Asked:
    """A person with `right`, or a key that holds one of `scopes` (none: a page). Raises NeedsSignIn or Refused."""

    right: Right
    scopes: tuple[str, ...]

    def __call__(
        self, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
    ) -> Caller:
        if "authorization" in request.headers and self.scopes:
            return self._program(request, given.credentials if given else "")
        viewer = Seen(self.right)(request)
        scope, account = viewer.scope(self.right), f"account:{viewer.account}"
        sender = Sender(account, scope, viewer.actor, top_of(scope, viewer.units), method=Method.MANUAL)
        return Caller(viewer, scope, None, sender, program=False)

    def _program(self, request: Request, token: str) -> Caller:
        key = living_key(services_of(request), token)
        scope = next((one for one in self.scopes if key.allows(one)), None)
        if scope is None:
            raise Refused(f"this key does not hold the scope '{self.scopes[0]}'")
        viewer = viewer_of_key(request, key, self.right)
        units, bound = viewer.scope(self.right), key.subsystems(scope)
        sender = Sender(f"key:{key.id}", units, viewer.actor, key.unit, bound)
        return Caller(viewer, units, bound, sender, program=True)


def top_of(scope: Scope, units: UnitTree) -> str:
    """The unit under which a person's records are kept: the highest of the scope."""
    if scope.units is None:
        return ROOT
    highest = [unit for unit in sorted(scope.units) if (found := units.get(unit)) and found.parent not in scope.units]
    return highest[0] if highest else next(iter(sorted(scope.units)), "")


Writer = Annotated[Caller, Depends(Asked(Right.ENTER_FIGURES, (KPI_WRITE,)))]
Reader = Annotated[Caller, Depends(Asked(Right.READ_TILES, (KPI_READ,)))]
Anyone = Annotated[Caller, Depends(Asked(Right.READ_TILES, (KPI_READ, KPI_WRITE)))]
"""Catalogues and receipts are for those who send, too."""
