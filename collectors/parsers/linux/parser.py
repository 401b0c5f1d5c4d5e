"""A line of a Linux system log: syslog header, then the message by its program."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import msgspec

from collectors.codecs.syslog import Header, header
from collectors.codecs.text import text_of
from collectors.parser import Context, Parsed
from collectors.parsers import netfilter
from collectors.parsers.envelope import event_of, name_process, parsed
from collectors.parsers.linux import accounts, cron, journal, pam, polkit, sshd, sudo, systemd
from soc.event import Event
from soc.raw import RawRecord

Reader = Callable[[str], Event | None]

READERS: dict[str, tuple[str, Reader]] = {
    "sshd": ("linux.sshd", sshd.read),
    "sshd-session": ("linux.sshd", sshd.read),
    "sshd-auth": ("linux.sshd", sshd.read),
    "dropbear": ("linux.sshd", sshd.read),
    "sudo": ("linux.sudo", sudo.read_sudo),
    "su": ("linux.su", sudo.read_su),
    "cron": ("linux.cron", cron.read),
    "crond": ("linux.cron", cron.read),
    "crontab": ("linux.cron", cron.read),
    "anacron": ("linux.cron", cron.read),
    "systemd": ("linux.systemd", systemd.read),
    "systemd-logind": ("linux.logind", systemd.read),
    "login": ("linux.login", accounts.read),
    "polkitd": ("linux.polkit", polkit.read),
    "pkexec": ("linux.polkit", polkit.read),
}
"""Program -> (dataset, reader). Programs that make or change accounts share one reader."""

ACCOUNTS = """
    useradd usermod userdel groupadd groupmod groupdel groupmems gpasswd passwd chpasswd newusers chage chfn chsh vipw
    adduser deluser addgroup delgroup
"""
READERS |= dict.fromkeys(ACCOUNTS.split(), ("linux.accounts", accounts.read))


# GNOME's session workers name themselves `gdm-password][55]`.
_ODD_TAG = re.compile(r"(?P<program>[\w.-]{1,64})\]\[(?P<pid>\d{1,10})\]: (?P<body>.*)", re.DOTALL)


class LinuxParser:
    """Any program is kept; those of `READERS` are understood."""

    name = "linux"
    version = 2

    def parse(self, record: RawRecord, context: Context) -> Iterable[Parsed]:
        text = text_of(record.data)
        if (entry := journal.entry(text)) is not None:
            return (_journal(entry, context),)
        head = header(text, context)
        if head.program in ("kernel", "") and (found := netfilter.read_kernel(head, context)) is not None:
            return (found,)
        if not head.program and (odd := _ODD_TAG.match(head.body)) is not None:
            head = msgspec.structs.replace(head, **odd.groupdict())
        return (parsed(_event(head), head),)


def _journal(entry: journal.Entry, context: Context) -> Parsed:
    head = journal.header(entry, context)
    if head.program == "kernel" and (packet := netfilter.read_kernel(head, context)) is not None:
        packet.event.update(journal.kept(entry))
        return packet
    event = _event(head)
    journal.add(event, entry)
    return parsed(event, head)


def _event(head: Header) -> Event:
    event = event_of(head, head.body)
    name_process(event, head)
    program = str(event.get("process.name", "")).lower()
    name, _, note = program.partition("(")
    if name and note:
        # `polkitd(authority=local)`, and `sshd(pam_unix)` of old systems, whose messages have no other mark of PAM.
        program = event["process.name"] = name
        if note.startswith("pam_"):
            head = msgspec.structs.replace(head, body=f"{note[:-1]}({name}:auth): {head.body}")
    dataset, read = READERS.get(program, ("linux.syslog", _nothing))
    found = pam.read(head.body)
    if found is not None and dataset == "linux.syslog":
        dataset = "linux.pam"
    if found is None:
        found = read(head.body) or {}
    if "process.command_line" in found:
        _as_parent(event)
    event.update(found)
    event["event.module"] = "linux"
    event["event.dataset"] = dataset
    event.setdefault("event.category", [])
    event.setdefault("event.type", ["info"])
    return event


def _as_parent(event: Event) -> None:
    """sudo and cron report a command that they run: the program of the tag is its parent."""
    for name in ("name", "pid"):
        value = event.pop(f"process.{name}", None)
        if value is not None:
            event[f"process.parent.{name}"] = value


def _nothing(text: str) -> Event | None:
    return None
