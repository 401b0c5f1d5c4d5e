"""Files that were dropped on the page: one after the other, each read by a worker process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import structlog

from soc.access import SYSTEM
from soc.state.drops import Drop
from soc.state.store import State
from soc.state.tables.figures import DropState
from socctl.wiring import Site

log = structlog.get_logger(__name__)

DIED = "SOC-1844: the worker ended before it was done: limit of memory or time, or the system was stopped"


class Dropping:
    """Lives in the web role. A file that a stopped system left half read says so at the next start."""

    def __init__(self, place: Site, opened: State) -> None:
        self._place = place
        self._state = opened
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drop")
        place.data.uploads.mkdir(mode=0o700, exist_ok=True)
        self._give_up_old()

    def begin(self, drop_id: str) -> None:
        self._pool.submit(self._work, drop_id)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, drop_id: str) -> None:
        words = [sys.executable, "-m", "socctl.dropped", drop_id]
        environment = {**os.environ, "SOC_DATA": str(self._place.data.root)}
        done = subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            log.warning("dropped file: worker ended early", id=drop_id, code=done.returncode)
            self._fail(drop_id)
        self._remove(drop_id)

    def _give_up_old(self) -> None:
        with self._state.read() as tx:
            left = [drop for drop in tx.drops.all(SYSTEM, limit=100) if not drop.ended]
        for drop in left:
            self._fail(drop.id)
        for path in self._place.data.uploads.iterdir():
            path.unlink(missing_ok=True)

    def _fail(self, drop_id: str) -> None:
        now = self._place.clock.now()
        with self._state.write() as tx:
            drop: Drop = tx.drops.get(drop_id, SYSTEM)
            if not drop.ended:
                tx.drops.noted(drop_id, (*drop.problems, (drop.name, DIED)))
                tx.drops.end(drop_id, DropState.FAILED, at=now)

    def _remove(self, drop_id: str) -> None:
        """Records lie in the raw log, captures among the evidence; the upload itself is not kept twice."""
        (self._place.data.uploads / drop_id).unlink(missing_ok=True)
