"""Giving up a question: whoever asked has gone, or has pressed cancel. The engine is interrupted at once.

stop = Stop()
with stopping(stop):          # in the thread that asks
    store.search(query)       # raises StoreError SOC-1517 when another thread calls stop.now()
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from soc.errors import StoreError

_CURRENT: ContextVar[Stop | None] = ContextVar("stop", default=None)


class Stop:
    """One question's way out; may be pulled from any thread, once and for all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interrupts: list[Callable[[], None]] = []
        self.pulled = False

    def now(self) -> None:
        with self._lock:
            self.pulled = True
            for interrupt in self._interrupts:
                interrupt()

    @contextmanager
    def holding(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """While inside, `now` calls `interrupt`."""
        with self._lock:
            self._check()
            self._interrupts.append(interrupt)
        try:
            yield
        finally:
            with self._lock:
                self._interrupts.remove(interrupt)

    def check(self) -> None:
        """Raises StoreError when it was pulled."""
        with self._lock:
            self._check()

    def _check(self) -> None:
        if self.pulled:
            raise StoreError("the search was cancelled", code="SOC-1517")


@contextmanager
def stopping(stop: Stop) -> Iterator[None]:
    """What this thread asks the store meanwhile ends when `stop` is pulled."""
    token = _CURRENT.set(stop)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current() -> Stop:
    """The stop of this thread's question; one that nobody holds when there is none."""
    return _CURRENT.get() or Stop()
