"""An entity whose risk crosses 100 raises one alert of its own, once in 24 hours (workspace.md 2.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

from sqlalchemy import select

from soc.alert import Alert, Level, RuleCard, Status
from soc.entity import FIELDS, EntityKind
from soc.risk import HIGH_RISK
from soc.state.entities import OTHER, Key
from soc.state.risk import RISK_RULE
from soc.state.tables.triage import alert_entity

if TYPE_CHECKING:
    from soc.state.store import Tx

ONCE = timedelta(hours=24)
CARD = RuleCard(
    RISK_RULE,
    "High risk of one entity",
    Level.HIGH,
    "Provincial SOC",
    title_vi="Rủi ro cao của một thực thể",
    meaning_vi="Nhiều cảnh báo trong những ngày gần đây cùng liên quan đến thực thể này; tổng rủi ro đã vượt 100.",
    meaning_en="Many alerts of the last days name this entity; together their risk has passed 100.",
)


def raise_high(tx: Tx, scores: Mapping[Key, float], now: datetime) -> int:
    """Raises the alerts that are due; answers how many. They add no risk themselves."""
    high = [(key, score) for key, score in scores.items() if score > HIGH_RISK and key[0] != OTHER]
    raised = [alert for key, score in high if (alert := _alert(tx, key, score, now)) is not None]
    tx.alerts.insert(tx.storms.guard(raised, now), at=now)
    return len(raised)


def _alert(tx: Tx, key: Key, score: float, now: datetime) -> Alert | None:
    entity = alert_entity.c
    of_key = (entity.kind == key[0], entity.key == key[1])
    told = select(entity.seq).where(*of_key, entity.rule_id == RISK_RULE, entity.raised_at > now - ONCE)
    if tx.connection.execute(told.limit(1)).first() is not None:
        return None
    newest = select(entity.unit_id, entity.value).where(*of_key).order_by(entity.raised_at.desc()).limit(1)
    row = tx.connection.execute(newest).one()
    return Alert(
        id=_name((RISK_RULE, *key, now.isoformat())),
        number=0,
        fingerprint=_name((RISK_RULE, row.unit_id, *key)),
        rule=CARD,
        unit=row.unit_id,
        level=CARD.level,
        status=Status.NEW,
        owner=None,
        verdict=None,
        reason=None,
        raised_at=now,
        first_event=now,
        last_event=now,
        count=1,
        entities=((FIELDS[EntityKind(key[0])][0], row.value),),
        matched={"soc.risk.score": score},
    )


def _name(parts: Iterable[str]) -> str:
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
