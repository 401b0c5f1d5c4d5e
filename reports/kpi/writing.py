"""Observations in the contract's own form, for answers and exports."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from reports.kpi.contract import NOTES
from soc.observation import Known, NaturalKey, Observation
from soc.period import PeriodType


def item_of(one: Observation) -> dict[str, Any]:
    """As it could be sent again."""
    key = one.key
    return {
        "observation_id": one.id,
        "kpi_id": key.kpi,
        "definition_version": one.definition or None,
        "unit_id": key.unit,
        "dimensions": dict(key.dimensions),
        "period": period_of(key),
        "cumulative": str(key.cumulative),
        "value": number(one.value),
        "numerator": number(one.numerator),
        "denominator": number(one.denominator),
        "status": str(one.status),
        "revision": one.revision,
        "supersedes": one.note.get("supersedes"),
        "restatement": None if one.restatement is None else dict(one.restatement),
        "reason": one.reason or None,
        "sensitivity": one.sensitivity,
        **{name: one.note[name] for name in (*NOTES, "external_codes") if name in one.note},
    }


def known_item(known: Known) -> dict[str, Any]:
    """With what the hub adds: when it was known, by which batch, from which system."""
    added = {"known_at": known.known_at.isoformat(), "batch_id": known.batch, "source": known.sender, "seq": known.seq}
    return item_of(known.observation) | added


def period_of(key: NaturalKey) -> dict[str, Any]:
    """The period block."""
    period = key.period
    if period.type is PeriodType.REALTIME and period.at is not None:
        return {"type": str(period.type), "at": period.at.isoformat()}
    return {"type": str(period.type), "start": period.start.isoformat(), "end": period.end.isoformat()}


def number(value: Decimal | None) -> str | None:
    """A decimal string, never with an exponent."""
    return None if value is None else format(value, "f")
