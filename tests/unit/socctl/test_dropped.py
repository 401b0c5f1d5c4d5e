"""The worker of a dropped file: read in a process of its own under limits, judged, its alerts tied to it."""

from __future__ import annotations

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from soc.access import SYSTEM
from soc.clock import SystemClock
from soc.codes import explanations
from soc.state.drops import Drop
from soc.state.store import State
from soc.state.tables.figures import DropState
from socctl import dropped, dropping, wiring
from socctl.drain import step_all
from socctl.wiring import Site

LINE = b"Nov 24 10:00:00 gw sshd[1]: Failed password for root from 203.0.113.5 port 22 ssh2\n"
HEAD = b"ElfFile\0" + bytes(4088)
"""How an event log begins; chunks of 64 KiB follow."""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("SOC_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("soc.confine.confine", lambda: None)
    made = wiring.site()
    made.data.uploads.mkdir()
    return made


def drop(place: Site, opened: State, data: bytes, name: str = "my.log") -> Drop:
    (place.data.uploads / "d1").write_bytes(data)
    made = Drop("d1", "so_y_te", "an", SystemClock().now(), name, "ab" * 32, len(data))
    with opened.write() as tx:
        tx.drops.add(made)
    return made


def look(opened: State) -> Drop:
    with opened.read() as tx:
        return tx.drops.get("d1", SYSTEM)


def test_a_file_is_read_and_what_cannot_be_read_is_named(place: Site) -> None:
    opened = wiring.state(place)
    made = drop(place, opened, LINE * 3)
    assert dropped.read(place, opened, made) == 0
    found = look(opened)
    assert (found.state, found.records, found.kind, found.problems) == (DropState.READING, 3, "text", ())
    opened.close()


def test_a_program_is_named_as_unreadable(place: Site) -> None:
    opened = wiring.state(place)
    made = drop(place, opened, bytes(range(256)) * 40, "tool.exe")
    assert dropped.read(place, opened, made) == 0
    (name, why), *_ = look(opened).problems
    assert (name, why.split(":")[0]) == ("tool.exe", "SOC-1313")
    assert str(place.data.uploads) not in why
    opened.close()


def packed(name: str, data: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (packed("empty.evtx", b""), "SOC-1846"),
        (packed("bomb.log", bytes(24 * 1024**2)), "SOC-1340"),
        (HEAD + b"ElfChnk\0" + bytes(3000), "SOC-1312"),
        (HEAD + b"\xff" * 65_536, "SOC-1311"),
        (b"PK\3\4" + bytes(200), "SOC-1342"),
    ],
    ids=["empty", "bomb", "cut", "damaged", "no zip"],
)
def test_what_cannot_be_read_says_why_and_leaves_nothing(place: Site, data: bytes, code: str) -> None:
    opened = wiring.state(place)
    made = drop(place, opened, data, "a.file")
    assert dropped.read(place, opened, made) == 0
    found = look(opened)
    assert [why.split(":")[0] for _, why in found.problems] == [code]
    assert found.records == (code == "SOC-1312"), "a piece that may be read is kept"
    assert str(place.data.uploads) not in str(found.problems)
    for language in ("vi", "en"):
        assert explanations()[code][language].meaning
    opened.close()


def test_bytes_of_another_import_are_not_read_twice(place: Site) -> None:
    opened = wiring.state(place)
    made = drop(place, opened, LINE)
    dropped.read(place, opened, made)
    dropped.read(place, opened, made)
    assert look(opened).problems[0][1].startswith("SOC-1847: already imported on 2")
    opened.close()


def test_events_of_the_file_are_counted_and_it_ends(place: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = wiring.state(place)
    made = drop(place, opened, LINE * 3)

    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        """The reading process, and the loops of the running system, in this one."""
        dropped.read(place, opened, made)
        roles = [wiring.ROLES[name](place) for name in ("normalise", "keep", "detect")]  # type: ignore[index]
        step_all(place, roles)
        for role in roles:
            role.close()
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr("socctl.dropped.subprocess.run", run)
    assert dropped.work(place, opened, made) == 0
    found = look(opened)
    assert (found.state, found.records, found.waiting) == (DropState.DONE, 3, 0)
    assert found.ended_at is not None
    opened.close()


def test_a_worker_that_dies_is_an_answer(place: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = wiring.state(place)
    pool = dropping.Dropping(place, opened)
    drop(place, opened, LINE)
    monkeypatch.setattr("socctl.dropping.subprocess.run", lambda words, **_: subprocess.CompletedProcess(words, -9))
    pool._work("d1")
    found = look(opened)
    assert found.state is DropState.FAILED
    assert found.problems[0][1].startswith("SOC-1844")
    assert list(place.data.uploads.iterdir()) == []
    pool.close()
    opened.close()


def test_what_a_stopped_system_left_says_so_at_the_next_start(place: Site) -> None:
    opened = wiring.state(place)
    drop(place, opened, LINE)
    dropping.Dropping(place, opened).close()
    assert look(opened).state is DropState.FAILED
    assert list(place.data.uploads.iterdir()) == []
    opened.close()
