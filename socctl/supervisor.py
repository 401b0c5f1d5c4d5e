"""Starts the roles as processes, restarts those that fall, stops them in reverse order."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO

from soc.clock import Clock
from soc.errors import SourceError
from soc.paths import DataDir
from soc.role import RoleName
from socctl.beat import Beat, read

STARTS = (RoleName.DETECT, RoleName.KEEP, RoleName.NORMALISE, RoleName.RECEIVE, RoleName.WEB)
BACKOFF_SECONDS = (1, 2, 4, 8, 16, 30)
CRASHES_BEFORE_FAILED = 5
STEADY_SECONDS = 300.0  # a fall after that long is a new trouble, also of a role whose position cannot move
REFUSED, REFUSALS = 2, 2  # exit code of "it could not be done" (a port in use), and how often it is tried at the start
BEAT_LIMIT = timedelta(seconds=30)
STOP_SECONDS = 20.0
TICK_SECONDS = 0.2
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Life:
    """What the supervisor knows of one role."""

    role: RoleName
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    crashes: int = 0
    refusals: int = 0
    position: dict[str, int] = field(default_factory=dict)
    retry_at: float = 0.0

    @property
    def failed(self) -> bool:
        return self.crashes >= CRASHES_BEFORE_FAILED


def lock(data: DataDir) -> IO[str]:
    """Holds the data directory for this process; exits of the process let it go."""
    handle = open(data.lock, "a+", encoding="utf-8")  # noqa: SIM115  # held for the life of the process
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        holder = handle.read().strip() or "unknown"
        handle.close()
        text = f"{data.root} is in use by process {holder} - stop it first, or choose another --data directory"
        raise SourceError(text, code="SOC-1337") from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def is_running(data: DataDir) -> bool:
    """Whether a supervisor holds the directory."""
    try:
        with open(data.lock, encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


class Supervisor:
    """`tick` looks after every role once; `run` ticks until a signal comes."""

    def __init__(self, data: DataDir, clock: Clock, say: Callable[[str], None]) -> None:
        self._data = data
        self._clock = clock
        self._say = say
        self._lives = [Life(role) for role in STARTS]
        self._stopping = False

    def start(self, *, timeout_seconds: float = 90.0) -> None:
        """Starts every role in order, each when the one before is ready."""
        for life in self._lives:
            self._data.beat(life.role).unlink(missing_ok=True)
            self._spawn(life)
            until = self._clock.monotonic() + timeout_seconds
            while not self._is_ready(life):
                self._look(life)
                if life.failed or life.refusals >= REFUSALS or self._stopping or self._clock.monotonic() > until:
                    self.stop()
                    raise SourceError(
                        f"role {life.role} did not become ready - see its messages above", code="SOC-1331"
                    )
                time.sleep(0.05)

    def run(self) -> None:
        """Until SIGTERM or SIGINT; then an orderly stop."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._ask_to_stop)
        while not self._stopping:
            self.tick()
            time.sleep(TICK_SECONDS)
        self.stop()

    def tick(self) -> None:
        for life in self._lives:
            self._look(life)

    def beat_of(self, role: RoleName) -> Beat | None:
        return read(self._data.beat(role))

    def stop(self) -> None:
        """In reverse order: nothing comes in any more before what is in is worked off."""
        self._stopping = True
        for life in reversed(self._lives):
            end(life.process)
            life.process = None

    def _ask_to_stop(self, *_: object) -> None:
        self._stopping = True

    def _spawn(self, life: Life) -> None:
        life.process = spawn(self._data, "run", life.role.value)
        life.started = self._clock.monotonic()

    def _is_ready(self, life: Life) -> bool:
        beat = self.beat_of(life.role)
        return beat is not None and beat.ready and life.process is not None and beat.pid == life.process.pid

    def _look(self, life: Life) -> None:
        if self._stopping or life.failed:
            return
        if life.process is None:
            if self._clock.monotonic() >= life.retry_at:
                self._spawn(life)
            return
        code = life.process.poll()
        if code is not None:
            life.refusals = life.refusals + 1 if code == REFUSED else 0
            self._fell(life, f"ended with code {code}")
        elif self._is_silent(life):
            life.process.kill()
            life.process.wait()
            self._fell(life, f"gave no sign of life for {BEAT_LIMIT.total_seconds():.0f} s")

    def _is_silent(self, life: Life) -> bool:
        if self._clock.monotonic() - life.started < BEAT_LIMIT.total_seconds():
            return False
        try:
            age = time.time() - os.stat(self._data.beat(life.role)).st_mtime
        except FileNotFoundError:
            return True
        return age > BEAT_LIMIT.total_seconds()

    def _fell(self, life: Life, how: str) -> None:
        beat = self.beat_of(life.role)
        position = beat.position if beat else {}
        steady = self._clock.monotonic() - life.started >= STEADY_SECONDS
        life.crashes = 1 if steady or position != life.position else life.crashes + 1
        life.position, life.process = position, None
        wait = BACKOFF_SECONDS[min(life.crashes, len(BACKOFF_SECONDS)) - 1]
        life.retry_at = self._clock.monotonic() + wait
        if life.failed:
            self._say(f"role {life.role} {how}; failed {life.crashes} times at one place: given up, the others go on")
        else:
            self._say(f"role {life.role} {how}; starting it again in {wait} s")


def spawn(data: DataDir, *words: str) -> subprocess.Popen[bytes]:
    """A verb of ours in a process that ends with this one."""
    command = [sys.executable, "-m", "socctl.main", "--data", str(data.root), *words]
    # Not a terminal's process group: Ctrl+C reaches the supervisor alone, which stops roles in order.
    return subprocess.Popen(command, start_new_session=True, preexec_fn=_die_with_parent)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end(process: subprocess.Popen[bytes] | None) -> None:
    """An orderly stop; after some seconds a hard one."""
    if process is None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
