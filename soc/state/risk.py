"""Risk of entities from their stored alerts (workspace.md 2.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select, tuple_

from soc.access import SYSTEM, Scope
from soc.alert import Verdict
from soc.entity import EntityKind, key_of
from soc.risk import MEMORY, RiskSource, RiskSum, confidence_of, risk_of, unit_risk
from soc.state.cards import load_cards
from soc.state.entities import AlertEntities, Key
from soc.state.scoped import within
from soc.state.tables.alerts import alert
from soc.state.tables.triage import alert_entity
from soc.state.upsert import chunks

MOST = 1_000
"""Alerts of one entity that are looked at, the newest: a rule counts twice a day, so more hardly ever matter."""

ENTITIES_MOST = 2_000
"""Entities of one unit that are looked at, those with the newest alerts."""

KEYS = 200
"""So many entities are asked for in one statement."""

RISK_RULE = "soc-high-risk"
"""The alerts that tell of risk; they add none."""

_NEEDED = (alert.c.id, alert.c.number, alert.c.rule_id, alert.c.rule_key, alert.c.level, alert.c.raised_at)


class Risk:
    """Reads only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, kind: EntityKind, value: str, scope: Scope, now: datetime) -> RiskSum:
        """The score with its parts; they add up to it. A unit's is weighed from its entities and has no parts."""
        key = key_of(kind, value)
        if kind is EntityKind.UNIT:
            return RiskSum(kind, key, self.of_unit(value, scope, now), ())
        rows = self._rows([(str(kind), key)], scope, now)
        cards = load_cards(self._connection, (row["rule_key"] for row in rows))
        sources = [_source(row, cards[row["rule_key"]].title, cards[row["rule_key"]].title_vi) for row in rows]
        level = AlertEntities(self._connection).levels([(str(kind), key)], now).get((str(kind), key))
        confidence = self.confidence(source.rule for source in sources)
        return risk_of(kind, key, sources, now, asset_level=level, confidence=confidence)

    def scores(self, keys: Iterable[Key], scope: Scope, now: datetime) -> dict[Key, float]:
        """The score of each entity, without its parts."""
        found: dict[Key, list[RiskSource]] = {key: [] for key in keys}
        for row in self._rows(list(found), scope, now):
            found[row["kind"], row["key"]].append(_source(row))
        confidence = self.confidence(source.rule for sources in found.values() for source in sources)
        levels = AlertEntities(self._connection).levels(found, now)
        return {
            key: risk_of(
                EntityKind.HOST, key[1], sources, now, asset_level=levels.get(key), confidence=confidence
            ).total
            for key, sources in found.items()
        }

    def of_unit(self, unit: str, scope: Scope, now: datetime) -> float:
        """Worst entity first, many small ones cannot outshout one bad one."""
        entity = alert_entity.c
        newest = select(alert.c.id).where(alert.c.unit_id == unit, alert.c.raised_at > now - MEMORY)
        newest = newest.where(within(scope, alert.c.unit_id)).order_by(alert.c.raised_at.desc()).limit(ENTITIES_MOST)
        chosen = select(entity.kind, entity.key).where(entity.alert_id.in_(newest.scalar_subquery())).distinct()
        keys = [(row.kind, row.key) for row in self._connection.execute(chosen.limit(ENTITIES_MOST))]
        return unit_risk(self.scores(keys, scope, now).values())

    def confidence(self, rules: Iterable[str]) -> dict[str, float]:
        """How far each rule is believed, from all verdicts there are."""
        judged: dict[str, dict[Verdict, int]] = {}
        for some in chunks(rules):
            statement = select(alert.c.rule_id, alert.c.verdict, func.count()).where(
                alert.c.rule_id.in_(some), alert.c.verdict.is_not(None)
            )
            for rule, verdict, number in self._connection.execute(statement.group_by(alert.c.rule_id, alert.c.verdict)):
                judged.setdefault(rule, {})[verdict] = number
        true, false = Verdict.TRUE_POSITIVE, Verdict.FALSE_POSITIVE
        return {rule: confidence_of(found.get(true, 0), found.get(false, 0)) for rule, found in judged.items()}

    def _rows(self, keys: Sequence[Key], scope: Scope, now: datetime) -> list[RowMapping]:
        """The newest alerts of each entity."""
        entity = alert_entity.c
        place = func.row_number().over(
            partition_by=(entity.kind, entity.key), order_by=(entity.raised_at.desc(), entity.alert_id.desc())
        )
        rows: list[RowMapping] = []
        for start in range(0, len(keys), KEYS):
            newest = (
                select(entity.kind, entity.key, entity.alert_id, place.label("place"))
                .where(tuple_(entity.kind, entity.key).in_(keys[start : start + KEYS]))
                .where(entity.raised_at > now - MEMORY, entity.rule_id != RISK_RULE, within(scope, entity.unit_id))
            ).subquery()
            statement = select(newest.c.kind, newest.c.key, *_NEEDED, alert.c.verdict)
            chosen = statement.join(newest, newest.c.alert_id == alert.c.id).where(newest.c.place <= MOST)
            rows += self._connection.execute(chosen).mappings()
        return rows


def highest(connection: Connection, keys: Iterable[Key], now: datetime) -> dict[Key, float]:
    """The scores with the system's own eyes: what the order of the queue is made from."""
    return Risk(connection).scores(keys, SYSTEM, now)


def _source(row: RowMapping, title: str = "", title_vi: str = "") -> RiskSource:
    told = row["level"], row["raised_at"], row["verdict"]
    return RiskSource(row["id"], row["number"], row["rule_id"], title, *told, title_vi)
