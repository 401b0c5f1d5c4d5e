"""Limits that a process sets on itself before it looks inside a stranger's file; they cannot be taken back."""

from __future__ import annotations

import ctypes
import os
import resource

MEMORY = 1024**3
SECONDS = 120
OPEN_FILES = 64
FILE_BYTES = 4 * 1024**3
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000


def confine() -> None:
    """Memory, time, files, and no network where the kernel lets us. Linux."""
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CPU, SECONDS)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # A new user namespace is what lets an ordinary account drop the network; some kernels forbid it, and then
    # the network is as it was: the unit file takes it away there (PrivateNetwork).
    if libc.unshare(CLONE_NEWNET) != 0 and os.geteuid() != 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def _limit(kind: int, wanted: int) -> None:
    """Never above what the process was given."""
    _, hard = resource.getrlimit(kind)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (most, most))
