"""One table of log sources: what the normaliser emits, what a rule's field name means, who may match what.

Sigma taxonomy and SigmaHQ `tests/logsource.json`; entries live in soc/logsources/<product>.yml (one per route).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from soc.event import EventView


class Absent:
    """The value of a field that an event does not have. Null and '' are values; this is not."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()

Accessor = Callable[[EventView], Any]
"""Event -> its value, a list of values, None for null, or ABSENT."""


@dataclass(frozen=True, slots=True)
class LogSource:
    """Sigma's three keys. An event's source covers a rule's when every key that the rule states is equal."""

    product: str | None = None
    category: str | None = None
    service: str | None = None

    def covers(self, wanted: LogSource) -> bool:
        return (
            (wanted.product is None or wanted.product == self.product)
            and (wanted.category is None or wanted.category == self.category)
            and (wanted.service is None or wanted.service == self.service)
        )
