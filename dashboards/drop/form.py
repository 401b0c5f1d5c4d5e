"""One uploaded file, streamed to disk as it arrives: nothing is held in memory, and the limit ends the reading.

RFC 7578 by python-multipart's parser; what a file is goes by its first bytes, never by its name.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from collectors.file_kind import HEAD, Kind, kind_of
from dashboards.errors import Refused

GIB, MIB = 1024**3, 1024**2
LARGE = frozenset({Kind.EVTX, Kind.PCAP})
MOST_LARGE, MOST_OTHER = 2 * GIB, 20 * MIB
PARTS, WORDS = 20, 300


@dataclass(slots=True)
class Target:
    """Where the bytes go; `kind` is known once the first block is there."""

    path: Path
    size: int = 0
    kind: Kind = Kind.EMPTY
    _file: Any = None
    _hash: Any = field(default_factory=sha256)

    def write(self, data: bytes) -> None:
        """Raises Refused over the limit of the kind."""
        if self._file is None:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(descriptor, "wb")
        before, self.size = self.size, self.size + len(data)
        self._put(data)
        if before < HEAD:
            self._file.flush()
            self.kind = kind_of(self.path)
        if self.size > self.most:
            text = f"larger than {self.most // MIB} MiB, the limit of {self.kind.value or 'this kind'}"
            raise Refused(text, code="SOC-1840", status=413)

    @property
    def most(self) -> int:
        return MOST_LARGE if self.kind in LARGE else MOST_OTHER

    @property
    def sha256(self) -> str:
        return str(self._hash.hexdigest())

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _put(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise Refused(f"{error.strerror or error}", code="SOC-1845", status=503) from error
        self._hash.update(data)


@dataclass(slots=True)
class Form:
    """What a form held: the words of its fields, and the file. `whole`: its last boundary has been seen."""

    target: Target
    words: dict[str, str] = field(default_factory=dict)
    name: str = ""
    whole: bool = False

    def read(self, boundary: bytes) -> MultipartParser:
        """The parser that fills this form."""
        return MultipartParser(boundary, _Parts(self).callbacks())  # type: ignore[arg-type]


async def receive(stream: AsyncIterator[bytes], content_type: str, target: Target) -> Form:
    """Reads the whole body. Raises Refused; the caller removes what was written then."""
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Refused("the body is no form with a file", code="SOC-1842", status=422)
    form = Form(target)
    parser = form.read(boundary)
    try:
        async for chunk in stream:
            await run_in_threadpool(parser.write, chunk)
        await run_in_threadpool(target.close)
    except (MultipartParseError, ClientDisconnect) as error:
        raise Refused(f"the upload broke off: {error}", code="SOC-1842", status=422) from error
    finally:
        target.close()
    if not form.whole:
        raise Refused("the upload ended before its last boundary", code="SOC-1842", status=422)
    return form


async def receive_bytes(stream: AsyncIterator[bytes], name: str, target: Target) -> Form:
    """A body that is the file itself."""
    try:
        async for chunk in stream:
            if chunk:
                await run_in_threadpool(target.write, chunk)
    except ClientDisconnect as error:
        raise Refused("the upload broke off", code="SOC-1842", status=422) from error
    finally:
        target.close()
    return Form(target, name=name)


class _Parts:
    """The parser's events, put together: headers of a part, then its bytes."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._parts = 0
        self._header = self._value = b""
        self._field = ""
        self._is_file = False

    def callbacks(self) -> dict[str, Any]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def _end(self) -> None:
        self._form.whole = True

    def _begin(self) -> None:
        self._parts += 1
        self._field, self._is_file = "", False
        if self._parts > PARTS:
            raise Refused(f"more than {PARTS} parts", code="SOC-1842", status=422)

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        if len(self._value) > 8 * WORDS:
            raise Refused("a header of the form is too long", code="SOC-1842", status=422)

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self._field = options.get(b"name", b"").decode("utf-8", "replace")[:WORDS]
            self._is_file = b"filename" in options
            if self._is_file and not self._form.name:
                self._form.name = options[b"filename"].decode("utf-8", "replace")[:WORDS]
        self._header = self._value = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._form.target.write(data[start:end])
            return
        words = self._form.words.get(self._field, "") + data[start:end].decode("utf-8", "replace")
        self._form.words[self._field] = words[:WORDS]
