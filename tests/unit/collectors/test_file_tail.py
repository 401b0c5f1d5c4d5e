from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from collectors.inbox import Inbox
from collectors.sources.file import KEEP_ROTATED, FileTail
from soc.journal import Lane
from soc.raw import RawRecord, decode
from tests.builders import NOON


class Follower:
    """A tail on a virtual clock."""

    def __init__(self, pattern: Path, resume: dict[str, str] | None = None, *, limit: int = 100) -> None:
        self.inbox = Inbox()
        self.tail = FileTail(str(pattern), "web", "auto", resume=resume or {}, limit=limit)
        self.now = NOON

    def records(self, later: timedelta = timedelta(seconds=2)) -> list[RawRecord]:
        self.now += later
        self.tail.poll(self.now, self.inbox)
        waiting = self.inbox.head(Lane.LIVE, 10_000)
        self.inbox.remove(Lane.LIVE, len(waiting))
        return [decode(record.data) for record in waiting]

    def lines(self, later: timedelta = timedelta(seconds=2)) -> list[str]:
        return [record.data.decode() for record in self.records(later)]


def test_a_line_waits_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\ntw")
    follower = Follower(path)
    assert follower.lines() == ["one"]
    with path.open("ab") as file:
        file.write(b"o\nthree\n")
    assert follower.lines() == ["two", "three"]


def test_a_lone_carriage_return_ends_no_line(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"a\rb\r\nc\n")
    assert Follower(path).lines() == ["a\rb", "c"]


def test_the_last_durable_position_is_where_a_successor_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\ntwo\nthree\n")
    first = Follower(path).records()
    file_id, _, offset = first[1].position.rpartition(":")
    resume = {file_id: offset}
    assert Follower(path, resume).lines() == ["three"]


def test_the_same_line_has_the_same_position_for_every_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\ntwo\n")
    before = [record.position for record in Follower(path).records()]
    with path.open("ab") as file:
        file.write(b"three\n")
    assert [record.position for record in Follower(path).records()][:2] == before


def test_a_renamed_file_is_read_to_its_end_and_the_new_one_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\n")
    follower = Follower(path)
    assert follower.lines() == ["one"]
    path.rename(tmp_path / "rotated")
    with (tmp_path / "rotated").open("ab") as file:
        file.write(b"late\n")
    path.write_bytes(b"new\n")
    assert sorted(follower.lines()) == ["late", "new"]


def test_a_last_line_without_end_comes_when_a_rotated_file_is_let_go(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\nunfinished")
    follower = Follower(path)
    assert follower.lines() == ["one"]
    path.unlink()
    follower.records()
    assert follower.lines(KEEP_ROTATED) == ["unfinished"]


def test_a_truncated_file_begins_again(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\ntwo\n")
    follower = Follower(path)
    assert follower.lines() == ["one", "two"]
    os.truncate(path, 0)
    path.write_bytes(b"x\n")
    assert follower.lines() == ["x"]


def test_a_line_over_the_limit_is_cut_once(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"head\n" + b"a" * 250 + b"\nnext\n")
    found = Follower(path).records()
    assert [(len(record.data), record.flags) for record in found] == [(4, ()), (100, ("truncated",)), (4, ())]


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "dir.log").mkdir()
    follower = Follower(tmp_path / "*.log")
    assert follower.lines() == []
    assert list(follower.tail.problems) == [str(tmp_path / "dir.log")]


def test_a_line_over_the_limit_that_comes_in_pieces_is_cut_once(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"head\n")
    follower = Follower(path)
    found = follower.records()
    for piece in (b"a" * 150, b"a" * 150, b"a\nnext\n"):
        with path.open("ab") as file:
            file.write(piece)
        found += follower.records()
    assert [(len(record.data), record.flags) for record in found] == [(4, ()), (100, ("truncated",)), (4, ())]


def test_a_full_inbox_makes_files_wait(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\n")
    follower = Follower(path)
    follower.inbox.blocked = True
    assert follower.lines() == []
    follower.inbox.blocked = False
    assert follower.lines() == ["one"]


def test_files_are_looked_at_a_few_times_a_second_also_by_a_clock_set_back(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\n")
    follower = Follower(path)
    assert follower.lines() == ["one"]
    path.write_bytes(b"one\ntwo\n")
    assert follower.lines(timedelta(0)) == []
    assert follower.lines(-timedelta(hours=1)) == ["two"]


def test_a_file_is_followed_from_its_end_where_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\n")
    follower = Follower(path)
    follower.tail = FileTail(str(path), "web", "auto", resume={}, limit=100, from_end=True)
    assert follower.lines() == []
    with path.open("ab") as file:
        file.write(b"two\n")
    assert follower.lines() == ["two"]
    follower.tail.close()


def test_a_file_waits_for_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"on")
    follower = Follower(path)
    assert follower.lines() == []
    path.write_bytes(b"one\n")
    assert follower.lines(timedelta(minutes=1)) == ["one"]
