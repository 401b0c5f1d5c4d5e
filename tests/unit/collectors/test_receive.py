from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from collectors.inbox import Inbox
from collectors.receive import GROUP_COMMIT, IDLE, Receive
from soc.errors import JournalError, JournalFull
from soc.journal import Batch, Lane
from soc.journal.memory_log import MemoryLog
from soc.raw import RawRecord, Transport, decode
from tests.builders import NOON


class Books:
    """A ledger in memory."""

    def __init__(self) -> None:
        self.by_source: Counter[str] = Counter()
        self.lost: Counter[tuple[str, str]] = Counter()

    def received(self, lane: Lane, last: int, sources: Mapping[str, int]) -> None:
        self.by_source.update(sources)

    def dropped(self, counts: Mapping[tuple[str, str], int]) -> None:
        self.lost.update(counts)

    def flush(self, now: datetime) -> None:
        pass

    def flush_now(self) -> None:
        pass


class FailingLog(MemoryLog):
    """Refuses until it is mended."""

    error: JournalError | None = None

    def append(self, records, *, at_ns, origin=None, places=None):  # type: ignore[no-untyped-def]  # same as MemoryLog's
        if self.error is not None:
            raise self.error
        return super().append(records, at_ns=at_ns, origin=origin, places=places)


def a_record(text: str, source: str = "fw") -> RawRecord:
    return RawRecord("udp/5514", source, 1, "192.0.2.1", Transport.UDP, text.encode())


def lines(log: MemoryLog) -> list[str]:
    return [decode(data).data.decode() for batch in log.read(-1) if isinstance(batch, Batch) for data in batch.records]


def test_a_record_is_acknowledged_only_after_it_is_in_the_log() -> None:
    log, inbox, done = MemoryLog(), Inbox(), []
    role = Receive({Lane.LIVE: log}, inbox, Books())
    inbox.put(a_record("one"), done=lambda: done.append(log.end()))
    role.step(NOON)
    assert done == []
    role.step(NOON + GROUP_COMMIT)
    assert done == [0]


def test_five_hundred_records_do_not_wait_for_the_clock() -> None:
    log, inbox, books = MemoryLog(), Inbox(), Books()
    for number in range(501):
        inbox.put(a_record(str(number)))
    Receive({Lane.LIVE: log}, inbox, books).step(NOON)
    assert log.end() == 499
    assert books.by_source == {"fw": 500}


def test_a_clock_set_back_does_not_hold_records() -> None:
    log, inbox = MemoryLog(), Inbox()
    role = Receive({Lane.LIVE: log}, inbox, Books())
    inbox.put(a_record("one"))
    role.step(NOON)
    role.step(NOON - timedelta(hours=1))
    assert log.end() == 0


@pytest.mark.parametrize("error", [JournalFull("full"), JournalError("disk")])
def test_nothing_is_lost_or_acknowledged_while_the_log_refuses(error: JournalError) -> None:
    log, inbox, done = FailingLog(), Inbox(), []
    log.error = error
    role = Receive({Lane.LIVE: log}, inbox, Books())
    inbox.put(a_record("one"), done=lambda: done.append(1))
    role.step(NOON)
    role.step(NOON + GROUP_COMMIT)
    assert (done, role.failure is not None) == ([], True)
    assert inbox.full is isinstance(error, JournalFull)
    log.error = None
    role.step(NOON + 2 * GROUP_COMMIT)
    assert (done, lines(log), inbox.full) == ([1], ["one"], False)


def test_a_datagram_that_falls_out_is_counted_by_source_and_reason() -> None:
    inbox, books = Inbox(limit_bytes=100), Books()
    for _ in range(3):
        inbox.put_datagram(a_record("x" * 60))
    Receive({Lane.LIVE: MemoryLog()}, inbox, books).step(NOON)
    assert books.lost == {("fw", "journal_full"): 2} or books.lost == {("fw", "journal_full"): 1}
    assert books.lost.total() + inbox.waiting(Lane.LIVE) == 3


def test_an_orderly_stop_leaves_nothing_behind() -> None:
    log, inbox = MemoryLog(), Inbox()
    role = Receive({Lane.LIVE: log, Lane.IMPORT: MemoryLog()}, inbox, Books())
    for number in range(1_200):
        inbox.put(a_record(str(number)))
    role.drain(NOON)
    assert lines(log) == [str(number) for number in range(1_200)]


def test_a_senders_place_is_kept_with_its_records() -> None:
    log, inbox = MemoryLog(), Inbox()
    inbox.put(a_record("one"), place=("file", "4"))
    inbox.put(a_record("two"), place=("file", "8"))
    Receive({Lane.LIVE: log}, inbox, Books()).drain(NOON)
    assert log.places() == {"file": "8"}


def test_files_are_asked_and_chores_run_at_every_step() -> None:
    log, inbox, ran = MemoryLog(), Inbox(), []

    class File:
        def poll(self, now: datetime, inbox: Inbox) -> None:
            inbox.put(a_record("from a file"))

    class Sweep:
        def run(self, now: datetime) -> None:
            ran.append(now)

    role = Receive({Lane.LIVE: log}, inbox, Books(), [File()], [Sweep()])
    assert role.step(NOON) == min(NOON + IDLE, NOON + GROUP_COMMIT)
    role.step(NOON + GROUP_COMMIT)
    assert (lines(log), ran, role.position()) == (["from a file"] * 2, [NOON, NOON + GROUP_COMMIT], {"live": 1})
    role.close()


def test_a_log_that_refuses_at_the_stop_ends_it_with_everything_unacknowledged() -> None:
    log, inbox, done = FailingLog(), Inbox(), []
    log.error = JournalError("disk")
    inbox.put(a_record("one"), done=lambda: done.append(1))
    Receive({Lane.LIVE: log}, inbox, Books()).drain(NOON)
    assert (done, inbox.waiting(Lane.LIVE)) == ([], 1)
