"""Linux system logs over syslog: sshd, sudo, cron (RFC 3164 header)."""

from __future__ import annotations

from datetime import datetime

from collectors.simulate.line import Line
from collectors.simulate.world import Machine
from collectors.simulate.writers.times import bsd_time
from soc.raw import Transport


def linux(host: Machine, at: datetime, priority: int, program: str, text: str) -> Line:
    """One line of a program on a host."""
    data = f"<{priority}>{bsd_time(at)} {host.name} {program}: {text}".encode()
    return Line(at, host.name, Transport.UDP, host.address, data, "linux")


def ssh_accepted(host: Machine, at: datetime, user: str, remote: str, port: int, pid: int) -> Line:
    """sshd let somebody in by a key."""
    text = f"Accepted publickey for {user} from {remote} port {port} ssh2: ED25519 SHA256:q8xJ0m2w0c0vT3oY5kq1rKkU9v1s"
    return linux(host, at, 86, f"sshd[{pid}]", text)


def ssh_failed(host: Machine, at: datetime, user: str, remote: str, port: int, pid: int) -> Line:
    """sshd refused a password."""
    return linux(host, at, 86, f"sshd[{pid}]", f"Failed password for {user} from {remote} port {port} ssh2")


def sudo(host: Machine, at: datetime, user: str, command: str) -> Line:
    """A command was run by sudo."""
    return linux(host, at, 85, "sudo", f"{user:>8} : TTY=pts/0 ; PWD=/home/{user} ; USER=root ; COMMAND={command}")


def cron(host: Machine, at: datetime, user: str, command: str, pid: int) -> Line:
    """cron started a job."""
    return linux(host, at, 78, f"CRON[{pid}]", f"({user}) CMD ({command})")
