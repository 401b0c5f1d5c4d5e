"""What only files can do: roll, be dropped, be damaged, be reopened after a kill."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import shake_128
from pathlib import Path
from typing import Any

import pytest

from soc import sqlite
from soc.errors import JournalError
from soc.journal import Batch, Gap, Origin, segment
from soc.journal.sqlite_log import HOUR_NS, LogLimits, SqliteLog


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "raw" / "live"


def open_log(folder: Path, *, read_only: bool = False, **limits: int) -> SqliteLog:
    return SqliteLog(folder, quarantine=folder / "quarantine", limits=LogLimits(**limits), read_only=read_only)


def noise(n: int, size: int = 2_000) -> bytes:
    return shake_128(str(n).encode()).digest(size)


def fill(log: SqliteLog, frames: int, at_ns: int = 1) -> None:
    for n in range(frames):
        log.append([noise(n), noise(n + 1)], at_ns=at_ns + n)


def offsets(items: Iterator[Batch | Gap]) -> list[tuple[str, int, int]]:
    return [(type(item).__name__, item.first, item.last) for item in items]


def segments(folder: Path) -> list[Path]:
    return segment.segments_in(folder)


@pytest.fixture
def rolled(folder: Path) -> Path:
    """Three segments of two records each, written and closed."""
    log = open_log(folder)
    for hour in (0, 7, 14):
        log.append([noise(hour), noise(hour + 1)], at_ns=hour * HOUR_NS, origin=Origin("live", hour))
    log.close()
    return folder


def test_a_new_segment_begins_after_six_hours_and_is_named_by_its_base(rolled: Path) -> None:
    assert [path.name for path in segments(rolled)] == [f"{base:020d}.db" for base in (0, 2, 4)]


def test_a_new_segment_begins_when_the_old_one_is_full(folder: Path) -> None:
    log = open_log(folder, segment_bytes=100_000)
    fill(log, 60)
    assert len(segments(folder)) > 1
    assert sum(len(item.records) for item in log.read(-1, max_records=10_000) if isinstance(item, Batch)) == 120
    log.close()


def test_the_settings_of_a_segment_are_those_of_the_design(rolled: Path) -> None:
    connection = sqlite.writer(segments(rolled)[0])
    wanted = {"journal_mode": "wal", "synchronous": 2, "page_size": 16_384}
    assert {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    connection.close()


def test_a_log_goes_on_where_it_was_closed(rolled: Path) -> None:
    log = open_log(rolled)
    assert (log.end(), log.origins()) == (5, {"live": 14})
    assert log.append([b"x"], at_ns=14 * HOUR_NS) == 6
    log.close()


def test_a_copy_taken_while_the_log_is_open_holds_all_that_was_acknowledged(folder: Path, tmp_path: Path) -> None:
    log = open_log(folder, segment_bytes=50_000)
    for n in range(25):
        last = log.append([noise(n)], at_ns=n, origin=Origin("live", n))
        copy = tmp_path / f"copy{n}"
        shutil.copytree(folder, copy)
        again = open_log(copy)
        assert (again.end(), again.origins()) == (last, {"live": n})
        assert sum(len(item.records) for item in again.read(-1) if isinstance(item, Batch)) == n + 1
        again.close()
        shutil.rmtree(copy)
    log.close()


def test_a_killed_writer_loses_nothing_it_acknowledged(folder: Path) -> None:
    script = """
        import os, sys
        from pathlib import Path
        from soc.journal.sqlite_log import SqliteLog
        log = SqliteLog(Path(sys.argv[1]), quarantine=Path(sys.argv[1]) / "q")
        for n in range(100_000):
            print(log.append([b"r%d" % n] * 5, at_ns=n), flush=True)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    acknowledged = [int(child.stdout.readline()) for _ in range(40)]
    child.kill()
    acknowledged += [int(line) for line in child.stdout.read().splitlines()]
    child.wait()
    log = open_log(folder)
    assert log.end() >= acknowledged[-1]
    kept = [record for item in log.read(-1, max_records=10**9) if isinstance(item, Batch) for record in item.records]
    assert kept == [b"r%d" % (n // 5) for n in range(log.end() + 1)]
    log.close()


def test_a_second_writer_is_refused_with_the_name_of_the_first(folder: Path) -> None:
    log = open_log(folder)
    with pytest.raises(JournalError, match=r"process \d+ writes here already"):
        open_log(folder)
    log.close()
    open_log(folder).close()


def test_a_reader_sees_each_batch_beside_the_writer(folder: Path) -> None:
    reader = open_log(folder, read_only=True)
    assert (reader.end(), list(reader.read(-1)), reader.origins()) == (-1, [], {})
    log = open_log(folder, segment_bytes=50_000)
    position = -1
    for n in range(40):
        log.append([noise(n)], at_ns=n, origin=Origin("live", n), places={"file": str(n)})
        (batch,) = reader.read(position)
        position = batch.last
        assert (reader.end(), reader.origins(), reader.places()) == (n, {"live": n}, {"file": str(n)})
    reader.close()
    log.close()


def test_a_reader_cannot_write(rolled: Path) -> None:
    reader = open_log(rolled, read_only=True)
    with pytest.raises(JournalError, match="for reading only"):
        reader.append([b"x"], at_ns=1)
    reader.close()


def test_old_segments_are_dropped_when_read_and_old(rolled: Path) -> None:
    log = open_log(rolled)
    assert log.drop(through=1, older_than_ns=0) == 0
    assert log.drop(through=0, older_than_ns=100 * HOUR_NS) == 0
    assert log.drop(through=5, older_than_ns=100 * HOUR_NS) == 2
    assert offsets(log.read(-1)) == [("Batch", 4, 5)]
    assert next(iter(log.read(1))) == Gap(2, 3, "retention")
    log.close()
    again = open_log(rolled)
    assert (again.end(), again.origins()) == (5, {"live": 14})
    again.close()


def test_a_changed_body_is_a_gap_and_the_file_is_kept(rolled: Path) -> None:
    connection = sqlite.writer(segments(rolled)[1])
    connection.execute("UPDATE frame SET body = x'00' || body")
    connection.close()
    log = open_log(rolled)
    assert list(log.read(-1))[1] == Gap(2, 3, "damaged")
    assert offsets(log.read(-1)) == [("Batch", 0, 1), ("Gap", 2, 3), ("Batch", 4, 5)]
    assert any((rolled / "quarantine").iterdir())
    log.close()


def test_a_frame_that_is_not_there_is_a_gap(folder: Path) -> None:
    log = open_log(folder)
    fill(log, 3)
    log.close()
    connection = sqlite.writer(segments(folder)[0])
    connection.execute("DELETE FROM frame WHERE first = 2")
    connection.close()
    reader = open_log(folder, read_only=True)
    assert offsets(reader.read(-1)) == [("Batch", 0, 1), ("Gap", 2, 3), ("Batch", 4, 5)]
    reader.close()


def test_a_segment_that_is_no_database_is_a_gap(rolled: Path) -> None:
    segments(rolled)[1].write_bytes(b"not a database" * 3_000)
    log = open_log(rolled)
    assert offsets(log.read(-1)) == [("Batch", 0, 1), ("Gap", 2, 3), ("Batch", 4, 5)]
    log.close()


def test_what_can_be_read_of_a_malformed_segment_is_read(folder: Path) -> None:
    log = open_log(folder)
    for n in range(200):
        log.append([noise(n, 9_000)], at_ns=n)
    log.append([b"later"], at_ns=7 * HOUR_NS)
    log.close()
    path = segments(folder)[0]
    data = bytearray(path.read_bytes())
    # Leaf pages begin with 0x0d: break the b-tree in the middle of the file.
    pages = [at for at in range(16_384, len(data), 16_384) if data[at] == 0x0D]
    middle = pages[len(pages) // 2]
    data[middle : middle + 8] = b"\xff" * 8
    path.write_bytes(data)
    log = open_log(folder)
    items = list(log.read(-1, max_records=10**6))
    gaps = [item for item in items if isinstance(item, Gap)]
    assert len(gaps) == 1
    assert 0 < gaps[0].first <= gaps[0].last < 199
    covered = [offset for item in items for offset in range(item.first, item.last + 1)]
    assert covered == list(range(201))
    log.close()


def test_an_unreadable_newest_segment_is_left_behind_and_counted(rolled: Path) -> None:
    segments(rolled)[2].write_bytes(b"\x00" * 40_000)
    with pytest.raises(JournalError, match="restart the writer"):
        list(open_log(rolled, read_only=True).read(-1))
    log = open_log(rolled)
    assert log.origins() == {"live": 7}
    last = log.append([b"after"], at_ns=20 * HOUR_NS)
    items = list(log.read(-1))
    assert [type(item) for item in items] == [Batch, Batch, Gap, Batch]
    assert (items[2].first, items[2].last, items[3].first) == (4, last - 1, last)
    log.close()


class _FailingCommit:
    """A connection whose next commit fails as a broken disk makes it fail."""

    def __init__(self, inner: sqlite.Connection) -> None:
        self._inner = inner

    @property
    def in_transaction(self) -> bool:
        return self._inner.in_transaction

    def execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite.Rows:
        if statement == "COMMIT":
            raise sqlite.OperationalError("disk I/O error")
        return self._inner.execute(statement, values)

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> sqlite.Rows:
        return self._inner.executemany(statement, rows)

    def close(self) -> None:
        self._inner.close()


def test_a_failed_commit_acknowledges_nothing_and_leaves_the_file(folder: Path) -> None:
    log = open_log(folder)
    log.append([b"a"], at_ns=1)
    log._writer = _FailingCommit(log._writer)  # type: ignore[arg-type, assignment]
    with pytest.raises(JournalError, match="2 records were not taken"):
        log.append([b"b", b"c"], at_ns=2)
    assert log.end() == 0
    assert log.append([b"d"], at_ns=3) == 3
    assert [path.name[-4:] for path in segments(folder)] == ["0.db", "3.db"]
    assert offsets(log.read(-1)) == [("Batch", 0, 0), ("Batch", 3, 3)]
    log.close()
    again = open_log(folder)
    assert again.end() == 3
    again.close()


def test_a_failed_commit_that_turns_up_after_all_is_not_read_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel may write pages although it said that the sync failed; the sender has sent them again by then."""
    log = open_log(folder)
    log.append([b"a"], at_ns=1)
    real = sqlite.transaction

    @contextmanager
    def unlucky(connection: sqlite.Connection) -> Iterator[None]:
        with real(connection):
            yield
        raise sqlite.OperationalError("disk I/O error")

    monkeypatch.setattr(sqlite, "transaction", unlucky)
    with pytest.raises(JournalError):
        log.append([b"b", b"c"], at_ns=2)
    monkeypatch.setattr(sqlite, "transaction", real)
    log.append([b"b", b"c"], at_ns=3)
    log.close()
    items = list(open_log(folder, read_only=True).read(-1))
    assert [record for item in items if isinstance(item, Batch) for record in item.records] == [b"a", b"b", b"c"]
    assert not any(isinstance(item, Gap) for item in items)


def test_a_gap_made_at_start_survives_the_next_start(rolled: Path) -> None:
    log = open_log(rolled)
    log.continue_above(20)
    log.close()
    again = open_log(rolled)
    assert again.end() == 20
    assert list(again.read(5)) == [Gap(6, 20, "missing")]
    again.append([b"x"], at_ns=21 * HOUR_NS)
    assert list(again.read(3))[1:] == [Gap(6, 20, "missing"), Batch(21, 21, (b"x",))]
    again.close()


def test_a_file_that_another_program_locks_is_no_damage(rolled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell that holds the file (here: the older lock mode, which shuts readers out) is said, not salvaged."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    path = segments(rolled)[1]
    other = sqlite.writer(path)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("PRAGMA journal_mode=DELETE")
    other.execute("BEGIN EXCLUSIVE")
    reader = open_log(rolled, read_only=True)
    with pytest.raises(JournalError, match="another program holds this file"):
        list(reader.read(-1))
    other.close()
    assert offsets(reader.read(-1)) == [("Batch", 0, 1), ("Batch", 2, 3), ("Batch", 4, 5)]
    reader.close()


def test_a_segment_dropped_under_a_reader_is_no_damage(rolled: Path) -> None:
    reader = open_log(rolled, read_only=True)
    items = reader.read(-1)
    assert isinstance(next(items), Batch)
    segment.remove(segments(rolled)[1])
    assert offsets(items) == [("Gap", 2, 3), ("Batch", 4, 5)]
    assert not (rolled / "quarantine").exists()
    reader.close()


def test_half_made_segments_are_swept_at_start(rolled: Path) -> None:
    for name in ("00000000000000000009.new", "00000000000000000009.new-wal", "00000000000000000007.db-wal"):
        (rolled / name).write_bytes(b"x")
    open_log(rolled).close()
    assert [path.name for path in rolled.iterdir() if ".new" in path.name or path.name.endswith("-wal")] == []


def test_an_old_engine_is_refused() -> None:
    with pytest.raises(JournalError, match=r"3\.40\.1 can corrupt"):
        sqlite.check_engine((3, 40, 1))
