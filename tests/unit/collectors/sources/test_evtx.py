"""EVTX files: cut into chunks, chunks into records, and nothing lost without a count."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.parser import Context
from collectors.parsers.windows.parser import WindowsParser
from collectors.sources.evtx import CHUNK_BYTES, CHUNK_MAGIC, HEADER_BYTES, Damage, chunks, is_evtx, records
from soc.errors import SourceError
from soc.raw import RawRecord, Transport
from tests.corpus import corpus

EMPTY_CHUNK = CHUNK_MAGIC + bytes(CHUNK_BYTES - len(CHUNK_MAGIC))


def a_file() -> bytes:
    """A small real log: one chunk."""
    return min((path.read_bytes() for path in corpus("sigma-regression-dev").glob("**/*.evtx")), key=len)


def written(folder: Path, data: bytes) -> Path:
    path = folder / "log.evtx"
    path.write_bytes(data)
    return path


def test_a_file_is_cut_behind_its_header(tmp_path: Path) -> None:
    damage = Damage()
    (chunk,) = chunks(written(tmp_path, a_file()), damage)
    assert chunk.offset == HEADER_BYTES
    assert len(chunk.data) == CHUNK_BYTES
    assert damage == Damage()
    assert [record.json[:9] for record in records(chunk.data)] == [b'{"Event":'] * len(list(records(chunk.data)))


def test_chunks_without_a_file_header_are_read_too(tmp_path: Path) -> None:
    (chunk,) = chunks(written(tmp_path, a_file()[HEADER_BYTES:]))
    assert list(records(chunk.data))
    assert is_evtx(chunk.data)
    assert not is_evtx(b"{}")


def test_a_broken_chunk_is_counted_and_kept_behind_the_others(tmp_path: Path) -> None:
    data = a_file()
    damage = Damage()
    found = list(
        chunks(
            written(tmp_path, data[:HEADER_BYTES] + b"x" * CHUNK_BYTES + bytes(CHUNK_BYTES) + data[HEADER_BYTES:]),
            damage,
        )
    )
    assert [chunk.offset for chunk in found] == [HEADER_BYTES + 2 * CHUNK_BYTES, HEADER_BYTES]
    assert damage.chunks == 1
    assert not damage.truncated


def test_a_cut_file_gives_what_is_there(tmp_path: Path) -> None:
    data = a_file()
    damage = Damage()
    (chunk,) = chunks(written(tmp_path, data[:-60_000]), damage)
    assert damage.truncated
    inside = Damage()
    list(records(chunk.data, inside))
    assert inside.truncated


@pytest.mark.parametrize("data", [b"", b"ElfFile\x00", b"text", b"ElfFile\x00" + bytes(100_000)])
def test_a_file_without_any_chunk_is_an_error_with_its_name(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(SourceError, match=r"log\.evtx") as caught:
        list(chunks(written(tmp_path, data)))
    assert caught.value.code == "SOC-1311"


def test_a_missing_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"absent\.evtx"):
        list(chunks(tmp_path / "absent.evtx"))


def test_damaged_records_are_counted_and_said() -> None:
    data = bytearray(a_file()[HEADER_BYTES:])
    data[600:4_000] = b"\xff" * 3_400
    parsed = list(
        WindowsParser().parse(
            RawRecord("t", "t", 0, "", Transport.EVTX, bytes(data)), Context(datetime(2026, 11, 24, tzinfo=UTC))
        )
    )
    assert parsed[-1].event["event.kind"] == "pipeline_error"
    assert "lost" in parsed[-1].event["error.message"]


def test_a_chunk_that_cannot_be_opened_is_counted() -> None:
    damage = Damage()
    assert list(records(b"no magic", damage)) == []
    assert damage.chunks + damage.records >= 1
    broken = RawRecord("t", "t", 0, "", Transport.EVTX, b"x" * CHUNK_BYTES)
    (parsed,) = WindowsParser().parse(broken, Context(datetime(2026, 11, 24, tzinfo=UTC)))
    assert parsed.event["error.type"] == "decode"
