"""polkit: who was asked for a right, who answered, what pkexec then ran (src/polkitbackend, src/programs)."""

from __future__ import annotations

from collectors.parsers.forms import Found, authentication, form, process, read_forms
from collectors.parsers.linux.sudo import command_line
from soc.event import Event

_NAMED = {"user": "user.name", "action": "linux.polkit.action", "caller": "user.effective.name"}
_TAIL = r" authorization for action (?P<action>\S++)(?:.*\(owned by unix-user:(?P<caller>[^)\s]++)\))?"


def _command(event: Event, found: Found) -> None:
    event["user.target.name"] = found["target"]
    command_line(event, found.get("command", ""))


_FORMS = (
    form(
        r"(?P<user>[^\s:]++): Executing command \[USER=(?P<target>[^\]]++)\]"
        r" \[TTY=[^\]]*+\] \[CWD=(?P<folder>[^\]]*+)\] \[COMMAND=(?P<command>.*)\]$",
        process("pkexec_command"),
        {"user": "user.name", "target": "user.effective.name", "folder": "process.working_directory"},
        _command,
    ),
    form(
        r"(?P<user>[^\s:]++): (?P<why>Error executing command[^\[]*+|The value for[^\[]*+)\[USER=(?P<target>[^\]]++)\]"
        r" \[TTY=[^\]]*+\] \[CWD=(?P<folder>[^\]]*+)\] \[COMMAND=(?P<command>.*)\]$",
        process("pkexec_command", "failure"),
        {"user": "user.name", "target": "user.effective.name", "why": "event.reason"},
        _command,
    ),
    form(
        r"Operator of \S++ successfully authenticated as unix-user:(?P<user>\S++) to gain .*?" + _TAIL,
        authentication("polkit", "success"),
        _NAMED,
        starts="Operator of ",
    ),
    form(
        r"Operator of \S++ FAILED to authenticate (?:as unix-user:(?P<user>\S++) )?to gain" + _TAIL,
        authentication("polkit", "failure"),
        _NAMED,
        starts="Operator of ",
    ),
)


def read(text: str) -> Event | None:
    """Somebody proved, or failed to prove, who he is, to be allowed an act."""
    return read_forms(_FORMS, text)
