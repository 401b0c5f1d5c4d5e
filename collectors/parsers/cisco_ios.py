"""Cisco IOS, IOS-XE, IOS-XR, NX-OS: `%FACILITY-SEVERITY-MNEMONIC: text` (Cisco's System Message Guide).

Every message is kept with its three names and the addresses and users that can be seen in it; the messages of
`cisco_ios_messages.py` are understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from collectors.codecs.syslog import SEVERITIES, header
from collectors.codecs.text import text_of
from collectors.enrich.addresses import put
from collectors.parser import Context, Parsed
from collectors.parsers.cisco_ios_messages import MESSAGES
from collectors.parsers.envelope import event_of, parsed
from collectors.parsers.forms import LONGEST, read_forms
from soc.errors import ParseError
from soc.event import Event
from soc.raw import RawRecord

# NX-OS and IOS-XR write sub-facilities with further hyphens: the severity is the only lone digit.
_MESSAGE = re.compile(
    r"%(?P<facility>[A-Z][\w./+-]{0,63}?)-(?P<severity>[0-7])-(?P<mnemonic>[\w]{1,64}) ?: ?(?P<text>.*)", re.DOTALL
)
_USER = re.compile(r"\b[Uu]ser(?:name)?(?:: ?| ?= ?| '| )\[?(?P<user>[\w.@\\-]{1,64})")
_ADDRESS = r"(?P<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7})"
_FROM = re.compile(rf"\b(?:[Ss]ource|from|src|by|host|neighbor|client|peer)(?::| =|=| ip| address)? ?\[?'?{_ADDRESS}")
_NO_NAMES = frozenset({"from", "on", "has", "is", "name", "to", "by", "not", "logged", "in", "was", "id"})


class CiscoIosParser:
    """Header by the syslog codec, then `%FACILITY-SEVERITY-MNEMONIC`."""

    name = "cisco_ios"
    version = 1

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
    return event
