"""From a frame to its addresses and ports, with `struct` and nothing else; whatever the bytes, an answer or None.

Link types: tcpdump.org/linktypes.html. VLAN tags (802.1Q, 802.1ad), MPLS, PPPoE and IPv6 extension headers are
walked through; a tunnel counts as what it is outside.
"""

from __future__ import annotations

from typing import NamedTuple

ETHERNET, NULL, PPP, RAW, CISCO_HDLC, LOOP, LINUX_SLL, IPV4, IPV6, LINUX_SLL2 = (
    1,
    0,
    9,
    101,
    104,
    108,
    113,
    228,
    229,
    276,
)
TCP, UDP, ICMP, ICMP6, SCTP = 6, 17, 1, 58, 132

_VLAN = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
_EXTENSIONS = frozenset({0, 43, 60, 135, 139, 140})
_PORTS = frozenset({TCP, UDP, SCTP})


class Packet(NamedTuple):
    """`first`, `second`: ports, or ICMP type and code; -1 in a later fragment. `length`: of the IP packet."""

    protocol: int
    source: bytes
    destination: bytes
    first: int
    second: int
    length: int
    flags: int
    payload: int
    vlan: int
    macs: bytes
    fragment: int


def walk(link: int, data: bytes) -> Packet | None:
    """The packet in a frame; None when it carries no IP or is cut before its addresses."""
    try:
        kind, place, vlan = _network(link, data)
        if kind == 0x0800:
            return _ipv4(data, place, vlan, data[:12] if link == ETHERNET else b"")
        if kind == 0x86DD:
            return _ipv6(data, place, vlan, data[:12] if link == ETHERNET else b"")
    except IndexError:
        return None
    return None


def _network(link: int, data: bytes) -> tuple[int, int, int]:
    """Ethertype, place of the network header, VLAN (-1: none)."""
    if link == ETHERNET:
        return _ethertype(data, data[12] << 8 | data[13], 14)
    if link in (RAW, 12, 14, IPV4, IPV6):
        return (0x86DD if data[0] >> 4 == 6 else 0x0800), 0, -1
    if link == LINUX_SLL:
        return _ethertype(data, data[14] << 8 | data[15], 16)
    if link == LINUX_SLL2:
        return _ethertype(data, data[0] << 8 | data[1], 20)
    if link in (NULL, LOOP):
        return (0x86DD if data[4] >> 4 == 6 else 0x0800), 4, -1
    if link == CISCO_HDLC:
        return _ethertype(data, data[2] << 8 | data[3], 4)
    if link == PPP:
        start = 2 if data[:2] == b"\xff\x03" else 0
        return _ppp(data[start] << 8 | data[start + 1]), start + 2, -1
    return 0, 0, -1


def _ethertype(data: bytes, kind: int, place: int) -> tuple[int, int, int]:
    vlan = -1
    while kind in _VLAN:
        vlan = (data[place] << 8 | data[place + 1]) & 0x0FFF
        kind = data[place + 2] << 8 | data[place + 3]
        place += 4
    if kind == 0x8864:
        return _ppp(data[place + 6] << 8 | data[place + 7]), place + 8, vlan
    if kind in (0x8847, 0x8848):
        while not data[place + 2] & 1:
            place += 4
        place += 4
        kind = 0x86DD if data[place] >> 4 == 6 else 0x0800
    return kind, place, vlan


def _ppp(protocol: int) -> int:
    return {0x0021: 0x0800, 0x0057: 0x86DD}.get(protocol, 0)


def _ipv4(data: bytes, place: int, vlan: int, macs: bytes) -> Packet | None:
    first = data[place]
    size = (first & 0x0F) * 4
    if first >> 4 != 4 or size < 20 or len(data) < place + 20:
        return None
    # A card that cuts segments itself hands up packets of length 0.
    length = data[place + 2] << 8 | data[place + 3] or len(data) - place
    fragment = (data[place + 6] & 0x3F) << 8 | data[place + 7]
    offset = fragment & 0x1FFF
    key = 0
    if fragment:
        key = 1 << 16 | data[place + 4] << 8 | data[place + 5]
    ends = data[place + 12 : place + 16], data[place + 16 : place + 20]
    return _transport(data, data[place + 9], ends, place + size, place + length, length, vlan, macs, key, offset)


def _ipv6(data: bytes, place: int, vlan: int, macs: bytes) -> Packet | None:
    if data[place] >> 4 != 6 or len(data) < place + 40:
        return None
    length = 40 + (data[place + 4] << 8 | data[place + 5])
    protocol = data[place + 6]
    ends = data[place + 8 : place + 24], data[place + 24 : place + 40]
    start, key, offset = place + 40, 0, 0
    for _ in range(16):
        if protocol in _EXTENSIONS:
            protocol, start = data[start], start + 8 + data[start + 1] * 8
        elif protocol == 51:
            protocol, start = data[start], start + (data[start + 1] + 2) * 4
        elif protocol == 44:
            offset = (data[start + 2] << 8 | data[start + 3]) >> 3
            key = 1 << 32 | int.from_bytes(data[start + 4 : start + 8], "big")
            protocol, start = data[start], start + 8
        else:
            break
    return _transport(data, protocol, ends, start, place + length, length, vlan, macs, key, offset)


def _transport(
    data: bytes,
    protocol: int,
    ends: tuple[bytes, bytes],
    start: int,
    end: int,
    length: int,
    vlan: int,
    macs: bytes,
    key: int,
    offset: int,
) -> Packet:
    first = second = flags = 0
    payload = max(end - start, 0)
    if offset:
        first = second = -1
    elif protocol in _PORTS and len(data) >= start + 4:
        first, second = data[start] << 8 | data[start + 1], data[start + 2] << 8 | data[start + 3]
        payload = max(payload - 8, 0)
        if protocol == TCP and len(data) >= start + 14:
            payload = max(end - start - (data[start + 12] >> 4) * 4, 0)
            flags = data[start + 13]
    elif protocol in (ICMP, ICMP6) and len(data) >= start + 2:
        first, second = data[start], data[start + 1]
        payload = max(payload - 8, 0)
    return Packet(protocol, ends[0], ends[1], first, second, length, flags, payload, vlan, macs, key)
