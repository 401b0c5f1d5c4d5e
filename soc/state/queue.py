"""Lists of alerts: in the order of work, filtered, paged by key, counted, grouped (workspace.md 2.4, W1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, func, literal, select, tuple_

from soc.access import Scope
from soc.alert import OPEN, Alert, Lane, Level, Status
from soc.errors import StateError
from soc.limits import DEFAULT, LimitRules
from soc.masking import seen_alert
from soc.order import OrderSum, cents, placed, sum_of
from soc.state.cards import load_cards
from soc.state.matching import AlertFilter, matches, walked
from soc.state.rows import alert_of
from soc.state.scoped import within
from soc.state.storms import Storm, Storms
from soc.state.tables.alerts import alert
from soc.state.tables.triage import alert_count
from soc.state.types import instant, micros

__all__ = ["AlertFilter", "AlertPage", "GroupBy", "Order", "Queue"]

PAGE = 50
PAGE_MOST = 500
COUNT_MOST = 10_000
GROUPS_MOST = 200

_HEAD = [column for column in alert.c if column.name not in ("samples", "text")]


class Order(StrEnum):
    """QUEUE: what to do next, of open alerts alone; a list with closed ones in it is by age. NEWEST: last raised
    first."""

    QUEUE = "queue"
    NEWEST = "newest"


class GroupBy(StrEnum):
    """What a list can be grouped by."""

    LEVEL = "level"
    STATUS = "status"
    UNIT = "unit"
    RULE = "rule"
    OWNER = "owner"
    LANE = "lane"


_GROUPS: Mapping[GroupBy, Column[Any]] = {
    GroupBy.LEVEL: alert.c.level,
    GroupBy.STATUS: alert.c.status,
    GroupBy.UNIT: alert.c.unit_id,
    GroupBy.RULE: alert.c.rule_id,
    GroupBy.OWNER: alert.c.owner,
    GroupBy.LANE: alert.c.lane,
}


_LED = frozenset({GroupBy.UNIT, GroupBy.RULE, GroupBy.OWNER})
"""What has an index of its own."""

_KEPT: Mapping[GroupBy, Column[Any]] = {
    GroupBy.LEVEL: alert_count.c.level,
    GroupBy.STATUS: alert_count.c.status,
    GroupBy.UNIT: alert_count.c.unit_id,
    GroupBy.LANE: alert_count.c.lane,
}
"""What is counted as alerts are written."""


@dataclass(frozen=True, slots=True)
class AlertPage:
    """`next` is handed back as `after`; None at the end."""

    alerts: tuple[Alert, ...]
    next: str | None


class Queue:
    """Reads only."""

    def __init__(self, connection: Connection, limits: LimitRules = DEFAULT) -> None:
        self._connection = connection
        self._limits = limits

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
        order = order if wanted.only_open else Order.NEWEST
        listed = _ordered(select(alert.c.id).where(matches(self._connection, wanted, scope)), order).limit(limit + 1)
        ids = list(self._connection.scalars(listed if after is None else listed.where(_past(order, after))))
        # The index alone gives the ids of a page; its rows are read afterwards, and no others.
        rows = self._connection.execute(_ordered(select(*_HEAD).where(alert.c.id.in_(ids)), order)).mappings().all()
        cards = load_cards(self._connection, (row["rule_key"] for row in rows))
        alerts = tuple(seen_alert(alert_of({**row, "samples": ()}, cards), scope) for row in rows[:limit])
        return AlertPage(alerts, _token(alerts[-1]) if len(rows) > limit else None)

    def count(self, wanted: AlertFilter, scope: Scope, *, most: int = COUNT_MOST) -> int:
        """Exact up to `most`; `most + 1` means more."""
        if _is_counted(wanted):
            number = select(func.sum(alert_count.c.number)).where(_counted(wanted, scope))
            return min(int(self._connection.scalar(number) or 0), most + 1)
        condition = matches(self._connection, wanted, scope)
        inner = select(alert.c.id).where(condition).limit(most + 1).subquery()
        return self._connection.scalar(select(func.count()).select_from(inner)) or 0

    def counts(self, scope: Scope, *, lanes: tuple[Lane, ...] = ()) -> dict[tuple[Status, Level], int]:
        """All alerts by status and level, zeros included; of these lanes, when any are named."""
        condition = within(scope, alert_count.c.unit_id)
        if lanes:
            condition &= alert_count.c.lane.in_(lanes)
        number = func.sum(alert_count.c.number)
        statement = select(alert_count.c.status, alert_count.c.level, number).where(condition)
        rows = self._connection.execute(statement.group_by(alert_count.c.status, alert_count.c.level))
        found = {(row[0], row[1]): int(row[2]) for row in rows}
        return {(status, level): found.get((status, level), 0) for status in Status for level in Level}

    def levels(self, wanted: AlertFilter, scope: Scope) -> dict[Level, int]:
        """How many of the filter there are of each level, those of the filter itself left aside. Empty when they are
        more than COUNT_MOST and nothing has counted them before: a list must not wait for that."""
        anyhow = replace(wanted, levels=())
        if _is_counted(anyhow):
            return {level: self.count(replace(wanted, levels=(level,)), scope) for level in Level}
        condition = matches(self._connection, anyhow, scope)
        some = select(alert.c.level).where(condition).limit(COUNT_MOST + 1).subquery()
        rows = self._connection.execute(select(some.c.level, func.count()).group_by(some.c.level))
        found = {Level(row[0]): int(row[1]) for row in rows}
        return {level: found.get(level, 0) for level in Level} if sum(found.values()) <= COUNT_MOST else {}

    def lanes(self, scope: Scope) -> dict[Lane, int]:
        """Open alerts by lane; together they are all that is open."""
        condition = within(scope, alert_count.c.unit_id) & alert_count.c.status.in_(OPEN)
        statement = select(alert_count.c.lane, func.sum(alert_count.c.number)).where(condition)
        found = {row[0]: int(row[1]) for row in self._connection.execute(statement.group_by(alert_count.c.lane))}
        return {lane: found.get(lane, 0) for lane in Lane}

    def storms(self, scope: Scope) -> tuple[Storm, ...]:
        """Rows that stand for many alerts, youngest first."""
        return Storms(self._connection).shown(scope)

    def group(
        self, wanted: AlertFilter, scope: Scope, by: GroupBy, *, limit: int = GROUPS_MOST
    ) -> tuple[tuple[str | None, int], ...]:
        """(value, alerts), most first; an owner may be None."""
        column: ColumnElement[Any]
        number: ColumnElement[Any]
        if _is_counted(wanted) and (kept := _KEPT.get(by)) is not None:
            column, number = kept, func.sum(alert_count.c.number)
            statement = select(column, number).where(_counted(wanted, scope)).group_by(column).having(number > 0)
        else:
            number = func.count()
            column = walked(_GROUPS[by], wanted) if by in _LED else _GROUPS[by]
            statement = select(column, number).where(matches(self._connection, wanted, scope)).group_by(column)
        rows = self._connection.execute(statement.order_by(number.desc(), column).limit(limit))
        return tuple((row[0], int(row[1])) for row in rows)

    def sum_of(self, one: Alert, now: datetime) -> OrderSum:
        """Why the alert stands where it does; the lines add up to the priority that the list shows."""
        return sum_of(one if one.ordered_at is not None else placed(one, now, self._limits))


def _is_counted(wanted: AlertFilter) -> bool:
    return replace(wanted, statuses=(), levels=(), units=(), lanes=()) == AlertFilter(())


def _counted(wanted: AlertFilter, scope: Scope) -> ColumnElement[bool]:
    """A filter that asks only for what is counted anyway."""
    count = alert_count.c
    lists: tuple[tuple[Column[Any], tuple[str, ...]], ...] = (
        (count.status, wanted.statuses),
        (count.level, wanted.levels),
        (count.unit_id, wanted.units),
        (count.lane, wanted.lanes),
    )
    return and_(within(scope, count.unit_id), *(column.in_(values) for column, values in lists if values))


def _ordered(statement: Select[Any], order: Order) -> Select[Any]:
    if order is Order.QUEUE:
        return statement.order_by(alert.c.band, alert.c.rank, alert.c.raised_at, alert.c.id)
    return statement.order_by(alert.c.raised_at.desc(), alert.c.id.desc())


def _past(order: Order, after: str) -> ColumnElement[bool]:
    try:
        band, rank, at, name = after.split(".", 3)
        numbers = literal(int(band)), literal(int(rank))
        place = literal(instant(int(at)), alert.c.raised_at.type), literal(name)
    except (ValueError, OverflowError) as error:
        raise StateError(
            f"page key {after[:80]!r} is not one of ours - go back to the first page", code="SOC-1608"
        ) from error
    if order is Order.QUEUE:
        return tuple_(alert.c.band, alert.c.rank, alert.c.raised_at, alert.c.id) > tuple_(*numbers, *place)
    return tuple_(alert.c.raised_at, alert.c.id) < tuple_(*place)


def _token(last: Alert) -> str:
    return f"{last.band}.{-cents(last.priority)}.{micros(last.raised_at)}.{last.id}"
