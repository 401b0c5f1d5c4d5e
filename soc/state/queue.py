"""Lists of alerts: filtered, paged by key, counted (workspace.md 2.4, W1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, select, true, tuple_

from soc.access import Scope
from soc.alert import OPEN, Alert, Lane, Level, Status
from soc.entity import EntityKind
from soc.errors import StateError
from soc.fold import fold_marks
from soc.state.rows import BANDS, alert_of, load_cards
from soc.state.scoped import within
from soc.state.tables.alerts import alert
from soc.state.types import instant, micros

PAGE = 50
PAGE_MOST = 500
COUNT_MOST = 10_000

_HEAD = [column for column in alert.c if column.name not in ("samples", "text")]


class Order(StrEnum):
    """QUEUE: heaviest level, then oldest: what to do next. NEWEST: last raised first."""

    QUEUE = "queue"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Empty means any; the values of one field are alternatives, of several fields all must hold.

    `text` is looked for in title, unit and entities, without case or tone marks; a number like CB-000017 finds its
    alert. `raised_until` is not included. `due_before`: a limit that still runs ends before.
    """

    statuses: tuple[Status, ...] = OPEN
    levels: tuple[Level, ...] = ()
    units: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    owner: str | None = None
    text: str = ""
    lanes: tuple[Lane, ...] = ()
    entities: tuple[tuple[EntityKind, str], ...] = ()
    tactics: tuple[str, ...] = ()
    raised_since: datetime | None = None
    raised_until: datetime | None = None
    due_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertPage:
    """`next` is handed back as `after`; None at the end."""

    alerts: tuple[Alert, ...]
    next: str | None


class Queue:
    """Reads only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(
        self,
        wanted: AlertFilter,
        scope: Scope,
        *,
        order: Order = Order.QUEUE,
        after: str | None = None,
        limit: int = PAGE,
    ) -> AlertPage:
        """Without the sample events, which are most of an alert's bytes; a page is at most 500 rows."""
        limit = max(1, min(limit, PAGE_MOST))
        statement = select(*_HEAD).where(_matches(wanted, scope))
        if after is not None:
            statement = statement.where(_past(order, after))
        rows = self._connection.execute(_ordered(statement, order).limit(limit + 1)).mappings().all()
        cards = load_cards(self._connection, (row["rule_key"] for row in rows))
        alerts = tuple(alert_of({**row, "samples": ()}, cards) for row in rows[:limit])
        return AlertPage(alerts, _token(order, alerts[-1]) if len(rows) > limit else None)

    def count(self, wanted: AlertFilter, scope: Scope, *, most: int = COUNT_MOST) -> int:
        """Exact up to `most`; `most + 1` means more."""
        inner = select(alert.c.id).where(_matches(wanted, scope)).limit(most + 1).subquery()
        return self._connection.scalar(select(func.count()).select_from(inner)) or 0

    def counts(self, scope: Scope) -> dict[tuple[Status, Level], int]:
        """All alerts by status and level, zeros included."""
        statement = select(alert.c.status, alert.c.level, func.count()).where(within(scope, alert.c.unit_id))
        rows = self._connection.execute(statement.group_by(alert.c.status, alert.c.level))
        found = {(row[0], row[1]): row[2] for row in rows}
        return {(status, level): found.get((status, level), 0) for status in Status for level in Level}


def _matches(wanted: AlertFilter, scope: Scope) -> ColumnElement[bool]:
    conditions = [within(scope, alert.c.unit_id)]
    if wanted.statuses and set(wanted.statuses) <= set(OPEN):
        # Written so that the index of open alerts can serve; SQLite must see the constant.
        conditions.append(alert.c.open == true())
    if wanted.statuses and set(wanted.statuses) != set(OPEN):
        conditions.append(alert.c.status.in_(wanted.statuses))
    lists = ((alert.c.level, wanted.levels), (alert.c.unit_id, wanted.units), (alert.c.rule_id, wanted.rules))
    conditions += [column.in_(values) for column, values in lists if values]
    if wanted.owner is not None:
        conditions.append(alert.c.owner == wanted.owner)
    if wanted.text:
        conditions.append(alert.c.text.contains(fold_marks(wanted.text), autoescape=True))
    return and_(*conditions)


def _ordered(statement: Select[Any], order: Order) -> Select[Any]:
    if order is Order.QUEUE:
        return statement.order_by(alert.c.band, alert.c.raised_at, alert.c.id)
    return statement.order_by(alert.c.raised_at.desc(), alert.c.id.desc())


def _past(order: Order, after: str) -> ColumnElement[bool]:
    try:
        band, at, name = after.split(".", 2)
        place = literal(int(band)), literal(instant(int(at)), alert.c.raised_at.type), literal(name)
    except (ValueError, OverflowError) as error:
        raise StateError(
            f"page key {after[:80]!r} is not one of ours - go back to the first page", code="SOC-1608"
        ) from error
    if order is Order.QUEUE:
        return tuple_(alert.c.band, alert.c.raised_at, alert.c.id) > tuple_(*place)
    return tuple_(alert.c.raised_at, alert.c.id) < tuple_(*place[1:])


def _token(order: Order, last: Alert) -> str:
    return f"{BANDS[last.level]}.{micros(last.raised_at)}.{last.id}"
