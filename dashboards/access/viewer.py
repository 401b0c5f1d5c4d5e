"""The person behind a request, and what they may see where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from soc.access import Right, RoleOfPerson, Scope
from soc.alert import Actor
from soc.state.rights import rights_of
from soc.state.sessions import Session
from soc.unit import UnitTree

NOWHERE = Scope(frozenset())
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

    @property
    def names_hidden(self) -> bool:
        """Personal data of records is masked for those who do not work on alerts (security.md 12)."""
        return bool(self.roles) and SEES_NAMES.isdisjoint(self.roles)

    def may(self, right: Right) -> bool:
        """Whether any grant gives the right, wherever."""
        return right in self.rights

    def scope(self, right: Right) -> Scope:
        """The units over which the right holds; no unit without a grant."""
        return self.rights.get(right, NOWHERE)


def viewer_of(session: Session, units: UnitTree, day: date, address: str) -> Viewer:
    """The one place where a session becomes scopes."""
    held = {grant.role for grant in session.grants if grant.holds_on(day)}
    return Viewer(
        account=session.account,
        name=session.name,
        roles=tuple(role for role in RoleOfPerson if role in held),
        rights=rights_of(session.grants, day, units),
        units=units,
        day=day,
        actor=Actor(session.account, session=session.handle, address=address),
    )
