"""One conversation out of a capture: the very frames that its flow counted, and no more than the limits."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.sources.pcap import cut as module
from collectors.sources.pcap.cut import cut, write
from collectors.sources.pcap.flows import FlowTable
from collectors.sources.pcap.frames import open_capture, open_stream
from soc.errors import ParseError
from tests.unit.collectors.sources.pcap.packets import SYN, Stamped, ethernet, icmp, ipv4, pcap, pcapng, tcp, udp

CLIENT, SERVER = "10.0.0.1", "192.0.2.53"


def _mixed(pairs: list[tuple[int, bool]]) -> list[Stamped]:
    """DNS between the two from a port of the client's, there (True) or back."""
    frames = []
    for at, (port, there) in enumerate(pairs):
        ends = (CLIENT, SERVER) if there else (SERVER, CLIENT)
        ports = (port, 53) if there else (53, port)
        frames.append((1_700_000_000.0 + at / 1_000, ethernet(ipv4(*ends, 17, udp(*ports, b"x")))))
    return frames


def _flows(data: bytes) -> dict[str, int]:
    total: dict[str, int] = {}
    for flow in FlowTable().over(open_stream(io.BytesIO(data)).frames()):
        total[flow.community] = total.get(flow.community, 0) + sum(flow.packets)
    return total


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(5_000, 5_005), st.booleans()), min_size=1, max_size=40), st.booleans())
def test_every_flow_gives_the_packets_that_it_counted(pairs: list[tuple[int, bool]], ng: bool) -> None:
    data = (pcapng if ng else pcap)(_mixed(pairs))

    for community, packets in _flows(data).items():
        assert len(cut(open_stream(io.BytesIO(data)), community).frames) == packets


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 300))
def test_whatever_the_bytes_there_are_frames_or_a_parse_error(noise: bytes, place: int) -> None:
    good = pcap(_mixed([(5_000, True)] * 3))
    data = good[:place] + noise

    try:
        found = cut(open_stream(io.BytesIO(data)), next(iter(_flows(good))))
    except ParseError:
        return
    assert found.size == sum(len(frame[3]) for frame in found.frames)


def test_what_is_written_is_read_again_with_times_lengths_and_link_types(tmp_path: Path) -> None:
    frames = _mixed([(5_000, True), (5_001, True), (5_000, False)])
    data = pcap(frames, nano=True)
    found = cut(open_stream(io.BytesIO(data)), next(iter(_flows(data))))
    write(found, tmp_path / "out.pcapng")

    again = list(open_capture(tmp_path / "out.pcapng").frames())

    assert [frame[0] for frame in found.frames] == [1, 3]
    assert [frame[1:] for frame in again] == [frame[1:] for frame in found.frames]


def test_a_fragment_belongs_to_the_conversation_of_its_first(tmp_path: Path) -> None:
    first = ethernet(ipv4(CLIENT, SERVER, 17, udp(5_000, 53, b"x" * 8), fragment=0x2000))
    later = ethernet(ipv4(CLIENT, SERVER, 17, b"y" * 16, fragment=2))
    data = pcap([(1.0, first), (2.0, later), (3.0, ethernet(ipv4(CLIENT, SERVER, 1, icmp(8))))])

    assert [frame[0] for frame in cut(open_stream(io.BytesIO(data)), next(iter(_flows(data)))).frames] == [1, 2]


def test_more_packets_than_the_limit_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PACKETS", 5)
    data = pcap(_mixed([(5_000, True)] * 9))
    found = cut(open_stream(io.BytesIO(data)), next(iter(_flows(data))))

    assert len(found.frames) == 5
    assert found.notes[0].startswith("limit: 5 packets")


def test_a_search_that_takes_too_long_says_how_far_it_came() -> None:
    ticks = iter(range(1_000))
    frames = [(1.0 + n / 1_000, ethernet(ipv4(CLIENT, f"192.0.2.{n % 200}", 6, tcp(n, 80, SYN)))) for n in range(9_000)]
    data = pcap(frames)

    found = cut(open_stream(io.BytesIO(data)), "1:nothing", seconds=0.5, now=lambda: float(next(ticks)))

    assert found.notes == ["time: the search stopped after frame 1 of the capture"]


def test_a_capture_that_breaks_off_gives_what_stands_before() -> None:
    whole = pcap(_mixed([(5_000, True)] * 3))
    found = cut(open_stream(io.BytesIO(whole[:-5])), next(iter(_flows(whole))))

    assert len(found.frames) == 2
    assert found.notes[0].startswith("damage: frame 3 is cut short")
