"""`socctl import` in one process: the table, the second time, a dry run, and a loop that cannot go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import typer

from soc.errors import NotFound, SourceError
from soc.journal import Lane
from soc.role import Role, RoleName
from socctl import drain, wiring
from socctl.commands.import_ import import_

LINE = "Nov 24 10:00:00 gw sshd[1]: Failed password for root from 203.0.113.5 port 22 ssh2\n"


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOC_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "auth.log"
    path.write_text(LINE + LINE.replace("10:00", "11:30"), "utf-8")
    return path


def run(*files: Path, unit: str = "unassigned", again: bool = False, dry_run: bool = False, source: str = "x") -> int:
    try:
        import_(list(files), unit, source, "", again, dry_run, as_json=False)
    except typer.Exit as ended:
        return int(ended.exit_code)
    return 0


def test_the_table_says_of_each_file_what_it_gave(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(log, log.with_name("none.log")) == 1
    out = capsys.readouterr().out
    row = next(line for line in out.splitlines() if line.endswith("auth.log"))
    assert row.split()[:5] == ["imported", "text", "2", "2", "0"]
    assert "SOC-1310: cannot be read" in out
    assert "2 files: 1 imported, 1 failed" in out
    assert "2 received = 2 stored + 0 quarantined + 0 dropped + 0 in flight" in out


def test_the_same_bytes_are_known_and_again_they_fold(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(log, source="linux") == 0
    assert run(log) == 0
    assert run(log, again=True, source="linux") == 0
    out = capsys.readouterr().out
    assert "already imported on 2" in out
    assert out.endswith("events: 0 new, 2 folded, 0 pipeline errors\n")


def test_a_dry_run_shows_the_same_and_makes_nothing(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (log.with_name("binary")).write_bytes(bytes(range(256)) * 20)
    (log.with_name("empty")).touch()
    assert run(log, log.with_name("binary"), log.with_name("empty"), log.with_name("none"), dry_run=True) == 1
    out = capsys.readouterr().out
    assert "4 files: 1 imported, 1 empty, 2 failed" in out
    assert "events: 2 new" in out
    assert not log.with_name("data").exists()


def test_nothing_that_can_be_read_is_exit_2(log: Path) -> None:
    assert run(log.with_name("none")) == 2


def test_an_unknown_unit_is_refused_before_anything_is_taken(log: Path) -> None:
    with pytest.raises(NotFound, match="no unit 'nope'"):
        run(log, unit="nope")
    assert wiring.raw_log(wiring.site(), Lane.IMPORT, read_only=True).end() == -1


class Stuck:
    """Has work and cannot do it."""

    name = RoleName.KEEP
    failure: str | None = "the disk is full"

    def step(self, now: datetime) -> datetime:
        return now + timedelta(seconds=5)

    def position(self) -> dict[str, int]:
        return {"events": 3}

    def close(self) -> None:
        pass


def test_a_loop_that_cannot_go_on_ends_the_wait_with_its_reason(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roles: Sequence[Role] = [Stuck()]
    left = drain.Backlog({RoleName.KEEP: 7, RoleName.DETECT: 0})
    monkeypatch.setattr(drain, "backlog", lambda _: left)
    monkeypatch.setattr(drain, "BLOCKED_SECONDS", 0.0)
    with pytest.raises(SourceError, match=r"waiting: keep \(7\)\. the disk is full\. What was taken in is safe"):
        drain.step_all(wiring.site(), roles)
