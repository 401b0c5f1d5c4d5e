"""One set of promises over both logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from soc.errors import JournalError, JournalFull
from soc.journal import Batch, Gap, Log, Origin
from soc.journal.body import LINES, RECORDS, Form
from soc.journal.memory_log import MemoryLog
from soc.journal.sqlite_log import LogLimits, SqliteLog

AnyLog = SqliteLog | MemoryLog
Make = Callable[..., AnyLog]


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    made: list[AnyLog] = []

    def new(form: Form = RECORDS, quota_bytes: int = 2**30) -> AnyLog:
        if request.param == "memory":
            made.append(MemoryLog(form=form, quota_bytes=quota_bytes))
        else:
            limits = LogLimits(quota_bytes=quota_bytes)
            made.append(SqliteLog(tmp_path / "log", quarantine=tmp_path / "quarantine", form=form, limits=limits))
        return made[-1]

    yield new
    for log in made:
        log.close()


def records_in(log: Log, after: int = -1, max_records: int = 5_000) -> list[bytes]:
    return [record for item in log.read(after, max_records=max_records) for record in _batch(item).records]


def write_until_full(log: Log, batch: list[bytes]) -> None:
    for n in range(100):
        log.append([bytes([n]) + record for record in batch], at_ns=1)


def _batch(item: Batch | Gap) -> Batch:
    assert isinstance(item, Batch)
    return item


def test_an_empty_log_ends_before_its_first_offset(make: Make) -> None:
    log = make()
    assert (log.end(), records_in(log), log.origins()) == (-1, [], {})


def test_offsets_count_up_by_one_for_each_record(make: Make) -> None:
    log = make()
    assert [log.append([b"a", b"b"], at_ns=1), log.append([b"c"], at_ns=2)] == [1, 2]
    assert [(batch.first, batch.last) for batch in map(_batch, log.read(-1))] == [(0, 1), (2, 2)]


def test_records_come_back_as_they_went_in(make: Make) -> None:
    log = make()
    wanted = [b"", b"\x00\xff", b"line\nline", "Phường Bến Nghé".encode(), b"x" * 300_000]
    log.append(wanted, at_ns=1)
    assert records_in(log) == wanted


def test_the_first_frame_is_cut_at_the_cursor(make: Make) -> None:
    log = make()
    log.append([b"a", b"b", b"c"], at_ns=1)
    assert records_in(log, after=0) == [b"b", b"c"]
    assert _batch(next(iter(log.read(1)))).first == 2


def test_reading_stops_after_about_as_many_records_as_asked(make: Make) -> None:
    log = make()
    for _ in range(20):
        log.append([b"r"] * 10, at_ns=1)
    assert len(records_in(log, max_records=25)) == 30


def test_an_append_larger_than_a_frame_becomes_several_frames(make: Make) -> None:
    log = make()
    big = [bytes([n]) * 1_000_000 for n in range(10)]
    assert log.append(big, at_ns=1, origin=Origin("live", 7)) == 9
    assert len(list(log.read(-1))) > 1
    assert records_in(log) == big
    assert log.origins() == {"live": 7}


def test_a_record_that_fits_no_frame_is_refused_and_nothing_is_written(make: Make) -> None:
    log = make()
    with pytest.raises(JournalError, match="does not fit a frame"):
        log.append([b"ok", b"x" * 5_000_000], at_ns=1)
    assert log.end() == -1


def test_origins_are_kept_by_lane_and_never_go_back(make: Make) -> None:
    log = make()
    log.append([b"a"], at_ns=1, origin=Origin("live", 5))
    log.append([], at_ns=2, origin=Origin("import", 9))
    log.append([b"b"], at_ns=3, origin=Origin("live", 3))
    assert log.origins() == {"live": 5, "import": 9}


def test_an_empty_frame_moves_the_origin_and_takes_no_offset(make: Make) -> None:
    log = make()
    assert log.append([], at_ns=1, origin=Origin("live", 5)) == -1
    assert log.append([], at_ns=1, origin=Origin("live", 6)) == -1
    assert log.append([b"a"], at_ns=2) == 0
    assert records_in(log) == [b"a"]
    assert log.origins() == {"live": 6}


def test_places_of_senders_are_kept_with_the_records(make: Make) -> None:
    log = make()
    log.append([b"a"], at_ns=1, places={"file:/var/log/auth.log": "120", "http:key": "9"})
    log.append([b"b"], at_ns=1, places={"http:key": "10"})
    assert log.places() == {"file:/var/log/auth.log": "120", "http:key": "10"}


def test_a_full_log_takes_nothing(make: Make) -> None:
    log = make(quota_bytes=200_000)
    batch = [bytes((n * 7919 + k * k) % 251 for k in range(40_000)) for n in range(9)]
    with pytest.raises(JournalFull):
        write_until_full(log, batch)
    assert log.append([], at_ns=2, origin=Origin("live", 1)) == log.end()
    assert len(records_in(log)) == log.end() + 1


def test_an_event_log_refuses_a_line_with_a_line_end(make: Make) -> None:
    log = make(form=LINES)
    log.append([b'{"a":1}', b'{"a":2}'], at_ns=1)
    with pytest.raises(JournalError, match="line end"):
        log.append([b'{"a":\n3}'], at_ns=1)
    assert records_in(log) == [b'{"a":1}', b'{"a":2}']


def test_a_cursor_past_the_end_is_told_once_as_a_gap(make: Make) -> None:
    log = make()
    log.append([b"a"], at_ns=1)
    assert list(log.read(9)) == [Gap(1, 9, "beyond_end")]
    assert list(log.read(9)) == []


def test_a_log_goes_on_above_the_highest_cursor(make: Make) -> None:
    log = make()
    log.append([b"a"], at_ns=1)
    assert log.continue_above(0) is None
    assert log.continue_above(9) == Gap(1, 9, "beyond_end")
    assert (log.end(), log.append([b"b"], at_ns=2)) == (9, 10)
    assert list(log.read(-1)) == [Batch(0, 0, (b"a",)), Gap(1, 9, "missing"), Batch(10, 10, (b"b",))]
    assert list(log.read(9)) == [Batch(10, 10, (b"b",))]


def test_size_grows_with_what_is_written(make: Make) -> None:
    log = make()
    before = log.size()
    log.append([bytes(range(256)) * 100], at_ns=1)
    assert log.size() > before
