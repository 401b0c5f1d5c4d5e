"""An inbox for tests of edges that need no log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from collectors.inbox import Inbox
from soc.journal import Lane
from soc.raw import RawRecord


class Draining(Inbox):
    """An inbox whose log is instant: what is put is durable."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[RawRecord] = []

    def put(
        self,
        record: RawRecord,
        lane: Lane = Lane.LIVE,
        done: Callable[[], None] | None = None,
        place: tuple[str, str] | None = None,
    ) -> None:
        self.records.append(record)
        if done is not None:
            asyncio.get_running_loop().call_soon(done)
