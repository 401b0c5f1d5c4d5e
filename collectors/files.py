"""Files of any kind -> raw records; the kind is found by content, never by name.

EVTX gives one record a 64 KiB chunk, a capture one record that refers to the file, everything else one a line.
Archives are opened in place (gz, xz, zst, zip; two levels deep) and nothing is ever written outside `work`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import IO

import orjson

from collectors.archives import COPY_BYTES, Problem, members
from collectors.file_kind import PACKED, Kind, kind_of
from collectors.json_stream import LIMIT, documents
from soc.disk import sync
from soc.errors import SourceError
from soc.paths import DataDir
from soc.raw import RawRecord, Transport

LINE_LIMIT = 262_144
DEPTH = 2

Note = Callable[[str], None]
"""Told what of a file could not be read, though the rest was; begins with a code."""


@dataclass(frozen=True, slots=True)
class Input:
    """One readable file: `name` as the user knows it (archives as `a.zip!b.evtx`), `path` where its bytes are."""

    name: str
    path: Path
    kind: Kind
    sha256: str


@contextmanager
def opened(path: Path, *, problem: Problem) -> Iterator[Iterator[Input]]:
    """The readable files in `path` (a file, a folder, an archive). What cannot be read goes to
    `problem(name, why)` and the rest goes on."""
    with TemporaryDirectory(prefix="soc-import-") as folder:
        yield _walk(path, str(path), Path(folder), DEPTH, problem)


def records(item: Input, *, source: str, product: str = "auto", note: Note = lambda _: None) -> Iterator[RawRecord]:
    """The raw records of one file that is no archive. Raises SourceError when nothing can be read."""
    if item.kind is Kind.BINARY:
        raise SourceError(
            f"{item.name}: neither text nor a kind that is known here (EVTX, capture, JSON, gz, xz, zst, zip) - "
            "export the log as one of these",
            code="SOC-1313",
        )
    make = {
        Kind.EVTX: _evtx,
        Kind.PCAP: _pcap,
        Kind.JSON_ARRAY: _json_array,
        Kind.NDJSON: _lines,
        Kind.JSON: _json,
        Kind.TEXT: _lines,
    }.get(item.kind)
    return make(item, source, product, note) if make else iter(())


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    total = sha256()
    with path.open("rb") as file:
        while block := file.read(COPY_BYTES):
            total.update(block)
    return total.hexdigest()


def _walk(path: Path, name: str, work: Path, depth: int, problem: Problem) -> Iterator[Input]:
    try:
        if path.is_dir():
            for below in _below(path, problem):
                yield from _walk(below, str(below), work, depth, problem)
            return
        if path.exists() and not path.is_file():
            problem(name, "SOC-1310: no file but a pipe, socket or device - name a file or a folder")
            return
        kind = kind_of(path)
        if kind not in PACKED:
            yield Input(name, path, kind, digest(path))
        elif depth == 0:
            problem(name, f"SOC-1343: an archive inside {DEPTH} archives is not opened - unpack it by hand")
        else:
            for inner, inner_name in members(path, name, kind, work, problem):
                yield from _walk(inner, inner_name, work, depth - 1, problem)
                inner.unlink()
    except OSError as error:
        problem(name, _why(error))


def _below(folder: Path, problem: Problem) -> Iterator[Path]:
    """Every file below a folder, in order; links to folders are not followed, so a loop of them ends."""
    for base, folders, names in os.walk(folder, onerror=lambda error: problem(str(error.filename), _why(error))):
        folders.sort()
        yield from (Path(base, name) for name in sorted(names))


def _why(error: OSError) -> str:
    return f"SOC-1310: cannot be read: {error.strerror or error} - check the path and its rights"


def _evtx(item: Input, source: str, product: str, note: Note) -> Iterator[RawRecord]:
    from collectors.sources.evtx import Damage, chunks

    damage = Damage()
    try:
        for number, chunk in chunks(item.path, damage):
            yield _record(item, source, "windows" if product == "auto" else product, Transport.EVTX, chunk, number)
    except SourceError as error:
        # The file may lie in a work folder: the user knows it by another name.
        raise SourceError(str(error).replace(str(item.path), item.name), code=error.code) from error
    if damage.truncated:
        note("SOC-1312: the file is cut off in its last chunk - read as far as it goes; copy or export it again")
    if damage.chunks:
        note(f"SOC-1312: {damage.chunks} damaged chunks - their bytes are kept, the others were read")


def _pcap(item: Input, source: str, product: str, note: Note) -> Iterator[RawRecord]:
    reference = orjson.dumps({"sha256": item.sha256, "path": str(item.path.resolve()), "name": item.name})
    yield _record(item, source, "pcap" if product == "auto" else product, Transport.PCAP, reference, 0)


def _lines(item: Input, source: str, product: str, note: Note) -> Iterator[RawRecord]:
    offset = long = first = 0
    with item.path.open("rb") as file:
        while line := file.readline(LINE_LIMIT):
            rest, cut = (0, False) if line.endswith(b"\n") else _skip(file)
            start, offset = offset, offset + len(line) + rest
            text = line.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf" if start == 0 else b"")
            if text:
                flags = ("truncated",) if cut else ()
                yield _record(item, source, product, Transport.FILE, text, start, flags)
            if cut:
                long += 1
                first = start if long == 1 else first
    if long:
        note(f"SOC-1314: {long} lines over {LINE_LIMIT} bytes are cut, the first at byte {first} - the rest is whole")


def _skip(file: IO[bytes]) -> tuple[int, bool]:
    """(length, whether it holds text) of the rest of a line that is over the limit."""
    length, cut = 0, False
    while block := file.readline(LINE_LIMIT):
        length += len(block)
        cut = cut or bool(block.strip(b"\r\n"))
        if block.endswith(b"\n"):
            break
    return length, cut


def _json_array(item: Input, source: str, product: str, note: Note) -> Iterator[RawRecord]:
    if item.path.stat().st_size > LIMIT:
        raise SourceError(
            f"{item.name}: a JSON array is read up to {LIMIT} bytes - one object a line has no limit", code="SOC-1322"
        )
    try:
        document = orjson.loads(item.path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise SourceError(
            f"{item.name}: not a JSON array: {error} - one object a line works too", code="SOC-1341"
        ) from error
    for number, entry in enumerate(document):
        yield _record(item, source, product, Transport.FILE, orjson.dumps(entry), number)


def _json(item: Input, source: str, product: str, note: Note) -> Iterator[RawRecord]:
    for place, document in documents(item.path, item.name):
        yield _record(item, source, product, Transport.FILE, document, place)


def _record(
    item: Input, source: str, product: str, transport: Transport, data: bytes, place: int, flags: tuple[str, ...] = ()
) -> RawRecord:
    position = f"{item.sha256[:32]}:{place}"
    return RawRecord("import", source, time.time_ns(), "", transport, data, position, "", flags, product)


def kept(item: Input, data: DataDir) -> Input:
    """A capture is dissected later, so its bytes are kept once by SHA-256; other kinds lie in the raw log."""
    target = data.capture(item.sha256) if item.kind is Kind.PCAP else None
    if target is None:
        return item
    if not target.exists():
        _keep(item, target)
    return Input(item.name, target, item.kind, item.sha256)


def _keep(item: Input, target: Path) -> None:
    """Whole and on the disk under its name, or not there at all; two imports of the same file may meet."""
    with item.path.open("rb") as source, NamedTemporaryFile(dir=target.parent, suffix=".tmp", delete=False) as work:
        path, total = Path(work.name), sha256()
        try:
            while block := source.read(COPY_BYTES):
                total.update(block)
                work.write(block)
            if total.hexdigest() != item.sha256:
                raise SourceError(f"{item.name}: the file changed while it was read - import it again", code="SOC-1367")
            os.fchmod(work.fileno(), 0o640)
            work.flush()
            os.fsync(work.fileno())
            path.replace(target)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    sync(target.parent)
