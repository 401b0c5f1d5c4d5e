"""From a frame to its ports, through every wrapping there is."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.sources.pcap.headers import Packet, walk
from tests.unit.collectors.sources.pcap.packets import ethernet, ipv4, ipv6, tcp, udp

FOUR = ipv4("10.0.0.1", "10.0.0.2", 17, udp(5_000, 53, b"12345"))
SIX = ipv6("2001:db8::1", "2001:db8::2", 17, udp(5_000, 53, b"12345"))


def _walked(link: int, data: bytes) -> Packet:
    packet = walk(link, data)
    assert packet is not None
    return packet


@pytest.mark.parametrize(
    "link, data",
    [
        (1, ethernet(FOUR)),
        (1, ethernet(SIX, 0x86DD)),
        (1, ethernet(FOUR, tags=(7,))),
        (1, ethernet(FOUR, tags=(5, 7))),
        (1, ethernet(struct.pack("!I", 0x00000100) + FOUR, 0x8847)),
        (1, ethernet(struct.pack("!II", 0x00000000, 0x00000100) + SIX, 0x8847)),
        (1, ethernet(struct.pack("!BBHHH", 0x11, 0, 1, 9, 0x21) + FOUR, 0x8864)),
        (101, FOUR),
        (101, SIX),
        (0, b"\x02\0\0\0" + FOUR),
        (113, bytes(14) + b"\x08\x00" + FOUR),
        (276, b"\x08\x00" + bytes(18) + FOUR),
        (104, b"\x0f\x00\x08\x00" + FOUR),
        (9, b"\xff\x03\x00\x21" + FOUR),
        (9, b"\x00\x57" + SIX),
    ],
)
def test_every_wrapping_leads_to_the_ports(link: int, data: bytes) -> None:
    packet = _walked(link, data)

    assert (packet.protocol, packet.first, packet.second, packet.payload) == (17, 5_000, 53, 5)


def test_the_innermost_vlan_and_the_macs_are_kept() -> None:
    packet = _walked(1, ethernet(FOUR, tags=(5, 7)))

    assert packet.vlan == 7
    assert packet.macs.hex() == "525400000002525400000001"


def test_tcp_flags_and_payload_are_read() -> None:
    packet = _walked(1, ethernet(ipv4("10.0.0.1", "10.0.0.2", 6, tcp(1, 2, 18, b"abc"))))

    assert (packet.flags, packet.payload, packet.length) == (18, 3, 43)


def test_extension_headers_are_walked_through() -> None:
    hop = bytes((51, 0)) + bytes(6)
    security = bytes((44, 4)) + bytes(22)
    fragment = bytes((17, 0, 0, 0)) + bytes(4)
    packet = _walked(101, ipv6("::1", "::2", 0, hop + security + fragment + udp(1, 2)))

    assert (packet.protocol, packet.first, packet.second) == (17, 1, 2)
    assert packet.fragment


def test_a_later_fragment_has_no_ports() -> None:
    packet = _walked(101, ipv4("10.0.0.1", "10.0.0.2", 17, b"data", fragment=100))

    assert (packet.first, packet.second) == (-1, -1)


def test_a_segment_cut_by_the_card_counts_its_bytes() -> None:
    data = bytearray(ipv4("10.0.0.1", "10.0.0.2", 17, udp(1, 2, b"x" * 50)))
    data[2:4] = b"\0\0"

    assert _walked(101, bytes(data)).length == 78


@pytest.mark.parametrize(
    "link, data",
    [
        (1, b""),
        (1, ethernet(b"", 0x0806)),
        (1, ethernet(FOUR[:10])),
        (1, ethernet(SIX[:30], 0x86DD)),
        (1, ethernet(b"\x55" + FOUR[1:])),
        (1, ethernet(FOUR, 0x86DD)),
        (147, FOUR),
        (9, b"\xc0\x21" + FOUR),
    ],
)
def test_what_carries_no_ip_is_nothing(link: int, data: bytes) -> None:
    assert walk(link, data) is None


@given(link=st.sampled_from([0, 1, 9, 101, 104, 108, 113, 228, 229, 276]), data=st.binary(max_size=120))
@settings(deadline=None, max_examples=200)
def test_any_bytes_give_a_packet_or_nothing(link: int, data: bytes) -> None:
    packet = walk(link, data)

    assert packet is None or packet.length >= 0


@given(cut=st.integers(0, 60), kind=st.sampled_from([ethernet(FOUR), ethernet(SIX, 0x86DD), ethernet(FOUR, tags=(1,))]))
@settings(deadline=None, max_examples=200)
def test_a_frame_cut_anywhere_never_raises(cut: int, kind: bytes) -> None:
    assert walk(1, kind[:cut]) is None or cut > 30
