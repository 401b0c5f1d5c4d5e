"""A running system for tests: `socctl up` on a data directory of its own, free ports, loopback only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from soc.access import ROOT, Grant, RoleOfPerson
from soc.clock import SystemClock
from soc.paths import DataDir
from soc.role import RoleName
from soc.state.store import State
from socctl.beat import Beat, read

PORTS = {f"SOC_INTAKE__{name}": "0" for name in ("SYSLOG_UDP", "SYSLOG_TCP", "HTTP")} | {"SOC_WEB__PORT": "0"}
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class System:
    """Where it lives, and what it printed so far."""

    data: Path
    config: Path
    process: subprocess.Popen[str]
    output: Path

    def beat(self, role: RoleName) -> Beat:
        found = read(self.data / "run" / f"{role}.beat")
        assert found is not None, f"{role} gives no sign of life"
        return found

    def kill(self, role: RoleName) -> bool:
        """kill -9, as the kernel does when memory is short; False when it is dead already and waits for its restart."""
        try:
            os.kill(self.beat(role).pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    @property
    def port(self) -> dict[str, int]:
        pairs = (part.split("=") for part in self.beat(RoleName.RECEIVE).address.split())
        return {name: int(port) for name, port in pairs}


def command(data: Path, config: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "socctl.main", "--data", str(data), "--config", str(config), *words]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, **PORTS, "LC_ALL": "C", **(more or {})}


@contextmanager
def up(folder: Path, settings: str = "", more: Mapping[str, str] | None = None) -> Iterator[System]:
    """Runs until the block ends; an orderly stop is part of it."""
    data, config, output = folder / "data", folder / "soc.toml", folder / "up.log"
    config.write_text(settings, "utf-8")
    with output.open("w") as log:
        words = command(data, config, "up")
        process = subprocess.Popen(words, stdout=log, stderr=log, env=environment(more), text=True)
    try:
        until = time.monotonic() + START_SECONDS
        while "ready:" not in output.read_text("utf-8"):
            assert process.poll() is None, output.read_text("utf-8")
            assert time.monotonic() < until, output.read_text("utf-8")
            time.sleep(0.05)
        yield System(data, config, process, output)
    finally:
        process.terminate()
        process.wait(60)


def session(system: System) -> str:
    """The cookie of an analyst whose session was made beside the running system."""
    state, now = State.open(DataDir(system.data), SystemClock()), datetime.now(UTC)
    with state.write() as tx:
        if not tx.people.names(["an.nt"]):
            tx.people.create("an.nt", "Nguyễn Thị An", at=now)
            tx.people.give("an.nt", Grant(RoleOfPerson.ANALYST, ROOT, date(2026, 1, 1)), by="test", at=now)
        token = tx.sessions.start("an.nt", at=now)
    state.close()
    return token
