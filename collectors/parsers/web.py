"""Access and error logs of nginx and Apache (ngx_http_log_module, mod_log_config): common, combined, vhost_combined.

The URL stays as logged, not percent-decoded: rules are written for what the server wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from collectors.codecs.syslog import Header, header
from collectors.codecs.text import text_of
from collectors.enrich.addresses import NOTHING, address, domain, port, put
from collectors.enrich.urls import locate
from collectors.parser import Context, Parsed
from collectors.parsers.envelope import event_of
from collectors.parsers.web_errors import caller, details, nginx_keys
from collectors.times import MONTHS, parse
from soc.errors import ParseError
from soc.event import Event
from soc.raw import RawRecord

_QUOTED = r'"((?:[^"\\]++|\\.)*+)"'
_ACCESS = re.compile(
    r"(?P<who>[^\[\"<]{5,400}(?:\"\" )?)\[(?P<time>[^\]]{10,40})\] "
    r'"(?P<request>(?:[^"\\]++|\\.)*+)" (?P<status>\d{3}|-) (?P<bytes>\d{1,18}|-)(?P<rest>.*)',
    re.DOTALL,
)
_REST = re.compile(rf"{_QUOTED}|(\S++)")
_REQUEST = re.compile(
    r"(?P<method>[A-Za-z][A-Za-z_-]{0,31}) (?P<url>.*?)(?: HTTP/(?P<version>[\d.]{1,4}))?$", re.DOTALL
)
_NGINX_ERROR = re.compile(
    r"(?P<time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[(?P<level>\w++)\] (?P<pid>\d++)#(?P<tid>\d++): (?:\*(?P<id>\d++) )?"
    r"(?P<text>.*)",
    re.DOTALL,
)
_APACHE_ERROR = re.compile(
    r"\[(?P<time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:.]{8,15} \d{4})\] \[(?:(?P<module>[\w-]++):)?(?P<level>\w++)\]"
    r"(?: \[pid (?P<pid>\d++)(?::tid (?P<tid>\d++))?\])?(?: \[(?:remote|client) (?P<client>[^\]\s]++)\])?"
    r" (?:(?P<code>AH\d{5}): )?(?P<text>.*)",
    re.DOTALL,
)
_MONTHS = {name.capitalize(): number for name, number in MONTHS.items()}


class WebParser:
    """One for each product; the formats are the same."""

    version = 2

    def __init__(self, name: str) -> None:
        self.name = name

    def parse(self, record: RawRecord, context: Context) -> Iterable[Parsed]:
        text = text_of(record.data)
        head: Header | None = None
        found = _access_line(text)
        error = None if found else _error(self.name, text)
        if found is None and error is None:
            # Not a log file but a line sent by syslog.
            head = header(text, context)
            found = _access_line(head.body)
            error = None if found else _error(self.name, head.body)
        event: Event = event_of(head, "") if head is not None else {"event.kind": "event"}
        event["event.module"] = self.name
        if found is not None:
            return (_access(event, self.name, found, context),)
        if error is not None:
            return (_failure(event, self.name, error, context),)
        raise ParseError(f"neither an access nor an error line of {self.name}", kind="bad_body")


def nginx() -> WebParser:
    return WebParser("nginx")


def apache() -> WebParser:
    return WebParser("apache")


def _access(event: Event, name: str, found: re.Match[str], context: Context) -> Parsed:
    event["event.dataset"] = f"{name}.access"
    event["event.category"] = ["web"]
    event["event.action"] = "http_request"
    _who(event, found["who"].split())
    request(event, found["request"])
    _status(event, found["status"])
    if found["bytes"] != "-":
        event["http.response.body.bytes"] = int(found["bytes"])
    _rest(event, name, found["rest"])
    at = _clf_time(found["time"])
    if at is not None:
        return Parsed(event, at)
    moment = parse(found["time"], context)
    return Parsed(event, moment.at, moment.status) if moment else Parsed(event, None, "receive_time")


def _access_line(text: str) -> re.Match[str] | None:
    """The third word is the identd name, `-` for as long as anybody remembers: this tells a log line from prose."""
    found = _ACCESS.match(text)
    words = found["who"].split(None, 3) if found else []
    return found if "-" in words[1:3] else None


def _who(event: Event, words: list[str]) -> None:
    """`client - user`, or `vhost:port client - user`."""
    while len(words) > 3 and words[0].endswith(","):
        words = [words[0].rstrip(","), *words[2:]]  # a list of proxies: the first is the client
    if len(words) > 2 and words[1] != "-":
        host, _, number = words.pop(0).partition(":")
        event["url.domain"] = domain(host)
        if (value := port(number)) is not None:
            event["url.port"] = value
    put(event, "source", words[0])
    user = " ".join(words[2:])
    if not user or user in NOTHING or user == '""':
        return
    # Apache doubles the sign that it escapes with.
    realm, sign, name = user.replace("\\\\", "\\").partition("\\")
    if sign and realm and name and not name.startswith("x"):
        event["user.domain"], event["user.name"] = realm, name
    else:
        event["user.name"] = user


def request(event: Event, line: str) -> None:
    """`GET /a?b HTTP/1.1` in its parts; what is no request line stays whole in `url.original`."""
    if not line or line == "-":
        return
    found = _REQUEST.match(line)
    if found is None:
        event["url.original"] = line
        return
    event["http.request.method"] = found["method"]
    if found["version"]:
        event["http.version"] = found["version"]
    locate(event, found["url"])


def _status(event: Event, text: str) -> None:
    kinds = ["access"]
    if text != "-":
        status = int(text)
        event["http.response.status_code"] = status
        event["event.outcome"] = "success" if status < 400 else "failure"
        if status >= 400:
            kinds.append("error")
    event["event.type"] = kinds


def _rest(event: Event, name: str, rest: str) -> None:
    """Referrer and agent, then whatever the operator added to the format."""
    parts = [match[1] if match[1] is not None else match[2] for match in _REST.finditer(rest[:16_384])]
    for field, value in zip(("http.request.referrer", "user_agent.original"), parts, strict=False):
        if value and value != "-":
            event[field] = value
    extra = parts[2:]
    if not extra:
        return
    event[f"{name}.access.extra"] = extra
    forwarded = extra[0].partition(",")[0].strip()
    if (canonical := address(forwarded)) is not None:
        event["network.forwarded_ip"] = canonical


def _clf_time(text: str) -> datetime | None:
    """`22/Nov/2026:10:11:12 +0700`, by slices: the one form of nearly every line."""
    month = _MONTHS.get(text[3:6])
    if len(text) != 26 or month is None or text[2] != "/" or text[20] != " ":
        return None
    try:
        return datetime.fromisoformat(
            f"{text[7:11]}-{month:02}-{text[:2]}T{text[12:20]}{text[21:24]}:{text[24:26]}"
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _error(name: str, text: str) -> re.Match[str] | None:
    return (_NGINX_ERROR if name == "nginx" else _APACHE_ERROR).match(text)


def _failure(event: Event, name: str, found: re.Match[str], context: Context) -> Parsed:
    event["event.dataset"] = f"{name}.error"
    event["event.category"] = ["web"]
    event["event.type"] = ["error"] if found["level"] not in ("notice", "info", "debug") else ["info"]
    event["log.level"] = found["level"]
    event["message"] = found["text"]
    if found["pid"]:
        event["process.pid"] = int(found["pid"][:10])
    groups = found.groupdict()
    if groups.get("client"):
        caller(event, groups["client"])
    if groups.get("code"):
        event["event.code"] = groups["code"]
    if groups.get("module"):
        event[f"{name}.error.module"] = groups["module"]
    if name == "nginx" and (line := nginx_keys(event, found["text"]).get("request")):
        request(event, line)
    details(event, found["text"])
    moment = parse(found["time"], context)
    return Parsed(event, moment.at, moment.status) if moment else Parsed(event, None, "receive_time")
