"""Hits: each written once, paged by alert."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, literal, select, tuple_, update

from soc.access import Scope
from soc.alert import Hit
from soc.masking import seen_hit
from soc.state.cards import keep_cards, load_cards
from soc.state.rows import hit_of, hit_row
from soc.state.scoped import within
from soc.state.tables.pipeline import alert_hit, hit
from soc.state.upsert import chunks, upsert

Key = tuple[datetime, str]
"""The last hit of a page: its time and id."""


class Hits:
    """What rules and correlations matched."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Writes those that are not there yet and answers them in their order; a repeated batch answers none."""
        known = self._known(found.id for found in hits)
        new = tuple({found.id: found for found in hits if found.id not in known}.values())
        if new:
            keys = keep_cards(self._connection, (found.rule for found in new))
            self._connection.execute(insert(hit), [hit_row(found, keys[found.rule]) for found in new])
        return new

    def grow(self, hits: Sequence[Hit]) -> None:
        """An episode of a correlation goes on: the hit with that id gets the new count, window and samples."""
        for found in hits:
            row = hit_row(found, "")
            changes = {name: row[name] for name in ("at", "matched", "event_ids", "events", "correlation", "count")}
            self._connection.execute(update(hit).where(hit.c.id == found.id).values(changes))

    def attach(self, pairs: Iterable[tuple[str, Hit]]) -> None:
        """(alert id, hit): which hit belongs to which alert; harmless when repeated, also with a later time."""
        rows = [
            {"alert_id": alert_id, "at": each.at, "hit_id": each.id, "unit_id": each.unit} for alert_id, each in pairs
        ]
        upsert(self._connection, alert_hit, rows, update=("at",))

    def get(self, ids: Iterable[str], scope: Scope) -> tuple[Hit, ...]:
        rows: list[RowMapping] = []
        for some in chunks(ids):
            rows += self._connection.execute(
                select(hit).where(hit.c.id.in_(some), within(scope, hit.c.unit_id))
            ).mappings()
        cards = load_cards(self._connection, (row["rule_key"] for row in rows))
        return tuple(seen_hit(hit_of(row, cards), scope) for row in rows)

    def of_rules(self, rules: Iterable[str], since: datetime, scope: Scope) -> tuple[Hit, ...]:
        """The hits of these rules from that time on, oldest first: the episodes that a correlator told before."""
        rows: list[RowMapping] = []
        for some in chunks(rules):
            statement = select(hit).where(hit.c.rule_id.in_(some), hit.c.at >= since, within(scope, hit.c.unit_id))
            rows += self._connection.execute(statement).mappings()
        cards = load_cards(self._connection, (row["rule_key"] for row in rows))
        return tuple(sorted((seen_hit(hit_of(row, cards), scope) for row in rows), key=lambda each: (each.at, each.id)))

    def of_alert(self, alert_id: str, scope: Scope, *, after: Key | None = None, limit: int = 50) -> tuple[Hit, ...]:
        """Newest first; `after` is the key of the last one seen: `(hit.at, hit.id)`."""
        statement = select(alert_hit.c.hit_id).where(
            alert_hit.c.alert_id == alert_id, within(scope, alert_hit.c.unit_id)
        )
        if after is not None:
            place = tuple_(alert_hit.c.at, alert_hit.c.hit_id)
            statement = statement.where(place < tuple_(*_bound(after)))
        statement = statement.order_by(alert_hit.c.at.desc(), alert_hit.c.hit_id.desc()).limit(limit)
        order = list(self._connection.scalars(statement))
        found = {each.id: each for each in self.get(order, scope)}
        return tuple(found[name] for name in order if name in found)

    def _known(self, ids: Iterable[str]) -> set[str]:
        return {
            name
            for some in chunks(ids)
            for name in self._connection.scalars(select(hit.c.id).where(hit.c.id.in_(some)))
        }


def _bound(key: Key) -> tuple[object, ...]:
    return literal(key[0], alert_hit.c.at.type), literal(key[1])
