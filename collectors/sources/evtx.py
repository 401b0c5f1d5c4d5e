"""EVTX files: cut into 64 KiB chunks for the raw log, chunks decoded to records.

[MS-EVEN6] and libevtx: a 4 KiB file header, then chunks that each carry their own strings and templates, so one
chunk is one raw record and decodes alone. The crate `evtx` reads 55,000 records a second, python-evtx 115.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from soc.errors import SourceError

FILE_MAGIC = b"ElfFile\x00"
CHUNK_MAGIC = b"ElfChnk\x00"
HEADER_BYTES = 4_096
CHUNK_BYTES = 65_536
CHUNK_HEADER_BYTES = 512
MOST_RECORDS = CHUNK_BYTES // 24  # a record has at least its own header


@dataclass(slots=True)
class Damage:
    """What could not be read of a file or chunk; for the summary, never silent."""

    chunks: int = 0
    records: int = 0
    truncated: bool = False


class Chunk(NamedTuple):
    """One raw record of an import. `offset`: its place in the file. `data` may be short at a cut end, or broken."""

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class EvtxRecord:
    """One record: `json` is what evtx_dump prints, `number` its record id."""

    number: int
    json: bytes


def is_evtx(head: bytes) -> bool:
    """By content, never by name."""
    return head.startswith((FILE_MAGIC, CHUNK_MAGIC))


def chunks(path: Path, damage: Damage | None = None) -> Iterator[Chunk]:
    """The chunks of a file, in order. Unused places (all zero) are passed over. Broken chunks come too, so that
    they are stored and counted as what they are; `damage` counts them.

    Raises SourceError when the file cannot be opened or has no readable chunk at all.
    """
    damage = damage if damage is not None else Damage()
    try:
        with path.open("rb") as file:
            yield from _cut(file, path, damage)
    except OSError as error:
        text = f"{path}: cannot be read: {error.strerror} - check the path and its rights"
        raise SourceError(text, code="SOC-1310") from error


def records(chunk: bytes, damage: Damage | None = None) -> Iterator[EvtxRecord]:
    """The records of one chunk; those that cannot be decoded are counted in `damage`, the others still come."""
    from evtx import PyEvtxParser

    damage = damage if damage is not None else Damage()
    if len(chunk) < CHUNK_BYTES:
        damage.truncated = True
        chunk = chunk.ljust(CHUNK_BYTES, b"\x00")
    try:
        decoded = PyEvtxParser(BytesIO(_FILE_HEADER + chunk), 1).records_json()
    except (RuntimeError, OSError):
        damage.chunks += 1
        return
    seen = failed = 0
    while failed < MOST_RECORDS:
        try:
            record = next(decoded, None)
        except RuntimeError:
            failed += 1
            continue
        if record is None:
            break
        seen += 1
        yield EvtxRecord(record["event_record_id"], record["data"].encode())
    # The decoder may stop at the first fault; the chunk's own header says how many there were.
    damage.records += max(failed, _counted(chunk) - seen)


def _counted(chunk: bytes) -> int:
    """How many records the chunk's header counts, 0 when it counts nonsense."""
    first, last = struct.unpack_from("<QQ", chunk, 8)
    count: int = last - first + 1
    return count if 0 < count <= MOST_RECORDS else 0


def _cut(file: BinaryIO, path: Path, damage: Damage) -> Iterator[Chunk]:
    # A file may start without its header: carved from a disk image, or cut at the front.
    offset = HEADER_BYTES if file.read(len(FILE_MAGIC)) == FILE_MAGIC else 0
    broken: list[int] = []
    whole = 0
    file.seek(offset)
    while data := file.read(CHUNK_BYTES):
        damage.truncated = damage.truncated or len(data) < CHUNK_BYTES
        if data.startswith(CHUNK_MAGIC) and len(data) > CHUNK_HEADER_BYTES:
            whole += 1
            yield Chunk(offset, data)
        elif data.count(0) != len(data):
            damage.chunks += 1
            broken.append(offset)
        offset += len(data)
    if not whole:
        raise SourceError(
            f"{path}: no readable EVTX chunk - the file is damaged or no event log; export it again with "
            "`wevtutil epl`",
            code="SOC-1311",
        )
    for place in broken:
        file.seek(place)
        yield Chunk(place, file.read(CHUNK_BYTES))


def _file_header() -> bytes:
    """A header for one chunk; the file's own may be damaged, and a raw record has none."""
    head = struct.pack("<8sQQQIHHHH76xI", FILE_MAGIC, 0, 0, 1, 128, 1, 3, HEADER_BYTES, 1, 0)
    head = head[:120] + head[120:124] + struct.pack("<I", zlib.crc32(head[:120]))
    return head.ljust(HEADER_BYTES, b"\x00")


_FILE_HEADER = _file_header()
