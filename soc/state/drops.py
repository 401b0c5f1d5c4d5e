"""Files that people dropped on the page: how far each is, and the alerts that its events raised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Connection, RowMapping, Text, func, insert, select, type_coerce, update

from soc.access import Scope
from soc.alert import Level
from soc.errors import NotFound
from soc.state.scoped import within
from soc.state.tables.alerts import alert
from soc.state.tables.figures import DropState, dropped_alert, dropped_file
from soc.state.tables.pipeline import alert_hit, hit
from soc.state.upsert import upsert

PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Drop:
    """One file. `read`: bytes read so far; `waiting`: records that the loops have still to do; `records`: events, once
    they are counted; `problems`: what could not be read, as (name, why)."""

    id: str
    unit: str
    by: str
    at: datetime
    name: str
    sha256: str
    bytes: int
    kind: str = ""
    state: DropState = DropState.WAITING
    read: int = 0
    waiting: int = 0
    records: int = 0
    problems: tuple[tuple[str, str], ...] = ()
    ended_at: datetime | None = None

    @property
    def source(self) -> str:
        """The source of its events: the same bytes for the same unit are the same source whenever they come."""
        return f"drop-{blake2b(f'{self.unit} {self.sha256}'.encode(), digest_size=8).hexdigest()}"

    @property
    def ended(self) -> bool:
        return self.state in (DropState.DONE, DropState.FAILED)


class Drops:
    """Written by the page and by the worker that reads the file."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, drop: Drop) -> None:
        same = ("id", "by", "at", "name", "sha256", "bytes", "kind", "state", "read", "waiting", "records", "ended_at")
        row = {name: getattr(drop, name) for name in same}
        problems = [list(problem) for problem in drop.problems]
        self._connection.execute(insert(dropped_file), row | {"unit_id": drop.unit, "problems": problems})

    def get(self, drop_id: str, scope: Scope) -> Drop:
        """Raises NotFound, also outside the scope."""
        statement = select(dropped_file).where(dropped_file.c.id == drop_id, within(scope, dropped_file.c.unit_id))
        row = self._connection.execute(statement).mappings().first()
        if row is None:
            raise NotFound
        return _drop(row)

    def all(self, scope: Scope, *, limit: int = 20) -> tuple[Drop, ...]:
        """Newest first."""
        statement = select(dropped_file).where(within(scope, dropped_file.c.unit_id))
        rows = self._connection.execute(statement.order_by(dropped_file.c.at.desc()).limit(limit)).mappings()
        return tuple(_drop(row) for row in rows)

    def done_before(self, sha256: str, unit: str) -> Drop | None:
        """The same bytes of the same unit, read to their end; the youngest."""
        column = dropped_file.c
        statement = select(dropped_file).where(
            column.sha256 == sha256, column.unit_id == unit, column.state == DropState.DONE
        )
        row = self._connection.execute(statement.order_by(column.at.desc())).mappings().first()
        return _drop(row) if row else None

    def count_since(self, by: str, since: datetime) -> int:
        """How many files a person dropped since then."""
        statement = select(func.count()).where(dropped_file.c.by == by, dropped_file.c.at >= since)
        return self._connection.scalar(statement) or 0

    def reading(self, drop_id: str, *, read: int, records: int = 0, kind: str = "") -> None:
        changes = {"state": DropState.READING, "read": read, "records": records} | ({"kind": kind} if kind else {})
        self._change(drop_id, **changes)

    def judging(self, drop_id: str, *, waiting: int) -> None:
        self._change(drop_id, state=DropState.JUDGING, waiting=waiting)

    def gave(self, drop_id: str, events: int) -> None:
        """How many events its records gave: one of a binary log holds many."""
        self._change(drop_id, records=events)

    def noted(self, drop_id: str, problems: Iterable[tuple[str, str]]) -> None:
        """What could not be read; the first of many."""
        shown = [[name[:300], why[:500]] for name, why in problems][:PROBLEMS]
        self._change(drop_id, problems=shown)

    def end(self, drop_id: str, state: DropState, *, at: datetime) -> None:
        self._change(drop_id, state=state, waiting=0, ended_at=at)

    def link(self, drop: Drop) -> int:
        """Ties the alerts to the file whose events are in their hits; answers how many there are."""
        needle = f'"soc.source.id":"{drop.source}"'
        statement = (
            select(alert.c.id, alert.c.unit_id)
            .join(alert_hit, alert_hit.c.alert_id == alert.c.id)
            .join(hit, hit.c.id == alert_hit.c.hit_id)
            .where(type_coerce(hit.c.events, Text).contains(needle, autoescape=True))
            .distinct()
        )
        found = self._connection.execute(statement).all()
        rows = [{"drop_id": drop.id, "alert_id": row.id, "unit_id": row.unit_id} for row in found]
        upsert(self._connection, dropped_alert, rows)
        return len(rows)

    def levels(self, drop_id: str, scope: Scope) -> dict[Level, int]:
        """The alerts of a file by level, heaviest first; levels without any are left out."""
        statement = (
            select(alert.c.level, func.count())
            .join(dropped_alert, dropped_alert.c.alert_id == alert.c.id)
            .where(dropped_alert.c.drop_id == drop_id, within(scope, alert.c.unit_id))
            .group_by(alert.c.level)
        )
        counts = {row[0]: row[1] for row in self._connection.execute(statement)}
        return {level: counts[level] for level in Level if level in counts}

    def alerts(self, drop_id: str, scope: Scope, *, limit: int = 500) -> tuple[str, ...]:
        """Their ids, heaviest and oldest first."""
        statement = (
            select(alert.c.id)
            .join(dropped_alert, dropped_alert.c.alert_id == alert.c.id)
            .where(dropped_alert.c.drop_id == drop_id, within(scope, alert.c.unit_id))
            .order_by(alert.c.band, alert.c.raised_at, alert.c.id)
        )
        return tuple(self._connection.scalars(statement.limit(limit)))

    def _change(self, drop_id: str, **changes: object) -> None:
        self._connection.execute(update(dropped_file).where(dropped_file.c.id == drop_id).values(**changes))


def _drop(row: RowMapping) -> Drop:
    same = ("id", "by", "at", "name", "sha256", "bytes", "kind", "state", "read", "waiting", "records", "ended_at")
    problems = tuple((name, why) for name, why in row["problems"])
    return Drop(**{name: row[name] for name in same}, unit=row["unit_id"], problems=problems)
