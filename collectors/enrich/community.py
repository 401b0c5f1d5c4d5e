"""Community id v1, seed 0: one name for a conversation in every sensor's log (corelight/community-id-spec)."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from hashlib import sha1

from collectors.enrich.addresses import pack
from soc.event import EventView

ICMP, TCP, UDP, ICMP6, SCTP = 1, 6, 17, 58, 132

NUMBERS = {"icmp": ICMP, "tcp": TCP, "udp": UDP, "ipv6-icmp": ICMP6, "icmpv6": ICMP6, "icmp6": ICMP6, "sctp": SCTP}
"""`network.transport` -> protocol number, of the protocols that the specification gives ports."""

# A question and its answer share an id: type -> type of the other side.
_ICMP_PAIRS = {8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17, 10: 9, 9: 10}
_ICMP6_PAIRS = {128: 129, 129: 128, 133: 134, 134: 133, 135: 136, 136: 135, 130: 131, 131: 130, 144: 145, 145: 144}
_ICMP6_PAIRS |= {139: 140, 140: 139}


def community_id(
    protocol: int, source: bytes, destination: bytes, source_port: int, destination_port: int, *, one_way: bool = False
) -> str:
    """The id of packed addresses and ports; for ICMP these and `one_way` come from `icmp_ports`."""
    if not one_way and (source, source_port) > (destination, destination_port):
        source, destination = destination, source
        source_port, destination_port = destination_port, source_port
    ports = (source_port << 16 | destination_port).to_bytes(4, "big")
    text = b"\0\0" + source + destination + bytes((protocol & 0xFF, 0)) + ports
    return "1:" + b64encode(sha1(text, usedforsecurity=False).digest()).decode()


def icmp_ports(protocol: int, kind: int, code: int) -> tuple[int, int, bool]:
    """ICMP type and code as the two ports, and whether the kind has no answer."""
    other = (_ICMP6_PAIRS if protocol == ICMP6 else _ICMP_PAIRS).get(kind)
    return (kind, code, True) if other is None else (kind, other, False)


def of_event(event: EventView) -> str | None:
    """The id of an event with a TCP, UDP or SCTP five-tuple; None where a part is missing.
    ICMP carries no type in ECS: a parser that knows it writes `network.community_id` itself."""
    protocol = NUMBERS.get(event.get("network.transport", ""))
    if protocol is None or protocol in (ICMP, ICMP6):
        return None
    ends = event.get("source.ip"), event.get("destination.ip")
    ports = event.get("source.port"), event.get("destination.port")
    if not all(isinstance(end, str) for end in ends) or not all(isinstance(port, int) for port in ports):
        return None
    return _cached(protocol, *ends, *ports)


@lru_cache(maxsize=16_384)
def _cached(protocol: int, source: str, destination: str, source_port: int, destination_port: int) -> str | None:
    packed = pack(source), pack(destination)
    if packed[0] is None or packed[1] is None:
        return None
    return community_id(protocol, packed[0], packed[1], source_port & 0xFFFF, destination_port & 0xFFFF)
