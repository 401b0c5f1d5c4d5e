"""The frames of a capture file: pcap in both byte orders, in us and ns, pcapng, and either in gzip.

pcap: draft-ietf-opsawg-pcap; pcapng: draft-ietf-opsawg-pcapng. What can be read is given, then the damage is named.
"""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from soc.errors import ParseError

Frame = tuple[int, int, int, bytes, int]
"""Number from 1, Unix time in ns, link type, bytes, length on the wire. A tuple: there are millions of them."""

LONGEST_FRAME = 1 << 18
LONGEST_BLOCK = 1 << 24
MOST_UNPACKED = 10 << 30
MOST_RATIO = 200

_CLASSIC = {
    b"\xd4\xc3\xb2\xa1": ("<", 1_000),
    b"\xa1\xb2\xc3\xd4": (">", 1_000),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
    b"\xa1\xb2\x3c\x4d": (">", 1),
}
_MODIFIED = {b"\x34\xcd\xb2\xa1": ("<", 1_000), b"\xa1\xb2\xcd\x34": (">", 1_000)}
_NG = b"\x0a\x0d\x0d\x0a"
_INTERFACE, _OLD_PACKET, _SIMPLE, _ENHANCED = 1, 2, 3, 6


def is_capture(head: bytes) -> bool:
    """Whether a file that begins so is a capture (a gzip is looked into by `open_capture`)."""
    return head[:4] in _CLASSIC or head[:4] in _MODIFIED or head[:4] == _NG


@dataclass(slots=True)
class Capture:
    """An open capture; `notes` fills while it is read: what was wrong, where, and what was still done."""

    stream: BinaryIO
    packed_size: int
    gzipped: bool
    notes: list[str] = field(default_factory=list)
    read: int = 0
    under: BinaryIO | None = None
    """The packed file, which a GzipFile leaves open."""

    def frames(self) -> Iterator[Frame]:
        """Every frame up to the end or the first damage."""
        try:
            magic = self._take(4)
            if magic in _CLASSIC or magic in _MODIFIED:
                yield from self._classic(magic)
            elif magic == _NG:
                yield from self._blocks(magic)
            else:
                raise ParseError("this is no capture: neither pcap nor pcapng", kind="bad_header")
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self._note(f"the gzip is damaged ({error})")

    def close(self) -> None:
        self.stream.close()
        if self.under is not None:
            self.under.close()

    def _classic(self, magic: bytes) -> Iterator[Frame]:
        order, factor = _CLASSIC.get(magic) or _MODIFIED[magic]
        head = self._take(20)
        if len(head) < 20:
            self._note("the file header is cut short")
            return
        link = struct.unpack(order + "I", head[16:20])[0] & 0x0FFF_FFFF
        # Kuznetzov's form has eight bytes more before each frame.
        record = struct.Struct(order + "IIII" + ("8x" if magic in _MODIFIED else ""))
        number = 0
        while head := self._take(record.size):
            if len(head) < record.size:
                self._note(f"the header of frame {number + 1} is cut short")
                return
            seconds, fraction, size, wire = record.unpack(head)
            if size > LONGEST_FRAME:
                self._note(f"frame {number + 1} claims {size} bytes")
                return
            data = self._take(size)
            if len(data) < size:
                self._note(f"frame {number + 1} is cut short: {size} bytes announced, {len(data)} there")
                return
            number += 1
            yield number, seconds * 1_000_000_000 + fraction * factor, link, data, wire

    def _blocks(self, magic: bytes) -> Iterator[Frame]:
        order = "<"
        interfaces: list[_Interface] = []
        number = 0
        kind = magic
        while kind:
            raw_size = self._take(4)
            body = b""
            if kind == _NG:
                mark = self._take(4)
                order = ">" if mark == b"\x1a\x2b\x3c\x4d" else "<"
                interfaces = []
                body = mark
            size = struct.unpack(order + "I", raw_size)[0] if len(raw_size) == 4 else 0
            if size < 12 or size > LONGEST_BLOCK or size % 4:
                self._note(f"a block after frame {number} has the impossible length {size}")
                return
            body += self._take(size - 8 - len(body))
            if len(body) < size - 8:
                self._note(f"the block after frame {number} is cut short")
                return
            block = struct.unpack(order + "I", kind)[0]
            if block == _INTERFACE:
                interfaces.append(_interface(order, body[:-4]))
            elif (frame := _packet(order, block, body[:-4], interfaces)) is not None:
                number += 1
                yield number, *frame
            kind = self._take(4)

    def _take(self, size: int) -> bytes:
        data = self.stream.read(size)
        self.read += len(data)
        if self.gzipped and self.read > max(self.packed_size * MOST_RATIO, 1 << 20):
            raise ParseError(f"the gzip unpacks to over {MOST_RATIO} times its size: not read", kind="too_big")
        if self.read > MOST_UNPACKED:
            raise ParseError("the capture unpacks to over 10 GB: split it with editcap -c", kind="too_big")
        return data

    def _note(self, what: str) -> None:
        self.notes.append(f"{what} at byte {self.read}; everything before it was read")


def open_capture(path: Path) -> Capture:
    """Opens a capture, in gzip or not."""
    return open_stream(path.open("rb", buffering=1 << 20))


def open_stream(stream: BinaryIO) -> Capture:
    """A capture from an open file, read from its start."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    head = stream.read(2)
    stream.seek(0)
    if head == b"\x1f\x8b":
        return Capture(gzip.open(stream, "rb"), size, True, under=stream)  # type: ignore[arg-type]  # a GzipFile reads like a file
    return Capture(stream, size, False)


@dataclass(frozen=True, slots=True)
class _Interface:
    link: int
    ticks: int  # a second
    offset_ns: int


def _interface(order: str, body: bytes) -> _Interface:
    if len(body) < 8:
        return _Interface(-1, 1_000_000, 0)
    link = struct.unpack_from(order + "H", body)[0]
    ticks, offset = 1_000_000, 0
    place = 8
    while place + 4 <= len(body):
        code, size = struct.unpack_from(order + "HH", body, place)
        value = body[place + 4 : place + 4 + size]
        if code == 9 and value:
            ticks = 1 << (value[0] & 0x3F) if value[0] & 0x80 else 10 ** min(value[0], 12)
        elif code == 14 and len(value) == 8:
            offset = struct.unpack(order + "q", value)[0] * 1_000_000_000
        elif code == 0:
            break
        place += 4 + size + (-size % 4)
    return _Interface(link, ticks, offset)


def _packet(order: str, block: int, body: bytes, interfaces: list[_Interface]) -> tuple[int, int, bytes, int] | None:
    if block == _SIMPLE and interfaces and len(body) >= 4:
        wire = struct.unpack_from(order + "I", body)[0]
        return 0, interfaces[0].link, body[4 : 4 + wire], wire
    if block not in (_ENHANCED, _OLD_PACKET) or len(body) < 20:
        return None
    form = "IIIII" if block == _ENHANCED else "HHIIII"
    number, *rest = struct.unpack_from(order + form, body)
    high, low, size, wire = rest[-4:]
    if number >= len(interfaces):
        return None
    interface = interfaces[number]
    at = ((high << 32) | low) * 1_000_000_000 // interface.ticks + interface.offset_ns
    return at, interface.link, body[20 : 20 + min(size, LONGEST_FRAME)], wire
