"""Values to rows and back: hits, alerts, their history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping

from soc.alert import Alert, AlertEvent, CorrelationFacts, Hit, Status
from soc.fold import fold_marks
from soc.order import cents
from soc.state.cards import Cards

_SAME = (
    *("id", "number", "fingerprint", "level", "status", "owner", "verdict", "reason", "raised_at", "first_event"),
    *("last_event", "count", "matched", "revision", "closed_at", "since_close", "previous", "lane", "band"),
    *("ordered_at", "waited", "asset_level", "ack_due", "resolve_due", "unit_due", "asked_at", "taken_at", "storm"),
)


def hit_row(hit: Hit, rule_key: str) -> dict[str, Any]:
    return {
        "id": hit.id,
        "rule_id": hit.rule.id,
        "rule_key": rule_key,
        "at": hit.at,
        "unit_id": hit.unit,
        "entities": hit.entities,
        "matched": hit.matched,
        "event_ids": hit.event_ids,
        "events": hit.events,
        "correlation": _facts_row(hit.correlation),
        "count": hit.count,
        "weak_filter": hit.weak_filter,
    }


def hit_of(row: RowMapping, cards: Cards) -> Hit:
    return Hit(
        id=row["id"],
        rule=cards[row["rule_key"]],
        at=row["at"],
        unit=row["unit_id"],
        entities=pairs(row["entities"]),
        matched=row["matched"],
        event_ids=tuple(row["event_ids"]),
        events=tuple(row["events"]),
        correlation=_facts(row["correlation"]),
        count=row["count"],
        weak_filter=tuple(row["weak_filter"]),
    )


def grouping_row(alert: Alert, rule_key: str) -> dict[str, Any]:
    """The columns that hits move."""
    return {
        "rule_key": rule_key,
        "level": alert.level,
        "first_event": alert.first_event,
        "last_event": alert.last_event,
        "count": alert.count,
        "since_close": alert.since_close,
        "entities": alert.entities,
        "matched": alert.matched,
        "samples": alert.samples,
        "correlation": _facts_row(alert.correlation),
        "weak_filter": alert.weak_filter,
        "text": search_text(alert),
    }


def search_text(alert: Alert) -> str:
    """What the search box looks through: folded, without tone marks, for people who type without them."""
    words = [alert.rule.title, alert.rule.title_vi, alert.unit]
    words += [value for _, value in alert.entities]
    return fold_marks("\n".join(words))


def number_text(number: int) -> str:
    """The number as people see and quote it."""
    return f"CB-{number:06d}"


def life_row(alert: Alert) -> dict[str, Any]:
    """The columns that moves change."""
    return {
        "status": alert.status,
        "open": alert.status is not Status.CLOSED,
        "owner": alert.owner,
        "verdict": alert.verdict,
        "reason": alert.reason,
        "flags": alert.flags,
        "closed_at": alert.closed_at,
        "since_close": alert.since_close,
        "revision": alert.revision,
        "resolve_due": alert.resolve_due,
        "unit_due": alert.unit_due,
        "asked_at": alert.asked_at,
        "taken_at": alert.taken_at,
    }


def place_row(alert: Alert, order_due: datetime | None) -> dict[str, Any]:
    """The columns of its place. `order_due`: when the place has to be looked at again."""
    return {
        "band": alert.band,
        "rank": -cents(alert.priority),
        "waited": alert.waited,
        "risk": cents(alert.risk),
        "asset_level": alert.asset_level,
        "ordered_at": alert.ordered_at,
        "order_due": order_due if alert.status is not Status.CLOSED else None,
    }


def alert_row(alert: Alert, rule_key: str, order_due: datetime | None) -> dict[str, Any]:
    fixed = {
        "id": alert.id,
        "number": alert.number,
        "fingerprint": alert.fingerprint,
        "rule_id": alert.rule.id,
        "unit_id": alert.unit,
        "raised_at": alert.raised_at,
        "previous": alert.previous,
        "lane": alert.lane,
        "storm": alert.storm,
        "ack_due": alert.ack_due,
    }
    return fixed | grouping_row(alert, rule_key) | life_row(alert) | place_row(alert, order_due)


def alert_of(row: RowMapping | Mapping[str, Any], cards: Cards) -> Alert:
    return Alert(
        **{name: row[name] for name in _SAME},
        rule=cards[row["rule_key"]],
        unit=row["unit_id"],
        entities=pairs(row["entities"]),
        samples=tuple(row["samples"]),
        correlation=_facts(row["correlation"]),
        weak_filter=tuple(row["weak_filter"]),
        flags=tuple(row["flags"]),
        priority=-row["rank"] / 100,
        risk=row["risk"] / 100,
    )


def event_of(row: RowMapping) -> AlertEvent:
    names = ("seq", "alert_id", "at", "actor", "actor_kind", "kind", "before", "after", "note", "request_id")
    return AlertEvent(**{name: row[name] for name in names})


def pairs(value: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in value)


def _facts_row(facts: CorrelationFacts | None) -> Any:
    return None if facts is None else msgspec.to_builtins(facts)


def _facts(value: Any) -> CorrelationFacts | None:
    return None if value is None else msgspec.convert(value, CorrelationFacts)
