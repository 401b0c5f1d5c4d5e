"""Who works on what: open alerts by owner, and who speaks for a unit, within a scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, case, func, or_, select, true

from soc.access import RoleOfPerson, Scope
from soc.alert import Lane, Level
from soc.state.scoped import within
from soc.state.tables.alerts import alert
from soc.state.tables.people import PersonState, grant, person


@dataclass(frozen=True, slots=True)
class Load:
    """`heavy`: critical and high among the open ones."""

    open: int
    heavy: int


class Team:
    """Reads only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def loads(self, scope: Scope) -> dict[str | None, Load]:
        """By owner, of what lies in the queue; None: nobody's."""
        heavy = alert.c.level.in_((Level.CRITICAL, Level.HIGH))
        statement = (
            select(alert.c.owner, func.count(), func.sum(case((heavy, 1), else_=0)))
            .where(alert.c.open == true(), alert.c.lane == Lane.QUEUE, within(scope, alert.c.unit_id))
            .group_by(alert.c.owner)
        )
        return {row[0]: Load(row[1], row[2]) for row in self._connection.execute(statement)}

    def dues(self, scope: Scope, *, limit: int = 20) -> tuple[str, ...]:
        """Ids of alerts of the queue that nobody has taken, nearest acknowledge limit first."""
        statement = (
            select(alert.c.id)
            .where(
                alert.c.open == true(),
                alert.c.lane == Lane.QUEUE,
                alert.c.taken_at.is_(None),
                alert.c.ack_due.is_not(None),
                within(scope, alert.c.unit_id),
            )
            .order_by(alert.c.ack_due, alert.c.id)
            .limit(limit)
        )
        return tuple(self._connection.scalars(statement))

    def contacts(self, scope: Scope, day: date) -> dict[str, tuple[str, ...]]:
        """Names of the active people who speak for a unit itself, by unit."""
        statement = (
            select(grant.c.unit_id, person.c.name)
            .join(person, person.c.account == grant.c.account)
            .where(
                grant.c.role == RoleOfPerson.UNIT_CONTACT,
                person.c.state == PersonState.ACTIVE,
                grant.c.since <= day,
                or_(grant.c.until.is_(None), grant.c.until >= day),
                within(scope, grant.c.unit_id),
            )
            .order_by(grant.c.unit_id, person.c.name)
            .distinct()
        )
        found: dict[str, tuple[str, ...]] = {}
        for unit, name in self._connection.execute(statement):
            found[unit] = (*found.get(unit, ()), name)
        return found
