"""Posture scores as rows. They are made elsewhere; here they are kept with the inputs that they were made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, Text, and_, func, insert, not_, select, type_coerce

from soc.access import Scope
from soc.state.scoped import within
from soc.state.tables.alerts import alert
from soc.state.tables.figures import dropped_alert
from soc.state.tables.pipeline import alert_hit, hit
from soc.state.tables.posture import posture_now, posture_snapshot, source_slot
from soc.state.upsert import chunks, upsert

CLOSE, LATE_INPUT = "close", "late_input"
"""Why a snapshot was written: its day was over, or something of it was told later."""


@dataclass(frozen=True, slots=True)
class PostureRow:
    """A score. `unit`: ROOT for the province, which only a scope over everything sees. `shown` None: no number may be
    shown. `day`, `revision`: of a closed day; None: as it stands now. `trust`: the confidence, from 0 to 1."""

    unit: str
    at: datetime
    version: str
    exact: Decimal
    raw: Decimal
    shown: int | None
    letter: str
    trust: Decimal
    inputs: Mapping[str, Any]
    day: date | None = None
    revision: int = 0
    reason: str = ""


class Posture:
    """`posture_now` is replaced every few minutes; snapshots are only added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stands(self, rows: Iterable[PostureRow]) -> None:
        """As it is now."""
        columns = ("at", *_SCORE)
        upsert(self._connection, posture_now, [_row(row) for row in rows], update=columns)

    def now(self, scope: Scope) -> tuple[PostureRow, ...]:
        """By unit; the province's first, for those who see everything."""
        statement = select(posture_now).where(within(scope, posture_now.c.unit_id)).order_by(posture_now.c.unit_id)
        return tuple(_posture(row) for row in self._connection.execute(statement))

    def close(self, rows: Iterable[PostureRow]) -> None:
        """Adds snapshots; the caller has numbered them."""
        made = [
            _row(row) | {"day": row.day, "revision": row.revision, "reason": row.reason, "at": row.at} for row in rows
        ]
        if made:
            self._connection.execute(insert(posture_snapshot), made)

    def closed(
        self, scope: Scope, since: date, until: date, *, as_of: datetime | None = None, unit: str | None = None
    ) -> tuple[PostureRow, ...]:
        """The newest revision of every unit and day of the span, both ends included, as known at `as_of`."""
        table = posture_snapshot.c
        known = [table.day >= since, table.day <= until, within(scope, table.unit_id)]
        if as_of is not None:
            known.append(table.at <= as_of)
        if unit is not None:
            known.append(table.unit_id == unit)
        last = select(table.unit_id, table.day, func.max(table.revision).label("revision")).where(*known)
        newest = last.group_by(table.unit_id, table.day).subquery()
        joined = and_(table.unit_id == newest.c.unit_id, table.day == newest.c.day, table.revision == newest.c.revision)
        statement = select(posture_snapshot).join(newest, joined).order_by(table.day, table.unit_id)
        return tuple(_posture(row) for row in self._connection.execute(statement))

    def revisions(self, unit: str, day: date, scope: Scope) -> tuple[PostureRow, ...]:
        """Every snapshot of one day, the first one first."""
        table = posture_snapshot.c
        mine = (table.unit_id == unit, table.day == day, within(scope, table.unit_id))
        statement = select(posture_snapshot).where(*mine).order_by(table.revision)
        return tuple(_posture(row) for row in self._connection.execute(statement))

    def slots(self, scope: Scope) -> dict[str, int]:
        """Source -> the hours within which it has to be heard."""
        statement = select(source_slot).where(within(scope, source_slot.c.unit_id))
        return {row.source_id: row.hours for row in self._connection.execute(statement)}

    def agree(self, slots: Mapping[str, tuple[str, int]], *, at: datetime) -> None:
        """Source -> (unit, hours)."""
        rows = [
            {"source_id": name, "unit_id": unit, "hours": hours, "agreed_at": at}
            for name, (unit, hours) in slots.items()
        ]
        upsert(self._connection, source_slot, rows, update=("unit_id", "hours", "agreed_at"))

    def asset_levels(self, alerts: Sequence[str], scope: Scope) -> dict[str, int]:
        """Alert -> the level of the system that it is about, where that is known."""
        found: dict[str, int] = {}
        for some in chunks(alerts):
            statement = select(alert.c.id, alert.c.asset_level).where(
                alert.c.id.in_(some), alert.c.asset_level.is_not(None), within(scope, alert.c.unit_id)
            )
            found |= {row.id: row.asset_level for row in self._connection.execute(statement)}
        return found

    def only_dropped(self, scope: Scope) -> frozenset[str]:
        """Alerts that came of dropped files alone: an exercise with old logs is no danger. One with a single live hit
        is not among them."""
        mine = within(scope, dropped_alert.c.unit_id)
        dropped = frozenset(self._connection.scalars(select(dropped_alert.c.alert_id).where(mine)))
        live: set[str] = set()
        for some in chunks(sorted(dropped)):
            statement = select(alert_hit.c.alert_id).join(hit, hit.c.id == alert_hit.c.hit_id).distinct()
            from_file = type_coerce(hit.c.events, Text).contains(DROPPED, autoescape=True)
            live.update(self._connection.scalars(statement.where(alert_hit.c.alert_id.in_(some), not_(from_file))))
        return dropped - live


DROPPED = '"soc.source.id":"drop-'
_SCORE = ("version", "exact", "raw", "shown", "letter", "trust", "inputs")
_TEXTS = frozenset({"exact", "raw", "trust"})


def _row(one: PostureRow) -> dict[str, Any]:
    made = {name: str(getattr(one, name)) if name in _TEXTS else getattr(one, name) for name in _SCORE}
    return made | {"unit_id": one.unit, "at": one.at}


def _posture(row: Row[Any]) -> PostureRow:
    texts: dict[str, Any] = {name: Decimal(getattr(row, name)) for name in _TEXTS}
    same = texts | {name: getattr(row, name) for name in _SCORE if name not in _TEXTS}
    closed: dict[str, Any] = {name: getattr(row, name) for name in ("day", "revision", "reason") if name in row._fields}
    return PostureRow(unit=row.unit_id, at=row.at, **same, **closed)
