"""How the records of a frame become bytes and come back: one body, two forms, zstd and CRC-32 around both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol
from zlib import crc32

import msgspec
import zstandard

from soc.errors import JournalError

FRAME_BYTES = 4 * 1024 * 1024
"""Unpacked; looked at before anything is unpacked, so a frame cannot be a bomb."""
RECORD_OVERHEAD = 5  # msgpack's longest head of a byte string; a line needs 1

_pack = zstandard.ZstdCompressor(level=1)
_unpack = zstandard.ZstdDecompressor()


class DamagedError(Exception):
    """A frame's body is not what was written."""


class Form(Protocol):
    """One way to lay records side by side."""

    def join(self, records: Sequence[bytes]) -> bytes: ...

    def split(self, data: bytes) -> list[bytes]: ...


class Records:
    """Raw log: one msgpack list of byte strings, each an encoded `RawRecord`."""

    _encoder = msgspec.msgpack.Encoder()
    _decoder = msgspec.msgpack.Decoder(list[bytes])

    def join(self, records: Sequence[bytes]) -> bytes:
        return self._encoder.encode(records)

    def split(self, data: bytes) -> list[bytes]:
        try:
            return self._decoder.decode(data)
        except msgspec.MsgspecError as error:
            raise DamagedError(str(error)) from error


class Lines:
    """Event log: NDJSON, one event a line; DuckDB reads an unpacked frame as it is."""

    def join(self, records: Sequence[bytes]) -> bytes:
        data = b"\n".join(records) + b"\n"
        if data.count(b"\n") != len(records):
            raise JournalError("an event line holds a line end - encode events with soc.event.encode", code="SOC-1505")
        return data

    def split(self, data: bytes) -> list[bytes]:
        if not data.endswith(b"\n"):
            raise DamagedError("the last line has no end")
        return data[:-1].split(b"\n")


RECORDS: Form = Records()
LINES: Form = Lines()


def frames_of(records: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """The records cut so that every part fits one frame; a single record that does not is refused."""
    start, room = 0, FRAME_BYTES - 16
    for index, record in enumerate(records):
        need = len(record) + RECORD_OVERHEAD
        if need > FRAME_BYTES - 16:
            raise JournalError(
                f"a record of {len(record):,} bytes does not fit a frame of {FRAME_BYTES:,} - cut it first",
                code="SOC-1504",
            )
        if need > room:
            yield records[start:index]
            start, room = index, FRAME_BYTES - 16
        room -= need
    yield records[start:]


def packed(form: Form, records: Sequence[bytes]) -> tuple[bytes, int]:
    """The body and its CRC-32."""
    body = _pack.compress(form.join(records))
    return body, crc32(body)


def unpacked(form: Form, body: bytes, crc: int, count: int) -> list[bytes]:
    """The records of a body; raises DamagedError unless every check fits."""
    if crc32(body) != crc:
        raise DamagedError("the check sum does not fit")
    try:
        if not 0 <= zstandard.frame_content_size(body) <= FRAME_BYTES:
            raise DamagedError("the frame is larger than any frame of ours")
        records = form.split(_unpack.decompress(body))
    except zstandard.ZstdError as error:
        raise DamagedError(str(error)) from error
    if len(records) != count:
        raise DamagedError(f"the frame holds {len(records)} records instead of {count}")
    return records
