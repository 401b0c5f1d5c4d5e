from __future__ import annotations

import pytest

from soc.errors import PositionMoved
from soc.state.positions import START
from soc.state.store import State


def test_a_loop_that_never_ran_stands_before_the_first_record(state: State) -> None:
    with state.read() as tx:
        assert tx.positions.get("detect", "events") == START == -1


def test_a_position_moves_from_where_it_was_left(state: State) -> None:
    with state.write() as tx:
        tx.positions.move("detect", "events", START, 10)
        tx.positions.move("detect", "events", 10, 12)
        tx.positions.move("detect", "other", START, 3)
        assert tx.positions.lanes("detect") == {"events": 12, "other": 3}


@pytest.mark.parametrize("old", [START, 9, 11])
def test_a_second_process_is_told_to_stop(state: State, old: int) -> None:
    with state.write() as tx:
        tx.positions.move("detect", "events", START, 10)
    with pytest.raises(PositionMoved, match="position is 10, not") as caught, state.write() as tx:
        tx.positions.move("detect", "events", old, 20)
    assert caught.value.code == "SOC-1606"
    with state.read() as tx:
        assert tx.positions.get("detect", "events") == 10


def test_a_first_move_from_the_middle_is_refused(state: State) -> None:
    with pytest.raises(PositionMoved, match="position is -1, not 5"), state.write() as tx:
        tx.positions.move("detect", "events", 5, 20)
