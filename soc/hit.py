"""The base hit: what a single rule's match leaves for the correlations that count it (sigma-engine.md 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class BaseHit:
    """One (correlation, rule, event, group) counts once. `group`: (field, value as first seen) in the rule's order.
    `values`: what value_count and the sums look at. `event` only where an alert may show it as a sample."""

    rule_id: str
    event_id: str
    at: datetime
    correlation: str
    group: tuple[tuple[str, str], ...]
    values: tuple[Any, ...]
    unit: str
    event: dict[str, Any] | None = None
