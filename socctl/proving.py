"""The samples of our own rules, run once a day in a process of their own: the posture score counts what passed."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from reports.posture.coverage import passed_tests
from soc.paths import DataDir
from soc.state.store import State

log = structlog.get_logger(__name__)

EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)
SETTLED = timedelta(minutes=1)
"""A system that has just started has other things to do."""
PATIENCE = 600
KIND = 10


@dataclass(slots=True)
class Proving:
    """`next`: not before then, whatever came of the last one."""

    data: DataDir
    state: State
    next: datetime | None = None

    def run(self, now: datetime) -> None:
        """Nothing while the last run is fresh."""
        self.next = self.next or now + SETTLED
        if now < self.next:
            return
        self.next = now + AGAIN
        with self.state.read() as tx:
            last = max(passed_tests(tx).values(), default=None)
        if last is None or now - last >= EVERY:
            self._prove()

    def _prove(self) -> None:
        command = [sys.executable, "-m", "socctl.main", "--data", str(self.data.root)]
        command += ["rules", "test", "--no-coverage", "--keep"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE, preexec_fn=_kindly)
        except (OSError, subprocess.SubprocessError) as error:
            log.error("rules were not tested", error=str(error))
            return
        if done.returncode:
            log.warning("samples of rules fail: socctl rules test names them", exit=done.returncode)


def _kindly() -> None:
    os.nice(KIND)
