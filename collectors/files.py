"""Files of any kind -> raw records; the kind is found by content, never by name.

EVTX gives one record a 64 KiB chunk, a capture one record that refers to the file, everything else one a line.
Archives are opened in place (gz, xz, zst, zip; two levels deep) and nothing is ever written outside `work`.
"""

from __future__ import annotations

import gzip
import lzma
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, BinaryIO, cast

import orjson
import zstandard

from collectors.json_stream import documents, is_spread
from soc.errors import SourceError
from soc.raw import RawRecord, Transport

LINE_LIMIT = 262_144
DEPTH = 2
MEMBERS = 10_000
UNPACKED = 10 * 1024**3
RATIO = 200
COPY_BYTES = 1_048_576


class Kind(StrEnum):
    """What a file holds."""

    EVTX = "evtx"
    PCAP = "pcap"
    JSON_ARRAY = "json array"
    NDJSON = "ndjson"
    JSON = "json"
    TEXT = "text"
    GZIP = "gz"
    XZ = "xz"
    ZSTD = "zst"
    ZIP = "zip"
    EMPTY = "empty"


PACKED = frozenset({Kind.GZIP, Kind.XZ, Kind.ZSTD, Kind.ZIP})

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"ElfFile\0", Kind.EVTX),
    (b"\xd4\xc3\xb2\xa1", Kind.PCAP),
    (b"\xa1\xb2\xc3\xd4", Kind.PCAP),
    (b"\x4d\x3c\xb2\xa1", Kind.PCAP),
    (b"\xa1\xb2\x3c\x4d", Kind.PCAP),
    (b"\x0a\x0d\x0d\x0a", Kind.PCAP),
    (b"\x1f\x8b", Kind.GZIP),
    (b"\xfd7zXZ\0", Kind.XZ),
    (b"\x28\xb5\x2f\xfd", Kind.ZSTD),
    (b"PK\x03\x04", Kind.ZIP),
)


@dataclass(frozen=True, slots=True)
class Input:
    """One readable file: `name` as the user knows it (archives as `a.zip!b.evtx`), `path` where its bytes are."""

    name: str
    path: Path
    kind: Kind
    sha256: str


def kind_of(path: Path) -> Kind:
    """By the first bytes."""
    with path.open("rb") as file:
        head = file.read(4_096)
    if not head:
        return Kind.EMPTY
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        return Kind.JSON_ARRAY if text[1:].lstrip()[:1] in (b"{", b"]", b"") else Kind.TEXT
    if not text.startswith(b"{"):
        return Kind.TEXT
    return Kind.JSON if is_spread(path) else Kind.NDJSON


@contextmanager
def opened(path: Path, *, problem: Callable[[str, str], None]) -> Iterator[Iterator[Input]]:
    """The readable files in `path` (a file, a folder, an archive). What cannot be read goes to
    `problem(name, why)` and the rest goes on."""
    with TemporaryDirectory(prefix="soc-import-") as folder:
        yield _walk(path, str(path), Path(folder), DEPTH, problem)


def records(item: Input, *, source: str, product: str = "auto") -> Iterator[RawRecord]:
    """The raw records of one file that is no archive. Raises SourceError when nothing can be read."""
    make = {
        Kind.EVTX: _evtx,
        Kind.PCAP: _pcap,
        Kind.JSON_ARRAY: _json_array,
        Kind.NDJSON: _lines,
        Kind.JSON: _json,
        Kind.TEXT: _lines,
    }.get(item.kind)
    return make(item, source, product) if make else iter(())


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    total = sha256()
    with path.open("rb") as file:
        while block := file.read(COPY_BYTES):
            total.update(block)
    return total.hexdigest()


def _walk(path: Path, name: str, work: Path, depth: int, problem: Callable[[str, str], None]) -> Iterator[Input]:
    try:
        if path.is_dir():
            for below in sorted(path.rglob("*")):
                if below.is_file():
                    yield from _walk(below, str(below), work, depth, problem)
            return
        kind = kind_of(path)
        if kind not in PACKED:
            yield Input(name, path, kind, digest(path))
        elif depth == 0:
            problem(name, f"an archive inside {DEPTH} archives is not opened")
        else:
            for inner, inner_name in _unpacked(path, name, kind, work, problem):
                yield from _walk(inner, inner_name, work, depth - 1, problem)
                inner.unlink()
    except OSError as error:
        problem(name, f"{error.strerror or error}")


def _unpacked(
    path: Path, name: str, kind: Kind, work: Path, problem: Callable[[str, str], None]
) -> Iterator[tuple[Path, str]]:
    if kind is Kind.ZIP:
        yield from _zip_members(path, name, work, problem)
        return
    target = work / f"{time.monotonic_ns()}"
    try:
        with _decompressed(path, kind) as stream, target.open("wb") as out:
            _copy(stream, out, path.stat().st_size)
    except (OSError, EOFError, lzma.LZMAError, zstandard.ZstdError, SourceError) as error:
        problem(name, f"damaged {kind} file, read as far as it goes: {error}")
    yield target, f"{name}!{path.stem}"


def _decompressed(path: Path, kind: Kind) -> BinaryIO:
    openers: dict[Kind, Callable[[Path], Any]] = {Kind.GZIP: gzip.open, Kind.XZ: lzma.open, Kind.ZSTD: zstandard.open}
    return cast("BinaryIO", openers[kind](path))


def _zip_members(path: Path, name: str, work: Path, problem: Callable[[str, str], None]) -> Iterator[tuple[Path, str]]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        problem(name, f"damaged zip: {error}")
        return
    with archive:
        members = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(members) > MEMBERS:
            problem(name, f"{len(members)} members; only the first {MEMBERS} are read")
        for entry in members[:MEMBERS]:
            target = work / f"{time.monotonic_ns()}"
            inner = f"{name}!{entry.filename}"
            try:
                with archive.open(entry) as stream, target.open("wb") as out:
                    _copy(stream, out, entry.compress_size)
            except (RuntimeError, zipfile.BadZipFile, NotImplementedError, SourceError, EOFError) as error:
                # RuntimeError is zipfile's word for "needs a password".
                problem(inner, str(error))
                target.unlink(missing_ok=True)
                continue
            yield target, inner


def _copy(stream: IO[bytes], out: IO[bytes], packed: int) -> None:
    limit = min(UNPACKED, max(packed * RATIO, 16 * COPY_BYTES))
    size = 0
    while block := stream.read(COPY_BYTES):
        size += len(block)
        if size > limit:
            raise SourceError(
                f"unpacks to more than {limit} bytes - unpack it by hand if you trust it", code="SOC-1340"
            )
        out.write(block)


def _evtx(item: Input, source: str, product: str) -> Iterator[RawRecord]:
    from collectors.sources.evtx import chunks

    for number, chunk in chunks(item.path):
        yield _record(item, source, "windows" if product == "auto" else product, Transport.EVTX, chunk, number)


def _pcap(item: Input, source: str, product: str) -> Iterator[RawRecord]:
    reference = orjson.dumps({"sha256": item.sha256, "path": str(item.path.resolve()), "name": item.name})
    yield _record(item, source, "pcap" if product == "auto" else product, Transport.PCAP, reference, 0)


def _lines(item: Input, source: str, product: str) -> Iterator[RawRecord]:
    offset = 0
    with item.path.open("rb") as file:
        while line := file.readline(LINE_LIMIT):
            rest, cut = (0, False) if line.endswith(b"\n") else _skip(file)
            start, offset = offset, offset + len(line) + rest
            text = line.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf" if start == 0 else b"")
            if text:
                flags = ("truncated",) if cut else ()
                yield _record(item, source, product, Transport.FILE, text, start, flags)


def _skip(file: IO[bytes]) -> tuple[int, bool]:
    """(length, whether it holds text) of the rest of a line that is over the limit."""
    length, cut = 0, False
    while block := file.readline(LINE_LIMIT):
        length += len(block)
        cut = cut or bool(block.strip(b"\r\n"))
        if block.endswith(b"\n"):
            break
    return length, cut


def _json_array(item: Input, source: str, product: str) -> Iterator[RawRecord]:
    try:
        document = orjson.loads(item.path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise SourceError(
            f"{item.name}: not a JSON array: {error} - one object a line works too", code="SOC-1341"
        ) from error
    for number, entry in enumerate(document):
        yield _record(item, source, product, Transport.FILE, orjson.dumps(entry), number)


def _json(item: Input, source: str, product: str) -> Iterator[RawRecord]:
    for place, document in documents(item.path, item.name):
        yield _record(item, source, product, Transport.FILE, document, place)


def _record(
    item: Input, source: str, product: str, transport: Transport, data: bytes, place: int, flags: tuple[str, ...] = ()
) -> RawRecord:
    position = f"{item.sha256[:32]}:{place}"
    return RawRecord("import", source, time.time_ns(), "", transport, data, position, "", flags, product)


def kept(item: Input, evidence: Path) -> Input:
    """A capture is dissected later, so its bytes are kept by SHA-256; other kinds lie in the raw log."""
    if item.kind is not Kind.PCAP:
        return item
    target = evidence / f"{item.sha256}.pcap"
    if not target.exists():
        work = target.with_suffix(".tmp")
        shutil.copyfile(item.path, work)
        work.replace(target)
    return Input(item.name, target, item.kind, item.sha256)
