"""Which product wrote a line: scores over its first bytes, 60 up with a lead of 15; else the generic codec that fits.

A wrong product is worse than a generic one. What a sender's lines were found to be twenty times is remembered, and
decides for the lines of that sender that say too little by themselves (collectors.md 5).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from collectors.codecs.syslog import Header, header
from collectors.parser import Context
from collectors.times import EPOCH
from soc.errors import ParseError
from soc.raw import RawRecord

HEAD = 512
JSON_HEAD = 262_144  # the keys of an object stand in any order, behind a long script or message too
BODY_HEAD = 8_192  # structured data may fill the head
ENOUGH = 60
LEAD = 15
SURE_AFTER = 20
WATCHED = 100
MOST_FAILURES = 5
MOST_PINS = 10_000

Score = Callable[[str], int]

_KNOWN = """
    sshd sshd-session sshd-auth dropbear sudo su cron crond anacron crontab
    systemd systemd-logind login useradd usermod userdel groupadd groupmod
    groupdel groupmems pkexec gpasswd passwd chpasswd newusers chage chfn
    chsh polkitd dbus-daemon rsyslogd pam_unix unix_chkpwd polkit-agent-helper-1
    auditd audisp-syslog pam-tacplus vsftpd clamd
"""
_PROGRAMS = frozenset(_KNOWN.split())
_MODERN = re.compile(r"(?:<\d{1,3}>)?1 \d\S{1,48} \S{1,255} (\S{1,48}) ")  # RFC 5424
_TAG_PLACES = 3  # a time holds colons, but none before a blank; some senders put a topic before the program
# Arista writes the same behind the name of an agent, in camel case: `Acl: %ACL-6-IPACCESS`.
_ARISTA = re.compile(r" [A-Z][A-Za-z0-9]*[a-z][\w-]*(?:\[\d+\])?: \Z")
_CISCO = re.compile(
    r"%(?!ASA-|FTD-|PIX-|FWSM-|ACE-|CIMC-|UCSM-)[A-Z][A-Z0-9_]*+(?:[-:/][A-Z0-9_]+)*?-[0-7]-[A-Z][A-Z0-9_]*+ ?:"
)
_ACCESS = re.compile(
    r"(?:\A|\s)(?:[\w-]++(?:\.[\w-]++)*(?::\d{1,5})?|[0-9A-Fa-f:]++(?:[0-9.]++)?) \S{1,64} (?:\S{1,128} ){1,2}"
    r'\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?:\.\d{1,9})? [+-]\d{4}\] "[^"]{0,400}+(?:" (?:\d{3}|-) |\Z)'
)
_WEB_TAG = re.compile(r"(?:\A|[\s>/])(?:apache2?|httpd|nginx)(?:[_-]\w{1,32})?(?:\[\d+\])?(?:: | \S{1,16} \S{1,32} - )")
_NGINX_ERROR = re.compile(
    r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(?:debug|info|notice|warn|error|crit|alert|emerg)\] \d+#\d+: "
)
_APACHE_ERROR = re.compile(
    r"\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \d{4}\] \[(?:[\w-]+:)?\w+\] "
)
# An event of Windows, as a line or inside a JSON text, where some writers escape `<`. Others have `<Event>` too.
_EVENT_XML = re.compile(r"(?:<|\\u003c)Event(?:\s+xmlns[^<>]{0,200})?(?:>|\\u003e)\s{0,16}(?:<|\\u003c)System")
_PAIR = re.compile(r'(?:\A|[\s,;|])[A-Za-z_][\w.-]{0,63}+=(?="|[^\s=])')


# The header that most syslog lines have. Its parser has the last word on the others, and costs ten times as much.
_SIMPLE = re.compile(
    r"(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]{0,10}(?:Z|[+-]\d\d:\d\d))"
    r" ([\w.:-]{1,64}) ([\w./-]{1,64})(?:\([\w.=-]{1,40}\))?(?:\[\d{1,10}\])?: ",
    re.ASCII,
)


# Behind the tag; managers quote whole lines of their agents further on.
_PAM = re.compile(r"\A[^;]{0,110}?[\w\])]: pam_\w{2,24}\([\w.-]{1,32}:(?:auth|session|account|chauthtok|setcred)\): ")


def _linux(head: str) -> int:
    if "pam_" in head and _PAM.match(head):
        return 80
    simple = _SIMPLE.match(head)
    if simple is not None:
        return _weight_of(simple[2])
    modern = _MODERN.match(head)
    if modern is not None:
        return _weight_of(modern[1])
    place = 0
    for _ in range(_TAG_PLACES):
        place = head.find(": ", place + 1)
        if place < 0:
            return 0
        tag = head[max(place - 80, 0) : place]
        word = tag[: tag.rfind("[")] if tag.endswith("]") else tag
        word = word[: word.rfind("(")] if word.endswith(")") else word
        program = word[max(word.rfind(" "), word.rfind(">"), word.rfind("(")) + 1 :]
        weight = _weight_of(program)
        # `Browser login: ` is a sentence: the header has the last word, and costs too much to be asked first.
        if weight and (head.startswith(program) or _named(head).program.partition("(")[0] == program):
            return weight
    return 0


def _weight_of(program: str) -> int:
    word = program.rpartition("/")[2].lower()
    return 90 if word in _PROGRAMS else 70 if word == "kernel" else 0


def _netfilter(head: str) -> int:
    return 95 if "IN=" in head and " OUT=" in head and ("SRC=" in head or "MAC=" in head) else 0


def _cisco_ios(head: str) -> int:
    found = _CISCO.search(head) if "%" in head else None
    return 90 if found is not None and not _ARISTA.search(head, max(found.start() - 64, 0), found.start()) else 0


def _nginx(head: str) -> int:
    failure = "#" in head and "] " in head and _NGINX_ERROR.search(head)
    return 90 if failure or ("nginx" in head and _is_access(head)) else 0


def _apache(head: str) -> int:
    """Common log format is Apache's; nginx writes the same, and only a syslog tag can tell."""
    if _APACHE_ERROR.search(head):
        return 90
    return 80 if "nginx" not in head and _is_access(head) else 0


def _is_access(head: str) -> bool:
    """A log file's line, or one that a web server itself sent."""
    if '] "' not in head or (found := _ACCESS.search(head)) is None:
        return False
    return found.start() == 0 or head[0].isdigit() or _WEB_TAG.search(head) is not None


def _suricata(head: str) -> int:
    return 90 if _EVE_TYPE.search(head) and any(mark in head for mark in _EVE) else 0


def _windows(head: str) -> int:
    if '"winlog"' in head or ("Event" in head and _EVENT_XML.search(head)) or '"winlog.channel"' in head:
        return 90
    if '"EventID"' not in head and '"EventId"' not in head and '"event_id"' not in head:
        return 0
    marks = (
        '"Channel"',
        '"SourceName"',
        '"ProviderGuid"',
        '"log_name"',
        '"EventLog"',
        '"LogName"',
        '"EventSourceName"',
    )
    return 85 if '"System"' in head or any(mark in head for mark in marks) else 0


def _event_line(head: str) -> int:
    """Event XML, or Snare's columns between tabs."""
    if "MSWinEventLog" in head and ("MSWinEventLog\t" in head or "MSWinEventLog#011" in head):
        return 95
    return 95 if "Event" in head and _EVENT_XML.search(head) else 0


def _journal(head: str) -> int:
    """systemd's journal: its names begin with an underscore."""
    return 90 if '"MESSAGE"' in head and ('"__REALTIME_TIMESTAMP"' in head or '"_HOSTNAME"' in head) else 0


_EVE_TYPE = re.compile(r'"event_type" ?: ?"[a-z]')
_EVE = ('"flow_id"', '"in_iface"', '"src_ip"', '"stats"', '"engine"')

LINES: dict[str, Score] = {
    "linux": _linux,
    "netfilter": _netfilter,
    "cisco_ios": _cisco_ios,
    "nginx": _nginx,
    "apache": _apache,
    "windows": _event_line,
}
"""Scores of the parsers written in code; mappings bring their own."""

OBJECTS: dict[str, Score] = {"suricata": _suricata, "windows": _windows, "linux": _journal}


@dataclass(slots=True)
class Pin:
    """What a sender's lines are, how often that was found, and how its parser fared of late."""

    product: str
    seen: int = 0
    failed: deque[bool] = field(default_factory=lambda: deque(maxlen=WATCHED))


class ProductDetector:
    """Remembers senders, within bounds. `mappings`: name -> score; those there are when not given."""

    def __init__(self, mappings: Mapping[str, Score] | None = None) -> None:
        self._lines = {**LINES, **(_scores() if mappings is None else mappings)}
        self._last: dict[tuple[str, str], Pin] = {}
        self._pins: dict[tuple[str, str, str, str], Pin] = {}

    def relearn(self) -> None:
        """The mappings are others: what was learned of senders with the old ones is forgotten."""
        self._lines = {**LINES, **_scores()}
        self._last.clear()
        self._pins.clear()

    def product_of(self, record: RawRecord) -> str:
        """The name of a parser, never an error."""
        start = record.data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
        if start[:3] == b"Elf":
            return "windows"
        if start[:1] == b"{":
            return self._object(record.data[:JSON_HEAD].decode(errors="replace"))
        head = record.data[:HEAD].decode(errors="replace")
        last = self._last.get((record.source, record.peer))
        # One test instead of all: a sender of FortiGate lines most often sends a FortiGate line.
        if last is not None and last.seen >= SURE_AFTER and self._lines[last.product](head) >= ENOUGH:
            return last.product
        return self._line(record, head)

    def scores(self, record: RawRecord) -> dict[str, int]:
        """What every product that knows anything of the line in it is worth."""
        start = record.data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
        table, size = (OBJECTS, JSON_HEAD) if start[:1] == b"{" else (self._lines, HEAD)
        head = record.data[:size].decode(errors="replace")
        return {name: value for name, score in table.items() if (value := score(head))}

    def judge(self, record: RawRecord, product: str, *, failed: bool) -> None:
        """A pin whose parser failed on over 5 of the last 100 lines is dropped."""
        place = (record.source, record.peer)
        last = self._last.get(place)
        if last is None or last.product != product:
            return
        last.failed.append(failed)
        if failed and sum(last.failed) > MOST_FAILURES:
            del self._last[place]
            self._pins = {key: pin for key, pin in self._pins.items() if key[:2] != place or pin.product != product}

    def _line(self, record: RawRecord, head: str) -> str:
        product = best(self._lines, head)
        if product is not None:
            self._remember(record, _place(head), product)
            return product
        pin = self._pins.get((record.source, record.peer, *_place(head)))
        if pin is not None and pin.seen >= SURE_AFTER:
            return pin.product
        named = _named(record.data[:BODY_HEAD].decode(errors="replace"))
        for body in (named.body, named.rest):
            if body.startswith("{"):
                return self._object(body)
        return generic(named.rest)

    def _object(self, head: str) -> str:
        return best(OBJECTS, head) or "json"

    def _remember(self, record: RawRecord, named: tuple[str, str], product: str) -> None:
        place = (record.source, record.peer)
        last = self._last.get(place)
        if last is None or last.product != product:
            last = self._last[place] = Pin(product)
        last.seen += 1
        key = (*place, *named)
        pin = self._pins.get(key)
        if pin is None or pin.product != product:
            pin = self._pins[key] = Pin(product)
        pin.seen += 1
        if len(self._last) > MOST_PINS:
            del self._last[next(iter(self._last))]
        if len(self._pins) > MOST_PINS:
            del self._pins[next(iter(self._pins))]


def best(scores: Mapping[str, Score], head: str) -> str | None:
    """The product with the highest score, when it is high enough and far enough ahead."""
    first, product, second = 0, "", 0
    for name, score in scores.items():
        value = score(head)
        if value > first:
            first, product, second = value, name, first
        elif value > second:
            second = value
    return product if first >= ENOUGH and first - second >= LEAD else None


def generic(body: str) -> str:
    """The codec that fits a body without a product."""
    if "CEF:" in body[:200]:
        return "cef"
    if "LEEF:" in body[:200]:
        return "leef"
    return "kv" if not body.startswith("<") and len(_PAIR.findall(body)) >= 4 else "syslog"


def _scores() -> dict[str, Score]:
    from collectors.registry import scores

    return scores()


def _place(head: str) -> tuple[str, str]:
    """Host and program of the header."""
    simple = _SIMPLE.match(head)
    if simple is not None:
        return simple[1], simple[2]
    named = _named(head)
    return named.host, named.program


def _named(text: str) -> Header:
    try:
        return header(text, _NO_CONTEXT, timed=False)
    except ParseError:
        return Header("", "")


_NO_CONTEXT = Context(EPOCH)
