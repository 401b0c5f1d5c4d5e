from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import pytest

from collectors.normalise import FRAME_EVENTS, Normalise, Tally
from collectors.normaliser import Normaliser
from collectors.parser import Context, Parsed
from collectors.senders import OneSender
from soc.clock import ManualClock
from soc.errors import JournalFull, ParseError
from soc.event import Event, EventView, decode
from soc.journal import Batch, Lane
from soc.journal.body import LINES
from soc.journal.memory_log import MemoryLog
from soc.raw import RawRecord, Transport, encode
from soc.unit import UnitTree
from tests.builders import NOON


class Lines:
    """A parser of `N`: N events; `bad`: no event; `crash`: a defect; `N crash`: one after N events."""

    name = "lines"
    version = 1

    def parse(self, record: RawRecord, context: Context) -> Iterable[Parsed]:
        text = record.data.decode()
        if text == "crash":
            raise ZeroDivisionError
        if text == "bad":
            raise ParseError("lines: not a number")
        fields: Event = {"event.kind": "event", "event.module": "test", "event.dataset": "test", "message": text}
        number, _, crash = text.partition(" ")
        made = (Parsed(dict(fields), NOON) for _ in range(int(number)))
        return _crashing(made) if crash else made


def _crashing(made: Iterable[Parsed]) -> Iterator[Parsed]:
    yield from made
    raise ZeroDivisionError


class Table:
    def route_of(self, event: EventView) -> str:
        return "test"


class Detector:
    def product_of(self, record: RawRecord) -> str:
        return "lines"

    def judge(self, record: RawRecord, product: str, *, failed: bool) -> None:
        pass


class Books:
    """A ledger in memory that may lose what it was told, as a kill would."""

    def __init__(self) -> None:
        self.upto: dict[str, int] = {}
        self.total = Tally()

    def normalised(self, lane: str, last: int, tally: Tally) -> None:
        self.upto[lane] = last
        self.total.add(tally)

    def counted(self, lane: str) -> int:
        return self.upto.get(lane, -1)

    def flush(self, now: datetime) -> None:
        pass

    def flush_now(self) -> None:
        pass


class Chain:
    """Raw logs, event log and books; `role()` is a start on what lies there."""

    def __init__(self) -> None:
        self.raw = {lane: MemoryLog() for lane in Lane}
        self.events = MemoryLog(form=LINES)
        self.books = Books()
        self.stored: frozenset[str] = frozenset()

    def put(
        self, *texts: str, lane: Lane = Lane.LIVE, transport: Transport = Transport.UDP, flags: tuple[str, ...] = ()
    ) -> None:
        end = self.raw[lane].end()
        records = [
            RawRecord(
                "x",
                "fw",
                1_790_000_000 * 10**9,
                "",
                transport,
                text.encode(),
                f"p:{text}" if transport is Transport.FILE else "",
                flags=flags,
            )
            for number, text in enumerate(texts, end)
        ]
        self.raw[lane].append([encode(record) for record in records], at_ns=1)

    def role(self) -> Normalise:
        normaliser = Normaliser(
            book=OneSender("fw"), units=UnitTree([]), table=Table(), detector=Detector(), parser_named=lambda _: Lines()
        )
        return Normalise(self.raw, self.events, normaliser, self.books, ManualClock(NOON), self._known)

    def run(self) -> None:
        role = self.role()
        while role.step(NOON) <= NOON:
            pass

    def found(self) -> list[Event]:
        return [
            decode(line)
            for batch in self.events.read(-1, max_records=10**6)
            if isinstance(batch, Batch)
            for line in batch.records
        ]

    def _known(self, ids: Sequence[str]) -> frozenset[str]:
        return self.stored & frozenset(ids)


@pytest.fixture
def chain() -> Chain:
    return Chain()


def test_every_record_has_exactly_one_fate(chain: Chain) -> None:
    chain.put("1", "2", "bad", "crash")
    chain.put("1", flags=("bad_frame",))
    chain.run()
    assert chain.books.total.fates == {
        ("fw", "stored", ""): 3,
        ("fw", "quarantined", "crash"): 1,
        ("fw", "quarantined", "bad_frame"): 1,
    }
    assert (chain.books.total.events["fw"], chain.books.total.errors["fw"], len(chain.found())) == (4, 1, 4)


def test_what_cannot_be_parsed_is_an_event_with_its_reason(chain: Chain) -> None:
    chain.put("bad")
    chain.run()
    (event,) = chain.found()
    assert (event["event.kind"], event["event.original"]) == ("pipeline_error", "bad")
    assert "not a number" in event["error.message"]


def test_a_capture_whose_parser_has_a_defect_keeps_what_came_before_and_says_that_the_rest_is_lacking(
    chain: Chain,
) -> None:
    chain.put("3 crash", "1", transport=Transport.PCAP)
    chain.run()
    kinds = [event["event.kind"] for event in chain.found()]
    assert kinds == ["event", "event", "event", "pipeline_error", "event"]
    assert chain.found()[3]["error.type"] == "crash"
    assert (chain.books.total.errors["fw"], chain.books.total.fates["fw", "stored", ""]) == (1, 2)


def test_a_restart_goes_on_behind_the_last_frame(chain: Chain) -> None:
    chain.put("1", "1")
    chain.run()
    chain.put("1")
    chain.run()
    assert len({event["event.id"] for event in chain.found()}) == len(chain.found()) == 3


def test_the_same_line_of_a_file_folds_and_is_still_stored(chain: Chain) -> None:
    chain.put("1", transport=Transport.FILE)
    chain.run()
    chain.put("1", transport=Transport.FILE)
    chain.run()
    assert len(chain.found()) == 1
    assert chain.books.total.fates == {("fw", "stored", ""): 2}
    assert chain.books.total.duplicates == {"fw": 1}


def test_equal_datagrams_are_two_events(chain: Chain) -> None:
    chain.put("1", "1")
    chain.run()
    assert len({event["event.id"] for event in chain.found()}) == 2


def test_an_import_also_folds_into_what_only_the_store_remembers(chain: Chain) -> None:
    chain.put("1", lane=Lane.IMPORT, transport=Transport.FILE)
    chain.run()
    chain.stored = frozenset(event["event.id"] for event in chain.found())
    chain.events = MemoryLog(form=LINES)
    chain.put("1", lane=Lane.IMPORT, transport=Transport.FILE)
    chain.books.upto.clear()
    chain.run()
    assert chain.found() == []


def test_a_record_with_very_many_events_goes_over_several_frames(chain: Chain) -> None:
    chain.put("1", str(2 * FRAME_EVENTS + 1))
    chain.run()
    frames = [batch for batch in chain.events.read(-1, max_records=10**6) if isinstance(batch, Batch)]
    assert [frame.origin.offset for frame in frames if frame.origin] == [0, 0, 1]
    assert len(chain.found()) == 2 * FRAME_EVENTS + 2


def test_a_kill_before_the_books_counts_nothing_twice_and_misses_nothing(chain: Chain) -> None:
    chain.put("1", "bad", "crash")
    chain.run()
    before = chain.books.total
    chain.books = Books()
    chain.run()
    assert chain.books.total.fates == before.fates
    assert chain.books.total.errors == before.errors
    assert len(chain.found()) == 2


def test_a_full_event_log_waits_and_goes_on(chain: Chain) -> None:
    chain.events = MemoryLog(form=LINES, quota_bytes=10)
    chain.put("1", transport=Transport.FILE)
    role = chain.role()
    assert role.step(NOON) > NOON
    assert role.failure is not None
    chain.events = MemoryLog(form=LINES)
    chain.run()
    assert len(chain.found()) == 1


def test_an_event_whose_frame_was_refused_is_no_duplicate_afterwards(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.normalise.FRAME_BYTES", 700)
    chain.put("1", "2", "3", "4", lane=Lane.IMPORT, transport=Transport.FILE)
    role, append = chain.role(), chain.events.append

    def refuse(*_: object, **__: object) -> int:
        raise JournalFull("full", code="SOC-1501")

    monkeypatch.setattr(chain.events, "append", refuse)
    assert role.step(NOON) > NOON
    monkeypatch.setattr(chain.events, "append", append)
    while role.step(NOON) <= NOON:
        pass
    assert len(chain.found()) == 1 + 2 + 3 + 4
    assert chain.books.total.duplicates["fw"] == 0


def test_a_kill_before_the_books_still_counts_what_the_log_lost(chain: Chain) -> None:
    chain.put("1")
    chain.raw[Lane.LIVE].continue_above(3)
    chain.put("1")
    chain.run()
    before = chain.books.total
    assert before.fates["?", "dropped", "damaged"] == 3
    chain.books = Books()
    chain.run()
    assert chain.books.total.fates == before.fates
