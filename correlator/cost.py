"""What the tests of rules take, measured on some events."""

from __future__ import annotations

from collections import Counter
from typing import Any

COSTLY = 500
"""Rules whose cost is kept, the dearest ones."""


class Cost:
    """What the tests of each rule take, of every hundred-and-first event."""

    EVERY = 101

    def __init__(self) -> None:
        self.nanoseconds: Counter[str] = Counter()
        self.events = 0
        self._turn = 0

    def wanted(self) -> bool:
        self._turn += 1
        return self._turn % self.EVERY == 0

    def record(self) -> dict[str, Any]:
        """For the fact that pages read; empty before anything was measured."""
        if not self.events:
            return {}
        return {"events": self.events, "rules": dict(self.nanoseconds.most_common(COSTLY))}
