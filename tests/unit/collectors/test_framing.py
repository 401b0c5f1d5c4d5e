from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.framing import Frame, Framer


def frames(*chunks: bytes, limit: int = 1_000) -> list[Frame]:
    framer = Framer(limit)
    return [frame for chunk in chunks for frame in framer.feed(chunk)] + framer.finish()


def test_counted_and_line_frames_may_be_mixed_on_one_connection() -> None:
    found = frames(b"5 <1>ab<2>line\n", b"4 <3>x<4>end\r\n")
    assert [frame.data for frame in found] == [b"<1>ab", b"<2>line", b"<3>x", b"<4>end"]


def test_a_line_that_starts_with_a_year_is_no_count() -> None:
    assert frames(b"2026 Nov 22 10:00:00 router up\n") == [Frame(b"2026 Nov 22 10:00:00 router up")]


def test_a_long_line_is_cut_flagged_and_the_next_one_is_whole() -> None:
    assert frames(b"a" * 25 + b"\nnext\n", limit=10) == [Frame(b"a" * 10, "truncated"), Frame(b"next")]


def test_a_long_counted_frame_is_cut_and_skipped_to_the_octet() -> None:
    assert frames(b"25 <1>" + b"a" * 22 + b"3 <2>", limit=10) == [Frame(b"<1>aaaaaaa", "truncated"), Frame(b"<2>")]


def test_an_impossible_count_ends_the_connection_as_a_bad_frame() -> None:
    framer = Framer(10)
    assert [frame.flag for frame in framer.feed(b"999999999 <1>abc")] == ["bad_frame"]
    assert framer.broken


def test_what_is_left_at_the_end_is_partial() -> None:
    assert frames(b"half a line") == [Frame(b"half a line", "partial")]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=10), st.integers(1, 7))
def test_the_cuts_between_reads_change_nothing(parts: list[bytes], size: int) -> None:
    stream = b"".join(parts)
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    assert frames(*pieces, limit=20) == frames(stream, limit=20)
