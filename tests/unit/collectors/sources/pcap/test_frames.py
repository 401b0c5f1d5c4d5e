"""Frames of every kind of capture file, whole or damaged."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.sources.pcap.frames import Frame, is_capture, open_capture
from soc.errors import ParseError
from tests.unit.collectors.sources.pcap.packets import block, pcap, pcapng

TWO = [(1_700_000_000.25, b"first frame"), (1_700_000_001.5, b"second")]


def _read(path: Path, data: bytes) -> tuple[list[Frame], list[str]]:
    path.write_bytes(data)
    capture = open_capture(path)
    try:
        return list(capture.frames()), capture.notes
    finally:
        capture.close()


@pytest.mark.parametrize(
    "data",
    [
        pcap(TWO),
        pcap(TWO, order=">"),
        pcap(TWO, nano=True),
        pcap(TWO, order=">", nano=True),
        pcapng(TWO),
        pcapng(TWO, order=">"),
        gzip.compress(pcap(TWO)),
    ],
    ids=["pcap", "big-endian", "ns", "big-endian ns", "pcapng", "big-endian pcapng", "gzip"],
)
def test_every_form_gives_the_same_frames(tmp_path: Path, data: bytes) -> None:
    frames, notes = _read(tmp_path / "x", data)

    assert [(number, at, data) for number, at, _, data, _ in frames] == [
        (1, 1_700_000_000_250_000_000, b"first frame"),
        (2, 1_700_000_001_500_000_000, b"second"),
    ]
    assert {link for _, _, link, _, _ in frames} == {1}
    assert notes == []


def test_a_cut_capture_gives_what_is_whole_and_says_where_it_ends(tmp_path: Path) -> None:
    frames, notes = _read(tmp_path / "x", pcap(TWO)[:-3])

    assert len(frames) == 1
    assert "frame 2 is cut short: 6 bytes announced, 3 there" in notes[0]


@pytest.mark.parametrize("left", [1, 30])
def test_a_cut_header_is_named(tmp_path: Path, left: int) -> None:
    frames, notes = _read(tmp_path / "x", pcap(TWO)[: 24 + left - 20 if left == 1 else 24 + 5])

    assert frames == []
    assert "cut short" in notes[0]


def test_a_frame_of_impossible_length_ends_the_reading(tmp_path: Path) -> None:
    data = pcap(TWO) + struct.pack("<IIII", 0, 0, 1 << 30, 1 << 30)

    frames, notes = _read(tmp_path / "x", data)

    assert len(frames) == 2
    assert "claims 1073741824 bytes" in notes[0]


def test_a_damaged_gzip_gives_what_was_unpacked(tmp_path: Path) -> None:
    _, notes = _read(tmp_path / "x", gzip.compress(pcap(TWO * 2_000))[:-40])

    assert "gzip is damaged" in notes[0]


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(pcap([(1.0, bytes(200_000))] * 40))

    with pytest.raises(ParseError, match="200 times"):
        _read(tmp_path / "x", bomb)


def test_what_is_no_capture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match="no capture"):
        _read(tmp_path / "x", b"hello world")
    assert not is_capture(b"hell")
    assert is_capture(pcap(TWO))


def test_the_resolution_and_offset_of_an_interface_are_kept(tmp_path: Path) -> None:
    # if_tsresol 10^-3, if_tsoffset 10 s, end of options
    options = struct.pack("<HHB3xHHqHH", 9, 1, 3, 14, 8, 10, 0, 0)
    head = struct.pack("<IIIII", 0, 0, 1_500, 1, 1)

    frames, _ = _read(tmp_path / "x", pcapng([], options=options) + block(6, head + b"x"))

    assert frames[0][1] == 11_500_000_000


def test_simple_packets_have_no_time(tmp_path: Path) -> None:
    frames, _ = _read(tmp_path / "x", pcapng([]) + block(3, struct.pack("<I", 3) + b"abc"))

    assert frames == [(1, 0, 1, b"abc", 3)]


def test_unknown_blocks_and_interfaces_are_passed_over(tmp_path: Path) -> None:
    lost = block(6, struct.pack("<IIIII", 9, 0, 0, 1, 1) + b"x")

    frames, notes = _read(tmp_path / "x", pcapng([]) + block(0xBAD, b"1234") + lost + pcapng(TWO))

    assert len(frames) == 2
    assert notes == []


def test_a_block_of_impossible_length_ends_the_reading(tmp_path: Path) -> None:
    frames, notes = _read(tmp_path / "x", pcapng(TWO) + struct.pack("<II", 6, 7))
    _, cut = _read(tmp_path / "x", pcapng(TWO)[:-2])

    assert len(frames) == 2
    assert "impossible length 7" in notes[0]
    assert "cut short" in cut[0]


def test_old_packet_blocks_are_read(tmp_path: Path) -> None:
    old = struct.pack("<HHIIII", 0, 0, 0, 5, 2, 2) + b"ab"

    frames, _ = _read(tmp_path / "x", pcapng([]) + block(2, old))

    assert frames == [(1, 5_000, 1, b"ab", 2)]


@given(data=st.binary(max_size=400), head=st.sampled_from([b"", pcap([]), pcapng([])]))
@settings(deadline=None, max_examples=200)
def test_any_bytes_end_or_are_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes, head: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.pcap"
    try:
        frames, _ = _read(path, head + data)
    except ParseError:
        return
    assert len(frames) <= 40
