"""What a file holds, by its first bytes, never by its name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from collectors.json_stream import is_spread

HEAD = 4_096
BINARY_SHARE = 0.05


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
    BINARY = "binary"


PACKED = frozenset({Kind.GZIP, Kind.XZ, Kind.ZSTD, Kind.ZIP})

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"ElfFile\0", Kind.EVTX),
    (b"ElfChnk\0", Kind.EVTX),
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
# A log holds none of these but by accident. NUL is not among them: after a power cut a log can begin with a page of it.
_CONTROLS = bytes([*range(1, 7), *range(14, 27), 28, 29, 30, 31, 127])


def kind_of(path: Path) -> Kind:
    """By the first bytes."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        return Kind.EMPTY
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        return Kind.JSON_ARRAY if text[1:].lstrip()[:1] in (b"{", b"]", b"") else Kind.TEXT
    if not text.startswith(b"{"):
        return Kind.BINARY if _is_binary(head) else Kind.TEXT
    return Kind.JSON if is_spread(path) else Kind.NDJSON


def _is_binary(head: bytes) -> bool:
    """A program or picture is a tenth of control characters; a log with a damaged line is far below."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16: half of its bytes may look like anything
        return False
    return len(head) - len(head.translate(None, _CONTROLS)) > BINARY_SHARE * len(head)
