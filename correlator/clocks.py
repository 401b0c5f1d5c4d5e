"""How far the clock of a source is off: the delay of what it sends live, while that is steady."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from soc.state.watch import ClockSkew

SLOT = timedelta(seconds=5)
SLOTS = 24
LEAST_SLOTS = 5
LEAST_SPAN = timedelta(minutes=1)
STEADY = 30.0
STEADY_SHARE = 0.75


@dataclass(slots=True)
class _Slot:
    """Some seconds of receipt: the smallest delay in them, which is nearest to that of the clock alone."""

    began: datetime
    least: float
    events: int = 1


class SourceClock:
    """What is replayed or sent in batches comes with delays that change as fast as it comes, or all at once: of such a
    source nothing is said."""

    def __init__(self) -> None:
        self._slots: deque[_Slot] = deque(maxlen=SLOTS)

    def note(self, received: datetime, delay: timedelta) -> None:
        """One live event: receipt minus its own time."""
        seconds = delay.total_seconds()
        last = self._slots[-1] if self._slots else None
        if last is None or abs(received - last.began) >= SLOT:
            self._slots.append(_Slot(received, seconds))
        else:
            last.least = min(last.least, seconds)
            last.events += 1

    def skew(self, now: datetime) -> ClockSkew | None:
        """The delay around which three quarters of the latest slots lie; None while there are few or they differ."""
        if len(self._slots) < LEAST_SLOTS or self._slots[-1].began - self._slots[0].began < LEAST_SPAN:
            return None
        middle = median(slot.least for slot in self._slots)
        steady = [slot for slot in self._slots if abs(slot.least - middle) <= STEADY]
        if len(steady) < STEADY_SHARE * len(self._slots):
            return None
        least = min(slot.least for slot in steady)
        return ClockSkew(now, timedelta(seconds=least), sum(slot.events for slot in steady))
