"""Limits that cannot be taken back; each is set in a process of its own, for it would hold for the tests too."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

LIMITS = """import resource, soc.confine as c
c.confine()
print([resource.getrlimit(k)[1] for k in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE)])
try:
    bytearray(2 * 1024**3)
except MemoryError:
    print("no memory")
"""
LESS = """import os, resource, soc.confine as c
c.confine(7)
c.leave_root()
print(resource.getrlimit(resource.RLIMIT_CPU)[1], os.geteuid() != 0)
"""
CHILD = "import os, time, soc.confine as c; c.die_with_parent(); print(os.getpid(), flush=True); time.sleep(600)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"


def test_limits_hold_and_cannot_be_taken_back() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    done = subprocess.run([sys.executable, "-c", LIMITS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[1073741824, 120, 64]", "no memory"]
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_process_may_ask_for_less_and_leaves_root_for_good() -> None:
    done = subprocess.run([sys.executable, "-c", LESS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["7", "True"]


def test_it_dies_with_the_process_that_started_it() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    for _ in range(500):
        if not _alive(child):
            break
        threading.Event().wait(0.01)
    assert not _alive(child)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
