"""Binary files are told from logs that have bad moments."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.file_kind import Kind, kind_of

LINE = b"Nov 24 10:00:00 gw sshd[1]: Failed password for root from 203.0.113.5 port 22 ssh2\n"


@pytest.mark.parametrize(
    "data,kind",
    [
        (bytes(range(256)) * 16, Kind.BINARY),
        (bytes(2_000) + LINE * 5, Kind.TEXT),  # a page that a power cut left empty
        (LINE * 20 + b"\x01\x02\x03\xff\n" + LINE, Kind.TEXT),
        ("Đăng nhập thất bại từ máy lạ\n".encode("utf-16") * 10, Kind.TEXT),
        (b"\x1b[31mred\x1b[0m\n" * 5, Kind.TEXT),
        (b"ElfChnk\0" + bytes(500), Kind.EVTX),  # carved without its file header
        (b'[{"a": 1}', Kind.JSON_ARRAY),
        (b'{\n  "a": 1\n}\n', Kind.JSON),
    ],
)
def test_the_first_bytes_say_what_a_file_holds(tmp_path: Path, data: bytes, kind: Kind) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(data)
    assert kind_of(path) is kind
