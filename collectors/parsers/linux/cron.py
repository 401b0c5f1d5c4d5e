"""cron and crontab (vixie-cron, cronie), anacron: `(root) CMD (/usr/bin/backup)`."""

from __future__ import annotations

from collectors.parsers.forms import Found, authentication, configuration, form, process, read_forms
from collectors.parsers.linux.sudo import command_line
from soc.event import Event

_USER = {"user": "user.name"}


def _command(event: Event, found: Found) -> None:
    command = found.get("command", "")
    event["linux.cron.command"] = command
    command_line(event, command)


def _nobody(event: Event, found: Found) -> None:
    """`(CRON) INFO (…)` is cron's own word about itself."""
    if event["user.name"] in ("CRON", "*system*"):
        del event["user.name"]


_FORMS = (
    form(
        r"\((?P<user>[^)]*+)\) CMD \((?P<command>.*)\)$",
        process("cron_command"),
        _USER,
        _command,
        "(",
    ),
    form(
        # ESXi's crond writes its own words.
        r"USER (?P<user>\S++) pid (?P<pid>\d++) cmd (?P<command>.*)",
        process("cron_command"),
        _USER,
        _command,
        "USER ",
    ),
    form(
        r"\((?P<user>[^)]*+)\) (?P<act>REPLACE|DELETE) \((?P<target>[^)]*+)\)",
        configuration("crontab_change"),
        {**_USER, "act": "linux.cron.act", "target": "user.target.name"},
        starts="(",
    ),
    form(
        r"\((?P<user>[^)]*+)\) (?P<act>LIST|BEGIN EDIT|END EDIT) \((?P<target>[^)]*+)\)",
        {"event.action": "crontab_read", "event.category": ["configuration"], "event.type": ["access"]},
        {**_USER, "act": "linux.cron.act", "target": "user.target.name"},
        starts="(",
    ),
    form(
        r"\((?P<user>[^)]*+)\) (?P<act>RELOAD) \((?P<what>[^)]*+)\)",
        configuration("crontab_reload"),
        {**_USER, "act": "linux.cron.act", "what": "file.path"},
        starts="(",
    ),
    form(
        r"\((?P<user>[^)]*+)\) (?P<act>AUTH|FAILED \([^)]*+\)|PAM ERROR) \((?P<why>.*)\)",
        authentication("cron_refused", "failure"),
        {**_USER, "act": "linux.cron.act", "why": "event.reason"},
        starts="(",
    ),
    form(
        r"\((?P<user>[^)]*+)\) (?P<act>[A-Za-z][A-Za-z ]*+) ?\((?P<why>.*)\)",
        {"event.action": "cron_info", "event.category": [], "event.type": ["info"]},
        {**_USER, "act": "linux.cron.act", "why": "event.reason"},
        _nobody,
        "(",
    ),
)


def read(text: str) -> Event | None:
    """A job was run, or a table of jobs was read or changed."""
    return read_forms(_FORMS, text)
