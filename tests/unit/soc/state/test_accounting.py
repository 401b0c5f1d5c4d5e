from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soc.access import SYSTEM, Scope
from soc.errors import PositionMoved
from soc.state.accounting import Count, Fate
from soc.state.store import State
from tests.builders import NOON
from tests.unit.soc.state.undone import undone


def a_count(fate: Fate, n: int = 1, source: str = "fw-1", **fields: object) -> Count:
    return Count(source, NOON, fate, n, **fields)  # type: ignore[arg-type]


def test_counts_move_with_their_position_and_a_repeat_adds_nothing(state: State) -> None:
    rows = [a_count(Fate.RECEIVED, 10)]
    with state.write() as tx:
        assert tx.accounting.upto("receive", "live") == -1
        assert tx.accounting.add("receive", "live", after=-1, upto=9, rows=rows)
        assert not tx.accounting.add("receive", "live", after=-1, upto=9, rows=rows)
        assert tx.accounting.upto("receive", "live") == 9
        assert tx.accounting.ledger(SYSTEM)[0].received == 10


@pytest.mark.parametrize(("after", "upto"), [(5, 20), (-1, 20), (11, 20)])
def test_a_gap_or_an_overlap_is_refused(state: State, after: int, upto: int) -> None:
    with state.write() as tx:
        tx.accounting.add("receive", "live", after=-1, upto=9, rows=[])
    with pytest.raises(PositionMoved), state.write() as tx:
        tx.accounting.add("receive", "live", after=after, upto=upto, rows=[a_count(Fate.RECEIVED)])


def test_the_conservation_law_reads_off_one_row(state: State) -> None:
    with state.write() as tx:
        tx.accounting.note(
            [
                a_count(Fate.RECEIVED, 100),
                a_count(Fate.STORED, 90),
                a_count(Fate.DUPLICATE, 3),
                a_count(Fate.EVENT, 120),
                a_count(Fate.PIPELINE_ERROR, 2),
                a_count(Fate.QUARANTINED, 4, reason="bad_frame"),
                a_count(Fate.DROPPED, 1, reason="damaged"),
                a_count(Fate.DROPPED, 1, reason="damaged"),
                a_count(Fate.RECEIVED, 7, source="fw-2"),
            ]
        )
        first, second = tx.accounting.ledger(SYSTEM)
    assert (first.quarantined, first.dropped) == ({"bad_frame": 4}, {"damaged": 2})
    assert (first.duplicates, first.events, first.pipeline_errors) == (3, 120, 2)
    assert first.in_flight == 4
    assert second.in_flight == 7


def test_a_ledger_is_narrowed_by_scope_source_and_time(state: State) -> None:
    old = Count("fw-1", NOON - timedelta(days=1), Fate.RECEIVED, 5, unit="so_y_te")
    with state.write() as tx:
        tx.accounting.note([old, a_count(Fate.RECEIVED, 2, unit="so_y_te"), a_count(Fate.RECEIVED, 9, "fw-2")])
        mine = Scope(frozenset({"so_y_te"}))
        assert [row.received for row in tx.accounting.ledger(mine)] == [7]
        assert [row.received for row in tx.accounting.ledger(SYSTEM, since=NOON + timedelta(minutes=59))] == [2, 9]
        assert [row.source for row in tx.accounting.ledger(SYSTEM, source="fw-2")] == ["fw-2"]
        assert tx.accounting.ledger(Scope(frozenset())) == ()


batches = st.lists(st.integers(1, 50), min_size=1, max_size=12)


@given(batches, st.data())
@settings(deadline=None, max_examples=50)
def test_repeats_after_crashes_change_no_sum(sizes: list[int], data: st.DataObject) -> None:
    with undone() as tx:
        position = -1
        for size in sizes:
            rows = [a_count(Fate.RECEIVED, size)]
            for _ in range(data.draw(st.integers(1, 3))):
                tx.accounting.add("receive", "live", after=position, upto=position + size, rows=rows)
            position += size
        assert tx.accounting.ledger(SYSTEM)[0].received == sum(sizes) == position + 1
