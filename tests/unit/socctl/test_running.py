"""Locks, beats, ports and the restart policy: the parts of running that need no running system."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from soc.clock import ManualClock
from soc.errors import SourceError
from soc.paths import DataDir
from soc.role import RoleName
from soc.settings import Web
from socctl.beat import Beat, read, write
from socctl.drive import LONGEST_SLEEP, seconds_until
from socctl.language import language
from socctl.supervisor import BACKOFF_SECONDS, CRASHES_BEFORE_FAILED, STEADY_SECONDS, Life, Supervisor, is_running, lock
from socctl.web import free_socket
from tests.builders import NOON


def test_a_data_directory_has_one_holder_who_is_named(tmp_path: Path) -> None:
    data = DataDir(tmp_path).make()
    assert not is_running(data)
    with lock(data):
        assert is_running(data)
        with pytest.raises(SourceError, match=f"in use by process {os.getpid()}"):
            lock(data)
    assert not is_running(data)


def test_a_beat_comes_back_as_it_was_written(tmp_path: Path) -> None:
    beat = Beat("keep", 7, NOON, True, {"events": 41}, 1_000, "", "disk")
    write(tmp_path / "keep.beat", beat)
    assert read(tmp_path / "keep.beat") == beat


def test_no_beat_and_half_a_beat_are_none(tmp_path: Path) -> None:
    (tmp_path / "half").write_bytes(b'{"role": "ke')
    assert read(tmp_path / "none") is None
    assert read(tmp_path / "half") is None


def test_nobody_sleeps_long_or_backwards() -> None:
    assert seconds_until(NOON + timedelta(hours=1), NOON) == LONGEST_SLEEP
    assert seconds_until(NOON - timedelta(hours=1), NOON) == 0.0


def test_the_next_free_port_is_taken_and_none_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with free_socket(Web(port=0)) as first:
        port = first.getsockname()[1]
        first.listen()
        with free_socket(Web(port=port)) as second:
            assert second.getsockname()[1] > port
        monkeypatch.setattr("socctl.web.PORTS_TRIED", 1)
        with pytest.raises(SourceError, match=f"ports {port} to {port}"):
            free_socket(Web(port=port))


class Watched(Supervisor):
    """A supervisor whose role is a program that ends at once."""

    def _spawn(self, life: Life) -> None:
        life.process = subprocess.Popen([sys.executable, "-S", "-c", ""])
        life.process.wait()
        life.started = self._clock.monotonic()


def test_a_role_that_keeps_falling_at_one_place_waits_longer_and_is_given_up(tmp_path: Path) -> None:
    clock, said = ManualClock(NOON), list[str]()
    watched = Watched(DataDir(tmp_path).make(), clock, said.append)
    life = Life(RoleName.KEEP)
    waits = []
    for _ in range(CRASHES_BEFORE_FAILED):
        watched._look(life)
        watched._look(life)
        waits.append(life.retry_at - clock.monotonic())
        clock.advance(timedelta(seconds=60))
    assert waits == list(BACKOFF_SECONDS[:CRASHES_BEFORE_FAILED])
    assert life.failed
    assert "given up" in said[-1]
    watched._look(life)
    assert life.process is None


def test_a_role_that_got_on_starts_counting_anew(tmp_path: Path) -> None:
    data, clock = DataDir(tmp_path).make(), ManualClock(NOON)
    watched = Watched(data, clock, lambda _: None)
    life = Life(RoleName.KEEP)
    for position in range(2 * CRASHES_BEFORE_FAILED):
        write(data.beat(life.role), Beat("keep", 1, NOON, True, {"events": position}))
        watched._look(life)
        watched._look(life)
        clock.advance(timedelta(seconds=60))
    assert not life.failed


def test_a_role_without_a_position_is_not_given_up_for_rare_falls(tmp_path: Path) -> None:
    """The pages have no position: five falls in a year were five falls at one place."""
    clock = ManualClock(NOON)
    watched = Watched(DataDir(tmp_path).make(), clock, lambda _: None)
    life = Life(RoleName.WEB)
    for _ in range(2 * CRASHES_BEFORE_FAILED):
        clock.advance(timedelta(seconds=60))
        watched._look(life)
        clock.advance(timedelta(seconds=STEADY_SECONDS))
        watched._look(life)
    assert not life.failed


@pytest.mark.parametrize(
    "environment,expected",
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "SOC_LANG": "en"}, "en"),
    ],
)
def test_the_language_is_the_option_then_the_locale(environment: dict[str, str], expected: str) -> None:
    assert language(environment) == expected
