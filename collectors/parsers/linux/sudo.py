"""sudo (lib/eventlog/eventlog.c) and su (util-linux, shadow, BSD)."""

from __future__ import annotations

import re

from collectors.parsers.forms import Found, authentication, form, process, read_forms
from soc.event import Event

_USERS = {"user": "user.name"}
_LINE = re.compile(r"\s*+(?P<user>\S++) : (?P<rest>.*)", re.DOTALL)
_KEYS = frozenset({"TTY", "PWD", "CWD", "USER", "GROUP", "TSID", "HOST", "CHROOT", "ENV"})


def read_sudo(text: str) -> Event | None:
    """`an : [refusal ; ]TTY=pts/0 ; PWD=/home/an ; USER=root ; COMMAND=/bin/cat /etc/shadow`."""
    match = _LINE.match(text)
    if match is None or "=" not in match["rest"]:
        return None
    # The command comes last and is the caller's own text: nothing behind it is read as a key.
    head, has_command, command = match["rest"].partition("COMMAND=")
    keys, refusal = _parts(head)
    event = _verdict(refusal)
    event["user.name"] = match["user"]
    for key, value in keys.items():
        event[f"linux.sudo.{key.lower()}"] = value
    if target := keys.get("USER"):
        event["user.effective.name"] = event["user.target.name"] = target
    if folder := keys.get("PWD"):
        event["process.working_directory"] = folder
    if has_command:
        event["linux.sudo.command"] = command
        command_line(event, command)
    return event


def command_line(event: Event, command: str) -> None:
    """A command that the program runs: it is the process, the program its parent."""
    command = command.strip()
    if not command:
        return
    event["process.command_line"] = command
    first = command.split(None, 1)[0]
    if first.startswith("/"):
        event["process.executable"] = first
    event["process.name"] = first.rpartition("/")[2] or first


def _parts(head: str) -> tuple[dict[str, str], str]:
    keys: dict[str, str] = {}
    refusal: list[str] = []
    for part in head.split(" ; "):
        name, equals, value = part.strip(" ;").partition("=")
        if equals and name in _KEYS:
            keys[name] = value
        elif part.strip(" ;"):
            refusal.append(part.strip(" ;"))
    return keys, " ; ".join(refusal)


def _verdict(refusal: str) -> Event:
    if not refusal:
        return process("sudo_command")
    wrong_password = "password" in refusal or "authentication" in refusal
    event = authentication("sudo_password", "failure") if wrong_password else process("sudo_denied", "failure")
    event["event.reason"] = refusal
    return event


def _target(event: Event, found: Found) -> None:
    if target := found.get("target"):
        event["user.effective.name"] = event["user.target.name"] = target


_SUCCESS, _FAILURE = authentication("su", "success"), authentication("su", "failure")
_SU = (
    form(r"Successful su for (?P<target>\S++) by (?P<user>\S++)", _SUCCESS, _USERS, _target, "Successful su"),
    form(r"FAILED su for (?P<target>\S++) by (?P<user>\S++)", _FAILURE, _USERS, _target, "FAILED su"),
    form(
        r"FAILED SU \(to (?P<target>[^)]++)\) (?P<user>\S++) on (?P<tty>\S++)",
        _FAILURE,
        {**_USERS, "tty": "linux.su.tty"},
        _target,
        "FAILED SU",
    ),
    form(
        r"\(to (?P<target>[^)]++)\) (?P<user>\S++) on (?P<tty>\S++)",
        _SUCCESS,
        {**_USERS, "tty": "linux.su.tty"},
        _target,
        "(to ",
    ),
    form(
        r"\+ (?P<tty>\S++) (?P<user>[^\s:]++):(?P<target>\S++)",
        _SUCCESS,
        {**_USERS, "tty": "linux.su.tty"},
        _target,
        "+ ",
    ),
    form(
        r"- (?P<tty>\S++) (?P<user>[^\s:]++):(?P<target>\S++)",
        _FAILURE,
        {**_USERS, "tty": "linux.su.tty"},
        _target,
        "- ",
    ),
    form(
        r"BAD SU (?P<user>\S++) to (?P<target>\S++) on (?P<tty>\S++)",
        _FAILURE,
        {**_USERS, "tty": "linux.su.tty"},
        _target,
        "BAD SU",
    ),
    form(
        r"'su (?P<target>[^']++)' succeeded for (?P<user>\S++) on (?P<tty>\S++)",
        _SUCCESS,
        {**_USERS, "tty": "linux.su.tty"},
        _target,
        "'su ",
    ),
    form(
        r"'su (?P<target>[^']++)' failed for (?P<user>\S++) on (?P<tty>\S++)",
        _FAILURE,
        {**_USERS, "tty": "linux.su.tty"},
        _target,
        "'su ",
    ),
    form(
        r"(?P<user>\S++) to (?P<target>\S++) on (?P<tty>/dev/\S++)",
        _SUCCESS,
        {**_USERS, "tty": "linux.su.tty"},
        _target,
    ),
)


def read_su(text: str) -> Event | None:
    """One user becomes another, or tries to."""
    return read_forms(_SU, text)
