"""The syslog header: RFC 5424, RFC 3164 as sent in life, and what Cisco, FortiGate and MikroTik make of it.

Never fails on text: whatever is no header is the body. Only an empty message is a ParseError.
"""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from collectors.parser import Context
from collectors.times import EPOCH, Moment, parse
from collectors.zones import NAMES
from soc.errors import ParseError
from soc.event import Event


class Dialect(StrEnum):
    """How the header was written."""

    RFC5424 = "rfc5424"
    BSD = "bsd"
    BARE = "bare"


class Header(msgspec.Struct, frozen=True):
    """`rest`: all after the host, the tag included; `body`: without the tag. Absent parts are ''.
    `repeat`: how often the message stands for itself (`last message repeated 3 times`)."""

    body: str
    rest: str
    dialect: Dialect = Dialect.BARE
    priority: int | None = None
    moment: Moment | None = None
    host: str = ""
    program: str = ""
    pid: str = ""
    msgid: str = ""
    version: str = ""
    data: dict[str, dict[str, str]] = {}
    repeat: int = 1
    flags: tuple[str, ...] = ()


_LOCAL = tuple(f"local{number}" for number in range(8))
FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"),
    *("ntp", "audit", "alert", "clock", *_LOCAL),
)
SEVERITIES = ("emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug")

# An octet count may have been left on by whoever wrote the file.
_PRIORITY = re.compile(r"(?:\d{1,6} )?<(\d{1,3})>\s?", re.ASCII)
_VALUE = r'"(?:[^"\\]++|\\.)*+"'
_RFC5424 = re.compile(
    r"([1-9]\d?) (\S{1,48}) (\S{1,255}) (\S{1,255}) (\S{1,255}) (\S{1,255})"
    rf'(?: (-|(?:\[(?:[^\]"\\]++|{_VALUE}|\\.)*+\])++))?(?: (.*))?',
    re.DOTALL | re.ASCII,
)
_ELEMENT = re.compile(rf'\[([^\s\]="]{{1,255}})((?:[^\]"\\]++|{_VALUE}|\\.)*+)\]')
_PARAMETER = re.compile(rf'([^\s=\]"]{{1,255}})=({_VALUE})')
_ESCAPE = re.compile(r'\\(["\\\]])')

_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
# In `Mar 02 08:15:30 FW01 …` the word after the time is a host, so only names that are zones for sure are taken,
# and the ambiguous ones, to be skipped.
_ZONE = rf"{'|'.join(sorted([*NAMES, 'CST', 'IST', 'EST', 'BST', 'PST', 'MST'], key=len, reverse=True))}|[+-]\d\d:?\d\d"
_STAMP = re.compile(
    rf"([*.]?)((?:\d{{4}} )?(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?"
    rf"[A-Z][a-z]{{2}} {{1,2}}\d{{1,2}}(?: \d{{4}})? {_CLOCK}(?: \d{{4}}(?=[ :]))?"
    rf"|\d{{4}}[-/]\d\d[-/]\d\d[T ]{_CLOCK}(?:Z| ?[+-]\d\d:?\d\d)?"
    rf"|[a-z]{{3}}/\d\d(?:/\d{{4}})? {_CLOCK}"
    rf"|\d{{10}}\.\d{{3,9}})(?: ({_ZONE}))?(?=[ :\t]|\Z) ?:?\s?",
    re.ASCII,
)
# Before a time: `123: `, `: `, `sw1: `, `123: sw1: 000123: ` (Cisco IOS), `RP/0/RP0/CPU0:` (IOS-XR), a version.
_BEFORE = re.compile(
    r"(?:1 (?=\d)|(?:\d{1,10})?: ?)?(?:([A-Za-z0-9][\w.-]{0,253})(?:: (?:\d{1,10}: )?| (?=RP/)))?(?:RP/[\w/]{1,32}:)?",
    re.ASCII,
)
_UPTIME = re.compile(r"(?:\d+[wdh])+: |\d{1,3}:\d\d:\d\d: ", re.ASCII)
_HOST = re.compile(r"([A-Za-z0-9_][\w.:%-]{0,254})(?: :)? ++(?=\S)", re.ASCII)
_TAG = re.compile(
    r"(?!CEF:|LEEF:)([A-Za-z_/(][\w./()@+-]{0,63}(?:=\w{1,32}\))?|%[A-Z][\w-]{0,63})(?:\[([^\]\s]{1,64})\])? ?: ?",
    re.ASCII,
)
_REPEATED = re.compile(r"(?:last )?message repeated (\d{1,9}) times(?:: \[ ?(.*)\])?", re.DOTALL | re.ASCII)


def header(text: str, context: Context, *, timed: bool = True) -> Header:
    """The header of one message and the text that follows it. `timed` False: the time is skipped, not read."""
    if not text or text.isspace():
        raise ParseError("the message is empty", kind="bad_header")
    priority, start = None, 0
    found = _PRIORITY.match(text)
    if found is not None and int(found[1]) <= 191:
        priority, start = int(found[1]), found.end()
    modern = _RFC5424.fullmatch(text, start)
    # Some write a version and a time, then go on in the old way; `CEF:0|…` as a program gives them away.
    if modern is not None and modern[2][4:5] in "-" and not modern[4].startswith(("CEF:", "LEEF:")):
        return _rfc5424(modern, priority, context if timed else None)
    return _bsd(text[start:] if start else text, priority, context if timed else None)


def fields(head: Header) -> Event:
    """`log.syslog.*` of whatever the header held."""
    event: Event = {}
    if head.priority is not None:
        facility, severity = divmod(head.priority, 8)
        event["log.syslog.priority"] = head.priority
        event["log.syslog.facility.code"] = facility
        event["log.syslog.facility.name"] = FACILITIES[facility]
        event["log.syslog.severity.code"] = severity
        event["log.syslog.severity.name"] = SEVERITIES[severity]
    for name, value in (
        ("hostname", head.host),
        ("appname", head.program),
        ("procid", head.pid),
        ("msgid", head.msgid),
        ("version", head.version),
        ("structured_data", head.data),
    ):
        if value:
            event[f"log.syslog.{name}"] = value
    if head.repeat > 1:
        event["soc.repeat"] = head.repeat
    return event


def _rfc5424(found: re.Match[str], priority: int | None, context: Context | None) -> Header:
    version, stamp, host, program, pid, msgid, data, body = found.groups()
    body = (body or "").removeprefix("\ufeff")
    return Header(
        body=body,
        rest=body,
        dialect=Dialect.RFC5424,
        priority=priority,
        moment=None if stamp == "-" or context is None else parse(stamp, context),
        host=_nil(host),
        program=_nil(program),
        pid=_nil(pid),
        msgid=_nil(msgid),
        version=version,
        data=_structured(data) if data and data != "-" else {},
    )


def _bsd(text: str, priority: int | None, context: Context | None) -> Header:
    host, start = "", 0
    stamp = _STAMP.match(text)
    if stamp is None and (before := _BEFORE.match(text)) is not None and before.end():
        start = before.end()
        stamp = _STAMP.match(text, start)
        host = before[1] or ""
    if stamp is None:
        return _untimed(text, start, priority, host)
    text = text[stamp.end() :].removeprefix("\ufeff")
    named = None if host or text.startswith("%") else _HOST.match(text)
    # Forwarders that say that a line came again leave out the host.
    if named is not None and not named[1].endswith(":") and _REPEATED.match(text) is None:
        host, text = named[1], text[named.end() :]
    flags = ("clock_unsynced",) if stamp[1] else ()
    moment = _SKIPPED if context is None else _moment(stamp, context)
    return _tagged(text, priority, moment, host, flags)


_SKIPPED = Moment(EPOCH)


def _untimed(text: str, start: int, priority: int | None, host: str) -> Header:
    """No time that we can read; Cisco before its first clock sync writes the time since it was started."""
    uptime = _UPTIME.match(text, start)
    if uptime is not None:
        return _tagged(text[uptime.end() :], priority, None, host, ("clock_unsynced",))
    return _tagged(text, priority, None, "", ())


def _moment(stamp: re.Match[str], context: Context) -> Moment | None:
    zone = stamp[3]
    return parse(f"{stamp[2]} {zone}", context) if zone else parse(stamp[2], context)


def _tagged(text: str, priority: int | None, moment: Moment | None, host: str, flags: tuple[str, ...]) -> Header:
    tag = _TAG.match(text)
    program = pid = ""
    body = text
    # Without a header before it, `word: text` is a sentence as often as a program.
    if tag is not None and (priority is not None or moment is not None):
        program, pid, body = tag[1], tag[2] or "", text[tag.end() :]
    repeat = 1
    if (repeated := _REPEATED.match(body)) is not None:
        repeat = max(int(repeated[1]), 1)
        body = repeated[2] or body
    return Header(
        body=body,
        rest=text,
        dialect=Dialect.BARE if moment is None and not host else Dialect.BSD,
        priority=priority,
        moment=moment,
        host=host,
        program=program,
        pid=pid,
        repeat=repeat,
        flags=flags,
    )


def _structured(text: str) -> dict[str, dict[str, str]]:
    """RFC 5424 6.3: escaped `"`, `\\` and `]` inside values; a repeated name keeps its last value."""
    return {
        element[1]: {
            parameter[1]: _ESCAPE.sub(r"\1", parameter[2][1:-1]) for parameter in _PARAMETER.finditer(element[2])
        }
        for element in _ELEMENT.finditer(text)
    }


def _nil(text: str) -> str:
    return "" if text == "-" else text
