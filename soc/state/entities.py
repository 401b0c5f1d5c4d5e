"""Entities of alerts: entered as alerts are raised and grow; the system level that people gave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, func, or_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from soc.alert import Alert
from soc.entity import key_of, kind_of
from soc.fold import fold, fold_marks
from soc.state.tables.triage import alert_entity, entity_fact, entity_name
from soc.state.upsert import chunks, upsert

OTHER = "other"
"""The kind of fields that name no entity with a page, such as a file or a port."""

Key = tuple[str, str]
"""Kind and key."""

LEVEL = "level"
PAIRS = 400


def keys_of(entities: Iterable[tuple[str, str]]) -> dict[Key, str]:
    """(kind, key) -> the spelling that came first."""
    found: dict[Key, str] = {}
    for field, value in entities:
        found.setdefault(_key(field, value), value)
    return found


@lru_cache(16_384)
def _key(field: str, value: str) -> Key:
    kind = kind_of(field)
    return (str(kind), key_of(kind, value)) if kind else (OTHER, fold(value))


class AlertEntities:
    """Written with the alert, in its transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def enter(self, alerts: Iterable[tuple[Alert, Iterable[tuple[str, str]]]]) -> None:
        """(alert, entities that are new in it); one that is there already stays as it is."""
        rows = [_row(alert, key, value) for alert, entities in alerts for key, value in keys_of(entities).items()]
        if not rows:
            return
        build = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        self._connection.execute(build(alert_entity).on_conflict_do_nothing(), rows)
        names = {(row["kind"], row["key"]): row["value"] for row in rows}
        texts = [{"kind": kind, "key": key, "text": fold_marks(value)} for (kind, key), value in names.items()]
        upsert(self._connection, entity_name, texts)

    def of_alerts(self, alerts: Iterable[str]) -> dict[str, list[Key]]:
        """The entities of each alert."""
        found: dict[str, list[Key]] = {}
        columns = (alert_entity.c.alert_id, alert_entity.c.kind, alert_entity.c.key)
        for some in chunks(alerts):
            for row in self._connection.execute(select(*columns).where(alert_entity.c.alert_id.in_(some))):
                found.setdefault(row.alert_id, []).append((row.kind, row.key))
        return found

    def levels(self, keys: Iterable[Key], now: datetime) -> dict[Key, int]:
        """The system level, 1 to 5, of those that have one now."""
        if self._connection.scalar(select(entity_fact.c.seq).where(entity_fact.c.name == LEVEL).limit(1)) is None:
            return {}
        last = select(func.max(entity_fact.c.seq)).where(entity_fact.c.name == LEVEL)
        found: dict[Key, int] = {}
        for some in _some(keys):
            place = tuple_(entity_fact.c.kind, entity_fact.c.key).in_(some)
            newest = last.where(place).group_by(entity_fact.c.kind, entity_fact.c.key)
            holds = or_(entity_fact.c.until.is_(None), entity_fact.c.until > now)
            for row in self._connection.execute(select(entity_fact).where(entity_fact.c.seq.in_(newest), holds)):
                if row.text.isdigit():
                    found[row.kind, row.key] = int(row.text)
        return found


def heaviest(keys: Iterable[Key], levels: Mapping[Key, int]) -> int | None:
    """The highest system level among an alert's entities."""
    return max((levels[key] for key in keys if key in levels), default=None)


def _some(keys: Iterable[Key]) -> Iterable[list[Key]]:
    """Few enough pairs for one statement."""
    distinct = list(dict.fromkeys(keys))
    return (distinct[start : start + PAIRS] for start in range(0, len(distinct), PAIRS))


def _row(alert: Alert, key: Key, value: str) -> dict[str, Any]:
    return {
        "alert_id": alert.id,
        "kind": key[0],
        "key": key[1],
        "value": value,
        "unit_id": alert.unit,
        "rule_id": alert.rule.id,
        "raised_at": alert.raised_at,
    }
