"""Archives (gz, xz, zst, zip) -> their members as files of a work folder; nothing is written outside it.

Bounds: 10,000 members, 10 GB and 200 : 1 unpacked (collectors.md 9). What is damaged is read as far as it goes.
"""

from __future__ import annotations

import gzip
import lzma
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import zstandard

from collectors.file_kind import Kind
from soc.errors import SourceError

MEMBERS = 10_000
UNPACKED = 10 * 1024**3
RATIO = 200
COPY_BYTES = 1_048_576

Problem = Callable[[str, str], None]
"""(name, why): `why` begins with a code."""

_BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError)


def members(path: Path, name: str, kind: Kind, work: Path, problem: Problem) -> Iterator[tuple[Path, str]]:
    """(file, name) of each member; the caller deletes the file."""
    if kind is Kind.ZIP:
        yield from _zip_members(path, name, work, problem)
        return
    target = work / f"{time.monotonic_ns()}"
    try:
        with _decompressed(path, kind) as stream, target.open("wb") as out:
            _copy(stream, out, path.stat().st_size)
    except SourceError as error:
        problem(name, f"{error.code}: {error}")
    except _BROKEN as error:
        problem(name, f"SOC-1342: damaged {kind} file: {error} - what stands before the damage is read; copy it again")
    yield target, f"{name}!{path.stem}"


def _decompressed(path: Path, kind: Kind) -> BinaryIO:
    openers: dict[Kind, Callable[[Path], Any]] = {Kind.GZIP: gzip.open, Kind.XZ: lzma.open, Kind.ZSTD: zstandard.open}
    return cast("BinaryIO", openers[kind](path))


def _zip_members(path: Path, name: str, work: Path, problem: Problem) -> Iterator[tuple[Path, str]]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError) as error:
        problem(name, f"SOC-1342: damaged zip file: {error} - copy it again")
        return
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MEMBERS:
            text = f"SOC-1340: {len(entries)} members, only the first {MEMBERS} are read - unpack it by hand"
            problem(name, text)
        for entry in entries[:MEMBERS]:
            target = work / f"{time.monotonic_ns()}"
            inner = f"{name}!{entry.filename}"
            why = _unzip(archive, entry, target)
            if why:
                problem(inner, why)
                target.unlink(missing_ok=True)
                continue
            yield target, inner


def _unzip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> str:
    """Why the member cannot be read, '' when it lies in `target`."""
    if entry.flag_bits & 1:
        return "SOC-1342: it needs a password - unpack it by hand and import what is inside"
    try:
        with archive.open(entry) as stream, target.open("wb") as out:
            _copy(stream, out, entry.compress_size)
    except SourceError as error:
        return f"{error.code}: {error}"
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, *_BROKEN) as error:
        return f"SOC-1342: damaged zip member: {error} - copy the archive again"
    return ""


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
