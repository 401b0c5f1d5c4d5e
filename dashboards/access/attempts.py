"""At most so many tries per address and minute; the account's own waits are kept by the state."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

PER_MINUTE = 20
ADDRESSES = 4_096


class Attempts:
    """Counts tries in memory; the addresses that were quiet longest are forgotten first."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def too_many(self, address: str, now: float) -> bool:
        """Counts this try, and says whether it is one too many. `now`: seconds of a clock that never runs back."""
        with self._lock:
            tries = self._seen.setdefault(address, deque(maxlen=PER_MINUTE + 1))
            self._seen.move_to_end(address)
            while len(self._seen) > ADDRESSES:
                self._seen.popitem(last=False)
            tries.append(now)
            while tries[0] <= now - 60:
                tries.popleft()
            return len(tries) > PER_MINUTE
