"""Where time comes from: always handed in, never read from the system in the middle of a decision."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Aware UTC wall time, and seconds that never run backwards."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class ManualClock:
    """A clock that stands until it is moved; for simulated lives and tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed

    def advance(self, step: timedelta) -> None:
        """Time passes: both readings move."""
        self._now += step
        self._elapsed += max(step.total_seconds(), 0.0)

    def jump(self, step: timedelta) -> None:
        """Somebody sets the clock: only the wall time moves, either way."""
        self._now += step


class Steadiness:
    """Whether the wall clock has gone with the monotonic one since the start: a clock that was set by hours must
    never delete data."""

    LIMIT = timedelta(hours=1)

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall = clock.now()
        self._monotonic = clock.monotonic()

    def holds(self) -> bool:
        elapsed = timedelta(seconds=self._clock.monotonic() - self._monotonic)
        return abs(self._clock.now() - self._wall - elapsed) < self.LIMIT
