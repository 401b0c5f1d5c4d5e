"""Frames and capture files made byte by byte, so that no test needs a packet library."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from socket import AF_INET, AF_INET6, inet_pton

MACS = bytes.fromhex("525400000002525400000001")  # destination, source
SYN, ACK, FIN, RST = 2, 16, 1, 4

Stamped = tuple[float, bytes]


def ethernet(payload: bytes, kind: int = 0x0800, *, tags: Iterable[int] = ()) -> bytes:
    """An Ethernet frame; `tags` are VLAN numbers, outermost first."""
    vlans = b"".join(struct.pack("!HH", 0x8100, tag) for tag in tags)
    return MACS + vlans + struct.pack("!H", kind) + payload


def ipv4(source: str, destination: str, protocol: int, payload: bytes, *, fragment: int = 0, name: int = 1) -> bytes:
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), name, fragment, 64, protocol, 0)
    return head + inet_pton(AF_INET, source) + inet_pton(AF_INET, destination) + payload


def ipv6(source: str, destination: str, protocol: int, payload: bytes) -> bytes:
    head = struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64)
    return head + inet_pton(AF_INET6, source) + inet_pton(AF_INET6, destination) + payload


def udp(source: int, destination: int, payload: bytes = b"") -> bytes:
    return struct.pack("!HHHH", source, destination, 8 + len(payload), 0) + payload


def tcp(source: int, destination: int, flags: int, payload: bytes = b"") -> bytes:
    return struct.pack("!HHIIBBHHH", source, destination, 1, 1, 5 << 4, flags, 1_024, 0, 0) + payload


def icmp(kind: int, code: int = 0) -> bytes:
    return struct.pack("!BBHI", kind, code, 0, 0)


def query(name: str) -> bytes:
    """A DNS question for an A record."""
    labels = b"".join(bytes((len(label),)) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", 1, 1)


def answer(name: str, *addresses: str) -> bytes:
    """The answer to `query`."""
    question = query(name)[12:]
    rows = b"".join(struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + inet_pton(AF_INET, text) for text in addresses)
    return struct.pack("!HHHHHH", 7, 0x8180, 1, len(addresses), 0, 0) + question + rows


def pcap(frames: Iterable[Stamped], *, order: str = "<", nano: bool = False, link: int = 1) -> bytes:
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65_535, link)]
    for at, data in frames:
        seconds = int(at)
        fraction = round((at - seconds) * (1_000_000_000 if nano else 1_000_000))
        out.append(struct.pack(order + "IIII", seconds, fraction, len(data), len(data)) + data)
    return b"".join(out)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    padded = body + b"\0" * (-len(body) % 4)
    size = struct.pack(order + "I", len(padded) + 12)
    return struct.pack(order + "I", kind) + size + padded + size


def pcapng(frames: Iterable[Stamped], *, order: str = "<", options: bytes = b"") -> bytes:
    out = [block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)]
    out.append(block(1, struct.pack(order + "HHI", 1, 0, 65_535) + options, order))
    for at, data in frames:
        ticks = int(at * 1_000_000)
        head = struct.pack(order + "IIIII", 0, ticks >> 32, ticks & 0xFFFF_FFFF, len(data), len(data))
        out.append(block(6, head + data, order))
    return b"".join(out)
