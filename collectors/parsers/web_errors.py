"""What the text of an error line of nginx or Apache tells: who asked, for what, as whom, and which rule of
ModSecurity refused it (modsecurity 2 and 3 write the same brackets)."""

from __future__ import annotations

import re

from collectors.enrich.addresses import address, domain, put
from collectors.enrich.urls import authority, locate
from soc.event import Event

LONGEST = 8_192

_NGINX_KEY = re.compile(r', (client|server|request|upstream|host|referrer): ("(?:[^"\\]++|\\.)*+"|[^,\s]++)')
_REFERER = re.compile(r", referer: (?P<url>\S++)$")
# An error of the system comes first: `(111)Connection refused: [client …] AH00957: …`.
_INNER_CLIENT = re.compile(r"^\(\d{1,8}\)[^\[]{1,200}\[client (?P<client>[^\]\s]++)\]")
_INNER_CODE = re.compile(r"^\(\d{1,8}\).{1,200}? (?P<code>AH\d{5}): ")
_USER = re.compile(r'(?:^|: |^AH\d{5}: )user (?:"(?P<quoted>[^"]{1,128})"|(?P<user>[^\s:,"]{1,128})):?(?P<said>[^,]*+)')
_REFUSED = ("password mismatch", "Password Mismatch", "not found", "was not found", "authentication failure")
_PATH = re.compile(r"(?:File does not exist: |client denied by server configuration: |script )'?(?P<path>/[^\s',]++)")
_OPENED = re.compile(r'^(?:\w++\(\) )?"(?P<path>/[^"]++)" (?:failed|is not found|is forbidden)')
_BRACKET = re.compile(r'\[(?P<key>id|msg|uri|hostname|severity|unique_id|data) "(?P<value>(?:[^"\\]++|\\.)*+)"\]')
_RULE = {"id": "rule.id", "msg": "rule.name", "severity": "rule.category", "unique_id": "http.request.id"}


def nginx_keys(event: Event, text: str) -> dict[str, str]:
    """The pairs at the end of an nginx error line, kept under `nginx.error.*`; the request line for the caller."""
    found: dict[str, str] = {}
    for match in _NGINX_KEY.finditer(text[-4_096:]):
        key, value = match[1], match[2].strip('"')
        found[key] = event[f"nginx.error.{key}"] = value
    if client := found.get("client"):
        caller(event, client)
    if host := found.get("host"):
        authority(event, host)
    if referrer := found.get("referrer"):
        event["http.request.referrer"] = referrer
    return found


def caller(event: Event, text: str) -> None:
    """`address:port`, or an address alone."""
    host, colon, number = text.rpartition(":")
    # Apache writes no brackets: 2001:db8::5:40022 is an address, too, but a port has four digits or more as a rule
    # only where the address is one without them.
    ended = len(number) == 5 and address(host) is not None
    if colon and (ended or address(text) is None):
        put(event, "source", host, number)
    else:
        put(event, "source", text)


def details(event: Event, text: str) -> None:
    """User, file, referrer and rule, where the text names them."""
    text = text[:LONGEST]
    if (found := _REFERER.search(text)) is not None:
        event["http.request.referrer"] = found["url"]
    if "source.ip" not in event and (found := _INNER_CLIENT.search(text)) is not None:
        caller(event, found["client"])
    if "event.code" not in event and (found := _INNER_CODE.search(text)) is not None:
        event["event.code"] = found["code"]
    if "ModSecurity:" in text:
        _rule(event, text)
        return
    if (found := _USER.search(text)) is not None:
        event["user.name"] = found["quoted"] or found["user"]
        if any(word in found["said"] for word in _REFUSED):
            event["event.category"] = ["web", "authentication"]
            event["event.type"] = ["start", "error"]
            event["event.action"] = "login"
            event["event.outcome"] = "failure"
    if (found := _PATH.search(text) or _OPENED.match(text)) is not None:
        event["file.path"] = found["path"]
        event["file.name"] = found["path"].rpartition("/")[2] or found["path"]


def _rule(event: Event, text: str) -> None:
    """The verdict is another program's, so the event is an alert."""
    denied = "Access denied" in text
    event["event.kind"] = "alert"
    event["event.category"] = ["intrusion_detection", "web"]
    event["event.type"] = ["info", "denied" if denied else "allowed"]
    event["event.action"] = "denied" if denied else "detected"
    if denied:
        event["event.outcome"] = "success"
    for match in _BRACKET.finditer(text):
        key, value = match["key"], match["value"]
        if key in _RULE:
            event.setdefault(_RULE[key], value)
        elif key == "uri":
            locate(event, value)
        elif key == "hostname" and address(value) is None:
            event["url.domain"] = domain(value)
