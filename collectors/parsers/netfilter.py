"""Packets logged by the Linux kernel: iptables, nftables, ufw, firewalld, OpenWrt (net/netfilter/nf_log_syslog.c).

`[UFW BLOCK] IN=eth0 OUT= MAC=… SRC=192.0.2.7 DST=192.0.2.1 LEN=60 … PROTO=TCP SPT=4711 DPT=22 … SYN URGP=0`
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from collectors.codecs.syslog import Header, header
from collectors.codecs.text import text_of
from collectors.enrich.addresses import mac, pack, put
from collectors.enrich.community import ICMP, ICMP6, community_id, icmp_ports
from collectors.parser import Context, Parsed
from collectors.parsers.envelope import event_of, parsed
from soc.errors import ParseError
from soc.event import Event
from soc.raw import RawRecord

LONGEST = 8_192
NUMBERS = {"TCP": 6, "UDP": 17, "UDPLITE": 136, "ICMP": 1, "ICMPv6": 58, "SCTP": 132, "ESP": 50, "AH": 51, "GRE": 47}
TRANSPORTS = {1: "icmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 51: "ah", 58: "ipv6-icmp", 132: "sctp"}
FLAGS = ("CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN")

_ARP = {"IPSRC": "SRC", "IPDST": "DST"}  # nf_log_arp
_CLOCK = re.compile(r"\[ *+\d++\.\d++\] ?")
_PAIR = re.compile(r"(?P<key>[A-Z][A-Za-z0-9]*+)=(?P<value>\S*+)")
_DENIED = re.compile(r"block|drop|den(?:y|ied)|reject|_rej|limit|invalid|refus|chặn", re.IGNORECASE)
_ALLOWED = re.compile(r"allow|accept|permit|pass\b|audit", re.IGNORECASE)


class NetfilterParser:
    """A syslog line of the kernel that holds a packet; other lines are no business of this parser."""

    name = "netfilter"
    version = 2

    def parse(self, record: RawRecord, context: Context) -> Iterable[Parsed]:
        head = header(text_of(record.data), context)
        found = read_kernel(head, context)
        if found is None:
            raise ParseError("no packet of the kernel's filter: IN=, OUT= and SRC= are missing", kind="bad_body")
        return (found,)


def read_kernel(head: Header, context: Context) -> Parsed | None:
    """The packet in a kernel line, None when there is none."""
    text = (head.body if " OUT=" in head.body else head.rest)[:LONGEST]
    # The prefix is any text; IN= and OUT= stand first behind it, in that order.
    start = text.rfind("IN=", 0, max(text.find(" OUT="), 0))
    if start < 0:
        return None
    clock = _CLOCK.match(text)
    prefix = text[clock.end() if clock else 0 : start]
    keys, flags = _keys(text[start:])
    if "SRC" not in keys and "MACSRC" not in keys and "MAC" not in keys:
        return None
    for name, own in _ARP.items():
        if name in keys:
            keys.setdefault(own, keys[name])
    event = event_of(head, head.body)
    event["event.module"] = "netfilter"
    event["event.dataset"] = "netfilter.log"
    event.update({f"netfilter.{key.lower()}": value for key, value in keys.items()})
    if flags:
        event["netfilter.tcp_flags"] = flags
    _verdict(event, prefix.strip(" :"), keys)
    _packet(event, keys)
    return parsed(event, head)


def _keys(text: str) -> tuple[dict[str, str], list[str]]:
    """The outer packet's keys. An ICMP error quotes the packet it answers in `[…]`: that one is not read."""
    outer = text.partition("[")[0]
    keys: dict[str, str] = {}
    for match in _PAIR.finditer(outer):
        keys.setdefault(match["key"], match["value"])
    words = set(outer.split())
    return keys, [flag for flag in FLAGS if flag in words]


def _verdict(event: Event, prefix: str, keys: dict[str, str]) -> None:
    """The kernel logs a packet, not what became of it; only the rule's prefix can tell."""
    event["event.category"] = ["network"]
    kinds = ["connection"]
    if prefix:
        event["rule.name"] = prefix.strip("[] :")
        event["netfilter.prefix"] = prefix
    if _DENIED.search(prefix) or prefix.rstrip("]- ").endswith("-D"):
        event["event.action"] = "deny"
        event["event.outcome"] = "success"
        kinds.append("denied")
    elif _ALLOWED.search(prefix) or prefix.rstrip("]- ").endswith("-A"):
        event["event.action"] = "allow"
        event["event.outcome"] = "success"
        kinds.append("allowed")
    else:
        event["event.action"] = "log"
        kinds.append("info")
    event["event.type"] = kinds
    if interface := keys.get("IN"):
        event["observer.ingress.interface.name"] = interface
    if interface := keys.get("OUT"):
        event["observer.egress.interface.name"] = interface


def _packet(event: Event, keys: dict[str, str]) -> None:
    put(event, "source", keys.get("SRC", ""), keys.get("SPT", ""))
    put(event, "destination", keys.get("DST", ""), keys.get("DPT", ""))
    _protocol(event, keys)
    if (length := _number(keys.get("LEN", ""))) is not None:
        event["network.bytes"] = length
        event["network.packets"] = 1
    if "source.ip" in event:
        event["network.type"] = "ipv6" if ":" in event["source.ip"] else "ipv4"
    if keys.get("UID", "").isdigit():
        event["user.id"] = keys["UID"]  # of the local program that sent it
    for side, name in (("source", "MACSRC"), ("destination", "MACDST")):
        if (address := mac(keys.get(name, ""))) is not None and address != "00-00-00-00-00-00":
            event[f"{side}.mac"] = address
    # Destination, source and type of the Ethernet header, 14 bytes in one row.
    frame = keys.get("MAC", "").split(":")
    if len(frame) >= 12:
        for side, place in (("destination", 0), ("source", 6)):
            if (address := mac(":".join(frame[place : place + 6]))) is not None:
                event[f"{side}.mac"] = address


def _protocol(event: Event, keys: dict[str, str]) -> None:
    sent = keys.get("PROTO", "")
    number = NUMBERS.get(sent) if not sent.isdigit() else _number(sent)
    if number is None or number > 255:
        return
    event["network.iana_number"] = str(number)
    if number in TRANSPORTS:
        event["network.transport"] = TRANSPORTS[number]
    kind, code = _number(keys.get("TYPE", "")), _number(keys.get("CODE", ""))
    if number not in (ICMP, ICMP6) or kind is None or code is None or max(kind, code) > 255:
        return
    ends = pack(event.get("source.ip", "")), pack(event.get("destination.ip", ""))
    if ends[0] is not None and ends[1] is not None:
        first, second, one_way = icmp_ports(number, kind, code)
        event["network.community_id"] = community_id(number, ends[0], ends[1], first, second, one_way=one_way)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None
