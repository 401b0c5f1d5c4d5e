"""The short drivers around the roles: time passes, steps are taken, a beat is written, a signal ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from soc.clock import Clock
from soc.role import Role
from socctl.beat import Beat, resident_kib, write

BEAT_SECONDS = 1.0
LONGEST_SLEEP = 0.2
IDLE = timedelta(seconds=1)


class Heart:
    """Writes the beat at most once a second."""

    def __init__(self, path: Path, role: Role, clock: Clock, address: str = "") -> None:
        self._path = path
        self._role = role
        self._clock = clock
        self._address = address
        self._last = float("-inf")

    def beat(self, *, ready: bool = True, force: bool = False) -> None:
        if force or self._clock.monotonic() - self._last >= BEAT_SECONDS:
            self._last = self._clock.monotonic()
            failure = getattr(self._role, "failure", None)
            place = self._role.position()
            name, now = self._role.name.value, self._clock.now()
            measured = getattr(self._role, "figures", None)
            figures = measured(now) if measured else {}
            memory = resident_kib()
            write(self._path, Beat(name, os.getpid(), now, ready, place, memory, self._address, failure, figures))


def drive(role: Role, clock: Clock, heart: Heart) -> None:
    """Steps a role until SIGTERM; returns after its orderly stop."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    heart.beat(force=True)
    try:
        while not stop.is_set():
            now = clock.now()
            pause = seconds_until(role.step(now), now)
            heart.beat()
            if pause > 0:
                stop.wait(pause)
    finally:
        role.close()


async def drive_async(
    role: Role, clock: Clock, heart: Heart, start: Callable[[], Awaitable[None]], stop: Callable[[], Awaitable[None]]
) -> None:
    """The same beside sockets: `start` opens the edges, `stop` closes them and drains."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, ended.set)
    await start()
    heart.beat(force=True)
    try:
        while not ended.is_set():
            now = clock.now()
            pause = seconds_until(role.step(now), now)
            heart.beat()
            # Even with work left the edges need their turn.
            await asyncio.sleep(pause)
    finally:
        await stop()
        role.close()


def seconds_until(wake: datetime, now: datetime) -> float:
    """How long to sleep; never longer than a fifth of a second, so that new work is seen."""
    return min(max((wake - now).total_seconds(), 0.0), LONGEST_SLEEP)
