"""Who saw personal data unmasked, why and for how long (security.md 12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from soc.access import Scope
from soc.state.scoped import within
from soc.state.tables.access import unmasking

LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Unmasking:
    """One time that somebody looked behind the masks of `unit` and what lies below it."""

    account: str
    unit: str
    session: str
    reason: str
    case_number: str
    at: datetime
    until: datetime


class Unmaskings:
    """The audit entry is the caller's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, account: str, session: str, unit: str, reason: str, case_number: str, *, at: datetime) -> Unmasking:
        """For this session alone."""
        made = Unmasking(account, unit, session, reason, case_number, at, at + LASTS)
        self._connection.execute(
            insert(unmasking), {name: getattr(made, name) for name in _NAMES} | {"unit_id": made.unit}
        )
        return made

    def end(self, account: str, session: str, *, at: datetime) -> None:
        """Those of this session that still last end now."""
        mine = (unmasking.c.account == account) & (unmasking.c.session == session) & (unmasking.c.until > at)
        self._connection.execute(update(unmasking).where(mine).values(until=at))

    def holds(self, account: str, session: str, *, at: datetime) -> Unmasking | None:
        """The one that lasts at this moment."""
        mine = (unmasking.c.account == account) & (unmasking.c.session == session) & (unmasking.c.until > at)
        row = self._connection.execute(select(unmasking).where(mine).order_by(unmasking.c.id.desc()).limit(1)).first()
        return None if row is None else Unmasking(**{name: getattr(row, name) for name in _NAMES}, unit=row.unit_id)

    def since(self, at: datetime, scope: Scope) -> tuple[Unmasking, ...]:
        """For the shift lead's weekly list; last first."""
        rows = self._connection.execute(
            select(unmasking)
            .where(within(scope, unmasking.c.unit_id), unmasking.c.at >= at)
            .order_by(unmasking.c.id.desc())
        )
        return tuple(Unmasking(**{name: getattr(row, name) for name in _NAMES}, unit=row.unit_id) for row in rows)


_NAMES = ("account", "session", "reason", "case_number", "at", "until")
