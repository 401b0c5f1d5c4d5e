from __future__ import annotations

from zlib import crc32

import pytest
import zstandard

from soc.journal.body import FRAME_BYTES, LINES, RECORDS, DamagedError, Form, frames_of, packed, unpacked

RECORDS_OF_TWO = [b"one", b"two"]


@pytest.mark.parametrize("form", [RECORDS, LINES])
def test_a_body_comes_back_as_it_went_in(form: Form) -> None:
    body, crc = packed(form, RECORDS_OF_TWO)
    assert unpacked(form, body, crc, 2) == RECORDS_OF_TWO


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zstandard.ZstdCompressor(level=1).compress(b"\0" * (FRAME_BYTES + 1))
    assert len(bomb) < 1_000
    with pytest.raises(DamagedError, match="larger than any frame"):
        unpacked(RECORDS, bomb, crc32(bomb), 1)


def test_a_bomb_that_hides_its_size_is_refused() -> None:
    packer = zstandard.ZstdCompressor(level=1, write_content_size=False).compressobj()
    bomb = packer.compress(b"\0" * 100_000) + packer.flush()
    with pytest.raises(DamagedError):
        unpacked(RECORDS, bomb, crc32(bomb), 1)


@pytest.mark.parametrize("form, content", [(RECORDS, b"\xff\xff"), (RECORDS, b"\x81"), (LINES, b"no line end")])
def test_a_body_of_another_form_is_damage(form: Form, content: bytes) -> None:
    body = zstandard.ZstdCompressor().compress(content)
    with pytest.raises(DamagedError):
        unpacked(form, body, crc32(body), 1)


def test_what_is_no_zstd_is_damage() -> None:
    with pytest.raises(DamagedError):
        unpacked(RECORDS, b"plain", crc32(b"plain"), 1)


def test_a_flipped_bit_is_damage() -> None:
    body, crc = packed(RECORDS, RECORDS_OF_TWO)
    with pytest.raises(DamagedError, match="check sum"):
        unpacked(RECORDS, bytes([body[0] ^ 1]) + body[1:], crc, 2)


def test_a_frame_with_the_wrong_number_of_records_is_damage() -> None:
    body, crc = packed(RECORDS, RECORDS_OF_TWO)
    with pytest.raises(DamagedError, match="2 records instead of 3"):
        unpacked(RECORDS, body, crc, 3)


def test_records_are_cut_into_frames_that_fit() -> None:
    records = [bytes(1_000_000)] * 9
    parts = list(frames_of(records))
    assert [record for part in parts for record in part] == records
    assert all(len(RECORDS.join(part)) <= FRAME_BYTES for part in parts)
