from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from soc.event import decode, encode
from soc.paths import DataDir
from soc.store import Cursor
from soc.store.embedded import EmbeddedStore
from socctl.commands.search import wanted_query
from socctl.main import build
from tests.builders import NOON, an_event

Run = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`socctl search` over three events of the last hour and one of last week."""
    now = datetime.now(UTC)
    ages = (timedelta(minutes=3), timedelta(minutes=2), timedelta(minutes=1), timedelta(days=7))
    made = [
        an_event(now - age, user_name=name, message=f"logon of {name}\x1b[31m")
        for age, name in zip(ages, ("an", "Bình", "chi", "old"), strict=True)
    ]
    store = EmbeddedStore(DataDir(tmp_path).make())
    store.append([encode(event) for event in made], Cursor("events", -1, 3))
    store.close()
    monkeypatch.setenv("SOC_DATA", str(tmp_path))

    def go(*words: str) -> tuple[int, list[str], str]:
        found = CliRunner().invoke(build("search"), ["search", *words])
        return found.exit_code, found.stdout.splitlines(), found.stderr

    return go


def test_the_newest_events_come_first_on_a_line_each(run: Run) -> None:
    code, lines, _ = run("")
    assert code == 0
    assert [line.split("user.name=")[1].split()[0] for line in lines] == ["chi", "Bình", "an"]


def test_a_terminal_is_not_moved_by_what_a_sender_wrote(run: Run) -> None:
    assert all(line.isprintable() for line in run("")[1])


def test_json_is_one_event_a_line(run: Run) -> None:
    _, lines, _ = run("user.name:bình", "--json")
    assert [decode(line.encode())["user.name"] for line in lines] == ["Bình"]


def test_a_count_is_a_number(run: Run) -> None:
    assert run("logon", "--count")[1] == ["3"]
    assert run("logon", "--count", "--since", "30d")[1] == ["4"]
    assert run("--count", "--since", "30d", "--until", "2d")[1] == ["1"]


def test_more_than_the_limit_is_said(run: Run) -> None:
    code, lines, said = run("--limit", "1")
    assert (code, len(lines)) == (0, 1)
    assert "raise --limit" in said


def test_faults_are_drawn_under_the_query(run: Run) -> None:
    code, _, said = run("usr.name:an and source.port:abc")
    assert code == 2
    assert "^^^^^^^^ no field is called 'usr.name' - did you mean user.name" in said
    assert "SOC-1401" in said


def test_times_are_distances_or_dates() -> None:
    assert wanted_query("", "24h", "", NOON).since == NOON - timedelta(hours=24)
    assert wanted_query("", "22/11/2026", "", NOON).since == datetime(2026, 11, 21, 17, tzinfo=UTC)
    assert wanted_query("", "24h", "now/d", NOON).until == datetime(2026, 11, 24, 17, tzinfo=UTC)
