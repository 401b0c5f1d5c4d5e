from __future__ import annotations

import gzip
import lzma
import os
import stat
import zipfile
from pathlib import Path

import pytest
import zstandard

from collectors.file_kind import Kind, kind_of
from collectors.files import Input, digest, kept, opened, records
from soc.errors import SourceError
from soc.paths import DataDir


def read(path: Path) -> tuple[list[tuple[str, str, list[bytes]]], list[tuple[str, str]]]:
    """(name, kind, records) of each input, and the problems."""
    problems: list[tuple[str, str]] = []
    with opened(path, problem=lambda name, why: problems.append((name, why))) as inputs:
        found = [(item.name, item.kind.value, [record.data for record in records(item, source="s")]) for item in inputs]
    return found, problems


@pytest.mark.parametrize(
    "head,kind",
    [
        (b"ElfFile\0rest", Kind.EVTX),
        (b"\xd4\xc3\xb2\xa1", Kind.PCAP),
        (b"\x0a\x0d\x0d\x0a", Kind.PCAP),
        (b'\xef\xbb\xbf {"a": 1}', Kind.NDJSON),
        (b'[{"a": 1}]', Kind.JSON_ARRAY),
        (b"[1234.5] kernel: up", Kind.TEXT),
        (b"<13>Nov 24 host app: hi", Kind.TEXT),
        (b"", Kind.EMPTY),
    ],
)
def test_the_kind_is_found_by_content(tmp_path: Path, head: bytes, kind: Kind) -> None:
    path = tmp_path / "misleading.exe"
    path.write_bytes(head)
    assert kind_of(path) is kind


def test_a_line_has_its_offset_as_place_and_a_long_one_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\r\n\n" + b"x" * 5_000_000 + b"\nlast")
    with opened(path, problem=lambda *_: None) as inputs:
        found = [record for item in inputs for record in records(item, source="s")]
    assert [(len(record.data), record.position.split(":")[1], record.flags) for record in found] == [
        (3, "0", ()),
        (262_144, "6", ("truncated",)),
        (4, "5000007", ()),
    ]


def test_archives_are_opened_two_levels_deep(tmp_path: Path) -> None:
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.log", "deep\n")
    outer = tmp_path / "outer.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "inner.zip")
        archive.writestr("../../evil.log", "flat\n")
    inner.unlink()
    found, problems = read(tmp_path)
    assert [lines for _, _, lines in found] == [[b"deep"], [b"flat"]]
    assert problems == []
    assert [path.name for path in tmp_path.iterdir()] == ["outer.zip"]


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, zstandard.compress])
def test_packed_files_are_read(tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]  # three signatures
    (tmp_path / "a").write_bytes(pack(b"one\ntwo\n"))
    assert read(tmp_path)[0][0][2] == [b"one", b"two"]


def test_a_damaged_archive_is_read_as_far_as_it_goes_and_named(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"one\n" * 50_000)[:-20])
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04broken")
    (tmp_path / "c.log").write_bytes(b"fine\n")
    found, problems = read(tmp_path)
    assert [Path(name).name for name, _ in problems] == ["a.gz", "b.zip"]
    assert found[-1][2] == [b"fine"]


def test_a_bomb_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(bytes(64 * 1024 * 1024)))
    _, problems = read(tmp_path)
    assert "unpacks to more than" in problems[0][1]


def test_a_broken_json_array_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'[{"a": 1},')
    with pytest.raises(SourceError, match="not a JSON array"):
        read(tmp_path)


def test_a_capture_is_kept_once_by_its_hash_for_its_group_alone(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data").make()
    for name in ("a.pcap", "b.pcap"):
        (tmp_path / name).write_bytes(b"\xd4\xc3\xb2\xa1" + bytes(20))
        with opened(tmp_path / name, problem=lambda *_: None) as inputs:
            item = kept(next(inputs), data)
        assert item.path == data.capture(item.sha256)
        assert digest(item.path) == item.sha256
        assert b'"sha256"' in next(records(item, source="s")).data
    assert [stat.S_IMODE(path.stat().st_mode) for path in data.evidence.iterdir()] == [0o640]


def test_a_capture_that_changes_while_it_is_read_is_not_kept(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data").make()
    (tmp_path / "a.pcap").write_bytes(b"\xd4\xc3\xb2\xa1" + bytes(20))
    item = Input("a.pcap", tmp_path / "a.pcap", Kind.PCAP, "ab" * 32)
    with pytest.raises(SourceError) as caught:
        kept(item, data)
    assert caught.value.code == "SOC-1367"
    assert list(data.evidence.iterdir()) == []


def test_links_loops_and_pipes_in_a_folder_are_named_and_the_files_come(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"fine\n")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "round").symlink_to(".")
    (tmp_path / "gone").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    found, problems = read(tmp_path)
    assert [lines for _, _, lines in found] == [[b"fine"]]
    assert sorted(Path(name).name for name, _ in problems) == ["gone", "loop", "pipe"]
    assert all(why.startswith("SOC-1310: ") for _, why in problems)


def test_a_binary_file_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.exe").write_bytes(bytes(range(256)) * 16)
    with pytest.raises(SourceError, match=r"a\.exe: neither text nor a kind that is known"):
        read(tmp_path)


def test_what_was_cut_of_a_file_is_noted(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"one\n" + b"x" * 600_000 + b"\n" + b"y" * 600_000)
    (tmp_path / "b.evtx").write_bytes(b"ElfFile\0" + bytes(4_088) + b"ElfChnk\0" + bytes(2_000) + b"\xff" * 70_000)
    notes: list[str] = []
    with opened(tmp_path, problem=lambda *_: None) as inputs:
        for item in inputs:
            assert list(records(item, source="s", note=notes.append))
    assert notes[0].startswith("SOC-1314: 2 lines over 262144 bytes are cut, the first at byte 4")
    assert [note[:8] for note in notes[1:]] == ["SOC-1312", "SOC-1312"]


def test_an_evtx_file_in_an_archive_is_named_as_its_owner_knows_it(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"ElfFile\0" + bytes(5_000)))
    with pytest.raises(SourceError, match=r"a\.gz!a: no readable EVTX chunk"):
        read(tmp_path)


def test_a_large_json_array_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.files.LIMIT", 5)
    (tmp_path / "a.json").write_bytes(b'[{"a": 1}]')
    with pytest.raises(SourceError, match="one object a line has no limit"):
        read(tmp_path)
