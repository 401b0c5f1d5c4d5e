"""One open page: what it may hear, and its line of messages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi.sse import ServerSentEvent

from soc.access import Grant, Scope

LINE_MOST = 2_000
"""So many messages may wait for a slow page; beyond, it is told to read everything anew."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Whose page it is. `grants` and `day`: what the scopes were made from; when they change, the stream ends."""

    account: str
    token: str
    alerts: Scope
    sources: Scope
    grants: tuple[Grant, ...]
    day: date


@dataclass(eq=False, slots=True)
class Listener:
    """`position`: the last line of history that it has been told; touched by the poller's thread alone."""

    ears: Ears
    loop: asyncio.AbstractEventLoop
    position: int
    line: asyncio.Queue[ServerSentEvent | None] = field(default_factory=asyncio.Queue)

    def tell(self, messages: Iterable[ServerSentEvent]) -> None:
        """From any thread."""
        self._later(self._put, list(messages))

    def end(self) -> None:
        """The stream closes as soon as the page reads on."""
        self._later(self._close)

    def _put(self, messages: list[ServerSentEvent]) -> None:
        if self.line.qsize() + len(messages) > LINE_MOST:
            self._empty()
            messages = [reset(self.position)]
        for message in messages:
            self.line.put_nowait(message)

    def _close(self) -> None:
        self._empty()
        self.line.put_nowait(None)

    def _empty(self) -> None:
        while not self.line.empty():
            self.line.get_nowait()

    def _later(self, act: Any, *values: Any) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(act, *values)


def reset(position: int) -> ServerSentEvent:
    """Too much has happened to name it all."""
    return ServerSentEvent(event="reset", data={"position": position}, id=str(position))
