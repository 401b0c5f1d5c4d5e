"""How late a loop is: the age of what it has just worked off, over the last five minutes."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

SPAN = timedelta(minutes=5)
MOST = 3_000


class Lag:
    """Samples of a loop; `p95` is None when nothing was worked off in the span: an idle loop is not late."""

    def __init__(self) -> None:
        self._samples: deque[tuple[datetime, float]] = deque(maxlen=MOST)

    def note(self, since: datetime, now: datetime) -> None:
        """Something of `since` is done now."""
        self._samples.append((now, max((now - since).total_seconds(), 0.0)))

    def p95(self, now: datetime) -> float | None:
        """Seconds below which 95 of 100 samples lie."""
        while self._samples and self._samples[0][0] < now - SPAN:
            self._samples.popleft()
        if not self._samples:
            return None
        ordered = sorted(seconds for _, seconds in self._samples)
        return ordered[int(0.95 * (len(ordered) - 1))]

    def figures(self, now: datetime) -> dict[str, float]:
        """For the beat of the loop."""
        late = self.p95(now)
        return {} if late is None else {"lag_p95": round(late, 3)}
