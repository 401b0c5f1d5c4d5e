"""The order of the queue as it is stored (workspace.md 2.4): written when alerts are raised, grow and move, and kept
by `refresh`, which touches only open alerts whose place changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, bindparam, func, select, true, update

from soc.alert import Alert, Status
from soc.limits import LimitRules
from soc.order import Place, cents, next_change, place_at, place_of, placed, risk_points
from soc.state.budget import share_out
from soc.state.entities import AlertEntities, Key, heaviest, keys_of
from soc.state.facts import Facts
from soc.state.high_risk import raise_high
from soc.state.risk import highest
from soc.state.tables.alerts import alert
from soc.state.tables.triage import alert_entity, entity_fact

if TYPE_CHECKING:
    from soc.state.store import State

AT_ONCE = 20
"""New alerts of one batch that get their risk at once; in a flood it comes with the next refresh."""

CHUNK = 1_000
ENTITIES = 500
ROUNDS = 20
"""In a flood the rest comes with the next refresh."""

SEEN = "ordering.entities"
FACTS_SEEN = "ordering.facts"

_PLACE = ("id", "level", "raised_at", "ack_due", "taken_at", "waited", "risk", "asset_level", "band", "rank")


class Ordering:
    """Gives alerts their place; the caller writes it."""

    def __init__(self, connection: Connection, limits: LimitRules) -> None:
        self._connection = connection
        self._limits = limits

    def raised(self, alerts: Sequence[Alert], now: datetime) -> tuple[Alert, ...]:
        """New alerts with their place. Their own contribution is not yet part of the risk that lifts them."""
        keys = {one.id: list(keys_of(one.entities)) for one in alerts}
        wanted = [key for some in keys.values() for key in some]
        levels = AlertEntities(self._connection).levels(wanted, now)
        scores = highest(self._connection, wanted, now) if len(alerts) <= AT_ONCE else {}
        lifted = (
            replace(
                one,
                asset_level=heaviest(keys[one.id], levels),
                risk=risk_points(max((scores.get(key, 0.0) for key in keys[one.id]), default=0.0)),
            )
            for one in alerts
        )
        return tuple(placed(one, now, self._limits) for one in lifted)

    def grown(self, one: Alert, now: datetime) -> Alert:
        """A heavier level moves it at once; what its new entities add comes with the next refresh."""
        return placed(one, now, self._limits)

    def moved(self, one: Alert, now: datetime) -> Alert:
        return one if one.status is Status.CLOSED else placed(one, now, self._limits)

    def due(self, one: Alert) -> datetime | None:
        """When time alone changes its place next."""
        return next_change(place_of(one), self._limits)


def refresh(state: State, now: datetime) -> int:
    """Brings the order of open alerts up to `now`, ends storms, shares out the day's budget. Answers how many alerts
    got another place. Short writes, so that nobody waits; called every 15 seconds or so."""
    with state.write() as tx:
        tx.storms.end(now)
    for _ in range(ROUNDS):
        if not _spread_risk(state, now):
            break
    _spread_levels(state, now)
    moved = 0
    while found := _move(state, now):
        moved += found
    share_out(state, now)
    return moved


def _spread_risk(state: State, now: datetime) -> bool:
    """Entities of alerts that were raised or grew since the last time: their risk lifts all their open alerts."""
    with state.read() as tx:
        seen = int(tx.facts.get(SEEN) or 0)
        wanted = select(alert_entity.c.seq, alert_entity.c.kind, alert_entity.c.key).where(alert_entity.c.seq > seen)
        rows = tx.connection.execute(wanted.order_by(alert_entity.c.seq).limit(ENTITIES)).all()
        scores = highest(tx.connection, ((row.kind, row.key) for row in rows), now)
    if not rows:
        return False
    with state.write() as tx:
        _lift(tx.connection, {key: risk_points(score) for key, score in scores.items()}, now)
        Facts(tx.connection).put(SEEN, rows[-1].seq, at=now)
        raise_high(tx, scores, now)
    return len(rows) == ENTITIES


def _lift(connection: Connection, points: dict[Key, float], now: datetime) -> None:
    entity = alert_entity.c
    of_key = select(entity.alert_id).where(entity.kind == bindparam("of_kind"), entity.key == bindparam("of_key"))
    below = (alert.c.open == true(), alert.c.risk < bindparam("points"), alert.c.id.in_(of_key))
    statement = update(alert).where(*below).values(risk=bindparam("points"), order_due=bindparam("due"))
    rows = [
        {"of_kind": kind, "of_key": key, "points": cents(found), "due": now}
        for (kind, key), found in points.items()
        if found > 0
    ]
    if rows:
        connection.execute(statement, rows)


def _spread_levels(state: State, now: datetime) -> None:
    """Entities that got another system level: their open alerts are looked at again."""
    with state.read() as tx:
        seen = int(tx.facts.get(FACTS_SEEN) or 0)
        last = tx.connection.scalar(select(func.max(entity_fact.c.seq)))
    if last is None or last <= seen:
        return
    with state.write() as tx:
        changed = select(entity_fact.c.kind, entity_fact.c.key).where(entity_fact.c.seq > seen).distinct()
        for row in tx.connection.execute(changed).all():
            of_key = select(alert_entity.c.alert_id).where(
                alert_entity.c.kind == row.kind, alert_entity.c.key == row.key
            )
            statement = update(alert).where(alert.c.open == true(), alert.c.id.in_(of_key)).values(order_due=now)
            tx.connection.execute(statement)
        Facts(tx.connection).put(FACTS_SEEN, last, at=now)


def _move(state: State, now: datetime) -> int:
    """Up to a thousand alerts whose place is due."""
    with state.write() as tx:
        wanted = select(*(alert.c[name] for name in _PLACE)).where(alert.c.order_due <= now, alert.c.open == true())
        rows = tx.connection.execute(wanted.order_by(alert.c.order_due).limit(CHUNK)).mappings().all()
        if rows:
            entities = AlertEntities(tx.connection).of_alerts(row["id"] for row in rows)
            levels = AlertEntities(tx.connection).levels(_all(entities.values()), now)
            changes = [_change(row, heaviest(entities.get(row["id"], ()), levels), now, state.limits) for row in rows]
            names = ("band", "rank", "waited", "risk", "asset_level", "ordered_at", "order_due")
            statement = update(alert).where(alert.c.id == bindparam("of_id"))
            tx.connection.execute(statement.values({name: bindparam(f"to_{name}") for name in names}), changes)
    return len(rows)


def _change(row: RowMapping, asset_level: int | None, now: datetime, limits: LimitRules) -> dict[str, Any]:
    place = Place(
        **{name: row[name] for name in ("level", "raised_at", "ack_due", "taken_at", "waited", "band")},
        risk=row["risk"] / 100,
        asset_level=asset_level,
    )
    place = place_at(place, now, limits)
    values = {
        "band": place.band,
        "rank": -cents(place.priority),
        "waited": place.waited,
        "risk": cents(place.risk),
        "asset_level": asset_level,
        "ordered_at": now,
        "order_due": next_change(place, limits),
    }
    return {"of_id": row["id"]} | {f"to_{name}": value for name, value in values.items()}


def _all(groups: Iterable[Sequence[Key]]) -> list[Key]:
    return [key for group in groups for key in group]
