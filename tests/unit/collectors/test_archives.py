"""Archives: members come one by one, what is locked or damaged is named, and the others still come."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from collectors import archives
from collectors.archives import members
from collectors.file_kind import Kind


def unpacked(path: Path, kind: Kind, work: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """(member -> bytes, name -> problem)."""
    problems: dict[str, str] = {}
    found = {}
    for file, name in members(path, path.name, kind, work, problems.__setitem__):
        found[name] = file.read_bytes()
        file.unlink()
    return found, problems


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def a_zip(path: Path, texts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    return path


def test_members_lie_only_in_the_work_folder(tmp_path: Path, work: Path) -> None:
    path = a_zip(tmp_path / "a.zip", {"../../evil.log": "x", "/etc/passwd": "y", "in/": ""})
    found, problems = unpacked(path, Kind.ZIP, work)
    assert (sorted(found.values()), problems) == ([b"x", b"y"], {})
    assert {entry.name for entry in tmp_path.iterdir()} == {"work", "a.zip"}


def test_a_member_with_a_password_is_named_and_the_others_come(tmp_path: Path, work: Path) -> None:
    path = a_zip(tmp_path / "a.zip", {"locked.log": "secret", "open.log": "plain"})
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag in the member's own header, then the one in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    found, problems = unpacked(path, Kind.ZIP, work)
    assert found == {"a.zip!open.log": b"plain"}
    assert problems["a.zip!locked.log"].startswith("SOC-1342: it needs a password")


def test_a_damaged_member_is_named_and_the_others_come(tmp_path: Path, work: Path) -> None:
    path = a_zip(tmp_path / "a.zip", {"bad.log": "b" * 4_000, "good.log": "plain"})
    data = path.read_bytes()
    start = data.index(b"bad.log") + len("bad.log")
    path.write_bytes(data[:start] + b"\xff\xff\xff" + data[start + 3 :])
    found, problems = unpacked(path, Kind.ZIP, work)
    assert found == {"a.zip!good.log": b"plain"}
    assert problems["a.zip!bad.log"].startswith("SOC-1342: damaged zip member")


def test_a_member_that_unpacks_to_too_much_is_named(tmp_path: Path, work: Path) -> None:
    path = a_zip(tmp_path / "a.zip", {"bomb": "0" * 40_000_000})
    found, problems = unpacked(path, Kind.ZIP, work)
    assert found == {}
    assert problems["a.zip!bomb"].startswith("SOC-1340: unpacks to more than")


def test_too_many_members_are_said(tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MEMBERS", 2)
    found, problems = unpacked(a_zip(tmp_path / "a.zip", dict.fromkeys("abc", "x")), Kind.ZIP, work)
    assert list(found) == ["a.zip!a", "a.zip!b"]
    assert "3 members" in problems["a.zip"]


@pytest.mark.parametrize("damage", [lambda data: data[:-30], lambda data: data[:40] + b"\xff\xff" + data[42:]])
def test_a_damaged_gz_gives_what_stands_before_the_damage(  # type: ignore[no-untyped-def]  # two ways to break it
    tmp_path: Path, work: Path, damage
) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(damage(gzip.compress(b"line\n" * 200_000)))
    found, problems = unpacked(path, Kind.GZIP, work)
    assert found["a.gz!a"] == b"" or found["a.gz!a"].startswith(b"line\n")
    assert problems["a.gz"].startswith("SOC-1342: damaged gz file")
