"""What lies in a window: a hit of a rule, or an episode of an inner correlation, which lasts for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from correlator.language.values import text_of
from soc.fold import fold

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Instant = int
"""Microseconds since 1970: windows are exact, and integers compare fast."""


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """Sorts by time, then event, then rule: equal sets of hits are equal lists. `values`: folded, for value_count."""

    first: Instant
    event: str
    rule: str
    last: Instant
    values: tuple[str, ...] = ()
    unit: str = ""
    sample: Sample | None = None

    @property
    def key(self) -> tuple[str, str]:
        """(rule, event) counts once."""
        return (self.rule, self.event)


class Sample:
    """An event kept to be shown, and what an outer correlation groups by; takes no part in comparisons."""

    __slots__ = ("carried", "event", "events")

    def __init__(
        self, event: dict[str, Any] | None, carried: dict[str, tuple[str, ...]], events: tuple[str, ...] = ()
    ) -> None:
        self.event = event
        self.carried = carried
        self.events = events

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sample)

    def __lt__(self, other: Sample) -> bool:
        return False

    def __hash__(self) -> int:
        return 0


def instant_of(at: datetime) -> Instant:
    return (at - EPOCH) // timedelta(microseconds=1)


def time_of(at: Instant) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def folded_key(value: Any) -> str:
    """How a group field or a counted value is compared."""
    return fold(text_of(value))
