"""systemd and systemd-logind: sessions, services, power."""

from __future__ import annotations

import re

from collectors.parsers.forms import Found, form, host, read_forms, session
from soc.event import Event

_SERVICE = {"unit": "service.name"}

_UNIT = re.compile(
    r"(?P<unit>[\w@.\\:-]+\.(?:service|socket|timer|mount|scope|slice|target|path|device|swap))(?: - .*)?"
)


def _unit(event: Event, found: Found) -> None:
    """Newer versions write `nginx.service - A web server`; older ones only one of both."""
    if (named := _UNIT.fullmatch(found.get("unit", ""))) is not None:
        event["service.name"] = named["unit"]


_FORMS = (
    form(
        r"New session '?(?P<id>[^'\s]++)'? of user '?(?P<user>[^'\s]+?)'?(?: with class .*)?\.?$",
        session("session_start", "start"),
        {"id": "linux.logind.session", "user": "user.name"},
        starts="New session",
    ),
    form(
        r"Removed session (?P<id>[^\s.]++)",
        session("session_end", "end"),
        {"id": "linux.logind.session"},
        starts="Removed session",
    ),
    form(
        r"Session (?P<id>\S++) logged out",
        session("session_end", "end"),
        {"id": "linux.logind.session"},
        starts="Session ",
    ),
    form(
        r"(?P<what>System is (?:powering down|rebooting|halting)|Power key pressed|Lid closed)",
        host("power", "end"),
        {"what": "event.reason"},
        starts=("System is", "Power key", "Lid closed"),
    ),
    form(
        r"Started [Ss]ession (?P<id>\S++) of [Uu]ser (?P<user>[^\s.]++(?:\.[^\s.]++)*)",
        session("session_start", "start"),
        {"id": "linux.logind.session", "user": "user.name"},
        starts=("Started Session", "Started session"),
    ),
    form(
        r"(?:Started|Finished) (?P<unit>.*?)(?:\.\.\.|\.)?$",
        {**host("service_start", "start"), "event.outcome": "success"},
        _SERVICE,
        _unit,
        starts=("Started ", "Finished "),
    ),
    form(
        r"Starting (?P<unit>.*?)(?:\.\.\.|\.)?$",
        host("service_starting", "start"),
        _SERVICE,
        _unit,
        starts="Starting ",
    ),
    form(
        r"(?:Stopped|Stopping) (?P<unit>.*?)(?:\.\.\.|\.)?$",
        host("service_stop", "end"),
        _SERVICE,
        _unit,
        starts=("Stopped ", "Stopping "),
    ),
    form(
        r"Failed to start (?P<unit>.*?)\.?$",
        {**host("service_start", "start"), "event.outcome": "failure"},
        _SERVICE,
        _unit,
        starts="Failed to start",
    ),
    form(
        r"(?P<unit>[\w@.\\-]+\.(?:service|socket|timer|mount|scope|slice|target)):"
        r" (?P<why>Main process exited.*|Failed with result.*|Deactivated successfully.*)",
        host("service_state", "change"),
        {**_SERVICE, "why": "event.reason"},
    ),
    form(r"(?:Reloading|Reexecuting)\b.*", host("reload", "change"), starts=("Reloading", "Reexecuting")),
)


def read(text: str) -> Event | None:
    """A session or a service starts or ends."""
    return read_forms(_FORMS, text)
