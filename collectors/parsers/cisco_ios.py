"""Cisco IOS, IOS-XE, IOS-XR, NX-OS: `%FACILITY-SEVERITY-MNEMONIC: text` (Cisco's System Message Guide).

Every message is kept with its three names and the addresses and users that can be seen in it; the messages of
`cisco_ios_messages.py` are understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from collectors.codecs.syslog import SEVERITIES, header
from collectors.codecs.text import text_of
from collectors.enrich.addresses import mac, put
from collectors.parser import Context, Parsed
from collectors.parsers.cisco_ios_messages import MESSAGES
from collectors.parsers.envelope import event_of, parsed
from collectors.parsers.forms import LONGEST, authentication, read_forms
from soc.errors import ParseError
from soc.event import Event
from soc.raw import RawRecord

# NX-OS and IOS-XR write sub-facilities with further hyphens: the severity is the only lone digit.
_MESSAGE = re.compile(
    r"%(?P<facility>[A-Z][\w./+-]{0,63}?)-(?P<severity>[0-7])-(?P<mnemonic>[\w]{1,64}) ?: ?(?P<text>.*)", re.DOTALL
)
_USER = re.compile(r"\b[Uu]ser(?:name)?(?:: ?| ?= ?| '| )\[?(?P<user>[\w.@\\-]{1,64})")
_ADDRESS = r"(?P<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7})"
_FROM = re.compile(
    rf"\b(?:[Ss]ource|srcaddr|from|src|by|host|neighbor|Neighbor|Nbr|nbr|client|peer)"
    rf"(?: user)?(?::| =|=| ip| address)? ?\[?'?{_ADDRESS}"
)
_INTERFACE = re.compile(
    r"\b(?P<interface>(?:Gi|Te|Fa|Eth|Fo|Hu|Tw|Twe|Fi|Po|Vl|Lo|Tu|Se|Mgmt|mgmt|Bundle-E|HundredG|FortyG|TenG|TwoG)"
    r"[A-Za-z-]{0,24}\d{1,4}(?:[/.:]\d{1,5}){0,5})"
)
_MAC = re.compile(r"\b(?P<mac>[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})\b")
_ARP = re.compile(rf"\[(?P<mac>[0-9a-f.]{{14}})/{_ADDRESS}/[0-9a-f.]{{14}}/(?P<to>[0-9.]{{7,15}})/")
_END = r"(?:\((?P<{0}>\d{{1,5}})\)|:(?P<{0}2>\d{{1,5}}))?"
_FLOW = re.compile(
    rf"{_ADDRESS}{_END.format('port')}(?: \([^)]{{1,60}}\))? (?:-> ?|to )?"
    rf"{_ADDRESS.replace('<ip>', '<to>')}{_END.format('to_port')}(?![.\d])"
)
_LOCAL_PORT = re.compile(r"\[local ?port: ?(?P<port>\d{1,5})\]", re.IGNORECASE)
_BY = re.compile(r"\bby :?'?(?P<user>[A-Za-z][\w.@\\-]{0,63})'? on (?:vty|tty|con|aux)")
_IN_BRACKETS = re.compile(rf"\({_ADDRESS}\)")
_ACCESS = {"DOT1X": "802.1x", "MAB": "mab", "AUTHMGR": "port", "EPM": "port", "SESSION_MGR": "port"}
_NO_NAMES = frozenset({"from", "on", "has", "is", "name", "to", "by", "not", "logged", "in", "was", "id"})


class CiscoIosParser:
    """Header by the syslog codec, then `%FACILITY-SEVERITY-MNEMONIC`."""

    name = "cisco_ios"
    version = 2

    def parse(self, record: RawRecord, context: Context) -> Iterable[Parsed]:
        text = text_of(record.data)
        head = header(text, context)
        found = _MESSAGE.search(head.rest[:LONGEST]) or _MESSAGE.search(text[:LONGEST])
        if found is None:
            raise ParseError("no %FACILITY-SEVERITY-MNEMONIC in the line", kind="bad_body")
        event = event_of(head, found["text"].strip(), reporter="observer")
        event.pop("log.syslog.appname", None)
        _names(event, found)
        event.update(_meaning(found["facility"], found["mnemonic"], found["text"].strip()))
        event.setdefault("event.category", [])
        event.setdefault("event.type", ["info"])
        return (parsed(event, head),)


def _names(event: Event, found: re.Match[str]) -> None:
    severity = int(found["severity"])
    facility = found["facility"]
    event["event.module"] = "cisco"
    event["event.dataset"] = "cisco.ios"
    event["event.code"] = f"{facility}-{severity}-{found['mnemonic']}"
    event["event.severity"] = severity
    event["log.level"] = SEVERITIES[severity]
    event["observer.vendor"] = "Cisco"
    event["observer.product"] = "IOS"
    event["observer.type"] = "router"
    event["cisco.ios.facility"] = facility
    event["cisco.ios.severity"] = severity
    event["cisco.ios.mnemonic"] = found["mnemonic"]
    event["cisco.ios.message"] = found["text"].strip()


def _meaning(facility: str, mnemonic: str, text: str) -> Event:
    forms = MESSAGES.get(mnemonic, ())
    event = read_forms(forms, text)
    if event is not None:
        return event
    event = {}
    if (seen := _FROM.search(text)) is not None:
        put(event, "source", seen["ip"])
        if "source.ip" not in event:
            event.clear()
    if (seen := _USER.search(text)) is not None and seen["user"].lower() not in _NO_NAMES:
        event["user.name"] = seen["user"]
    _pair(event, text)
    _seen(event, text)
    if facility in _ACCESS and mnemonic.startswith(("FAIL", "SUCC", "DENY")):
        outcome = "success" if mnemonic.startswith("SUCC") else "failure"
        event.update(authentication("port_authentication", outcome))
        event["cisco.ios.method"] = _ACCESS[facility]
    return event


def _pair(event: Event, text: str) -> None:
    """`A(port) -> B(port)`, `[Source: A] [localport: 22]`, `by USER on vty0 (A)`: the same in many messages."""
    if (found := _FLOW.search(text)) is not None:
        put(event, "source", found["ip"], found["port"] or found["port2"] or "")
        put(event, "destination", found["to"], found["to_port"] or found["to_port2"] or "")
    if (found := _LOCAL_PORT.search(text)) is not None:
        put(event, "destination", "", found["port"])
    if "user.name" not in event and (found := _BY.search(text)) is not None:
        event["user.name"] = found["user"]
    if "source.ip" not in event and (found := _IN_BRACKETS.search(text)) is not None:
        put(event, "source", found["ip"])


def _seen(event: Event, text: str) -> None:
    """Interface and MAC address of a message that is not understood."""
    if (found := _ARP.search(text)) is not None:
        put(event, "source", found["ip"])
        put(event, "destination", found["to"])
    if (found := _MAC.search(text)) is not None and (address := mac(found["mac"])) is not None:
        event["source.mac"] = address
    if (found := _INTERFACE.search(text)) is not None:
        event["observer.ingress.interface.name"] = found["interface"]
