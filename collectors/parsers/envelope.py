"""What every syslog sender's line has around its message: header, time, host, program."""

from __future__ import annotations

from collectors.codecs import syslog
from collectors.enrich.addresses import address, domain
from collectors.parser import Parsed
from soc.event import Event


def event_of(head: syslog.Header, message: str, *, reporter: str = "host") -> Event:
    """The header's fields, `message`, and who reports: `host` for a machine that speaks of itself, `observer` for
    a device that watches others."""
    event: Event = {"event.kind": "event"}
    event.update(syslog.fields(head))
    if message:
        event["message"] = message
    name_host(event, head.host, reporter)
    return event


def name_host(event: Event, host: str, reporter: str) -> None:
    """`host.name` is lower case, `host.hostname` as sent; a header may hold an address instead."""
    if not host:
        return
    event[f"{reporter}.hostname"] = host
    event[f"{reporter}.name"] = domain(host)
    if (canonical := address(host)) is not None:
        event[f"{reporter}.ip"] = [canonical]


def name_process(event: Event, head: syslog.Header) -> None:
    """Program and process id of the tag."""
    if head.program:
        event["process.name"] = head.program.rpartition("/")[2] or head.program
    if head.pid.isascii() and head.pid.isdigit() and len(head.pid) <= 10:
        event["process.pid"] = int(head.pid)


def parsed(event: Event, head: syslog.Header) -> Parsed:
    """The event with the header's time and flags."""
    if head.moment is None:
        return Parsed(event, None, time_status="receive_time", quality=list(head.flags))
    return Parsed(event, head.moment.at, time_status=head.moment.status, quality=list(head.flags))
