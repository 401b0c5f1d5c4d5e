"""Limits that a process sets on itself before it looks inside a stranger's file; they cannot be taken back."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

MEMORY = 1024**3
SECONDS = 120
OPEN_FILES = 64
FILE_BYTES = 4 * 1024**3
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
NOBODY = 65_534
CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000


def confine(seconds: int = SECONDS, memory: int = MEMORY) -> None:
    """Memory, processor seconds, files, and no network where the kernel lets us. Linux."""
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # A new user namespace is what lets an ordinary account drop the network; some kernels forbid it, and then
    # the network is as it was: the unit file takes it away there (PrivateNetwork).
    if libc.unshare(CLONE_NEWNET) != 0 and os.geteuid() != 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def leave_root() -> None:
    """From here on nobody's rights, if they were root's; harmless to every other account."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def die_with_parent() -> None:
    """Killed when the process that started this one ends, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _limit(kind: int, wanted: int) -> None:
    """Never above what the process was given."""
    _, hard = resource.getrlimit(kind)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (most, most))
