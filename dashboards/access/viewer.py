"""The person behind a request, and what they may see where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from soc.access import Eyes, Right, RoleOfPerson, Scope
from soc.alert import Actor
from soc.state.rights import rights_of
from soc.state.sessions import Session
from soc.state.unmaskings import Unmasking
from soc.unit import UnitTree

NOWHERE = Scope(frozenset())
READING = frozenset({Right.READ_ALERT_HEADS, Right.READ_EVENTS, Right.READ_SOURCES, Right.READ_TILES})
"""What is read by these passes the eyes; moves of alerts need them as they are."""

SEES_NAMES = frozenset({RoleOfPerson.ANALYST, RoleOfPerson.SHIFT_LEAD, RoleOfPerson.IT_CENTRE})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. `rights`: where each right holds today; a right that is missing is not held at all."""

    account: str
    name: str
    roles: tuple[RoleOfPerson, ...]
    rights: Mapping[Right, Scope]
    units: UnitTree
    day: date
    actor: Actor
    unmasked: Unmasking | None = None

    def may(self, right: Right) -> bool:
        """Whether any grant gives the right, wherever."""
        return right in self.rights

    def scope(self, right: Right) -> Scope:
        """The units over which the right holds; no unit without a grant."""
        return self.rights.get(right, NOWHERE)


def viewer_of(
    session: Session, units: UnitTree, day: date, address: str, *, unmasked: Unmasking | None = None
) -> Viewer:
    """The one place where a session becomes scopes, and where it is decided what their eyes see."""
    today = [grant for grant in session.grants if grant.holds_on(day)]
    held = {grant.role for grant in today}
    named = units.scope_over(grant.unit for grant in today if grant.role in SEES_NAMES).units
    bare = units.below(unmasked.unit) if unmasked and units.get(unmasked.unit) else frozenset()
    eyes = Eyes(named, frozenset(bare))
    rights = rights_of(session.grants, day, units)
    return Viewer(
        account=session.account,
        name=session.name,
        roles=tuple(role for role in RoleOfPerson if role in held),
        rights={right: replace(scope, eyes=eyes) if right in READING else scope for right, scope in rights.items()},
        units=units,
        day=day,
        actor=Actor(session.account, session=session.handle, address=address),
        unmasked=unmasked,
    )
