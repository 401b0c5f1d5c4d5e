"""From a batch at the door to the tile: one figure, its correction, its parts."""

from __future__ import annotations

from dataclasses import replace

from reports.kpi.board import Row, View, board
from reports.kpi.definitions import Headline
from reports.kpi.drilling import behind_values
from reports.kpi.hub import receive
from reports.kpi.receipt import Receipt
from soc.access import SYSTEM
from soc.state.store import State
from tests.unit.reports.kpi.worlds import (
    FINANCE,
    HEALTH,
    NOW,
    a_batch,
    a_correction,
    a_sender,
    a_world,
    an_item,
    owed_by,
)

WORLD = a_world(owes=(owed_by(""),))
VIEW = View(SYSTEM, NOW)
TOTAL = Row("documents_tasks", "documents_tasks", Headline("doc_total"))


def push(state: State, *items: object, number: int = 1) -> Receipt:
    return receive(state, WORLD, a_batch(*items, number=number), a_sender(), NOW)


def test_what_comes_in_by_the_door_is_on_the_tile(state: State) -> None:
    items = [an_item(value="10"), an_item(value="32", unit_id=HEALTH)]
    items.append(an_item(value="7", dimensions={"topic": "land"}))
    receipt = push(state, *items)
    assert receipt.summary["rejected"] == 0
    with state.read() as tx:
        (whole,) = (one.tile for one in board(tx, WORLD, VIEW, [TOTAL]))
        own = behind_values(tx, WORLD, replace(VIEW, level=FINANCE), TOTAL, "topic")
    assert whole.value == 42
    assert whole.coverage is not None
    assert (whole.coverage.fresh, whole.coverage.expected) == (2, 2)
    assert [(part.name, str(part.amount.value)) for part in own.parts.rows] == [("land", "7"), ("unknown", "3")]


def test_a_value_that_waits_is_told_and_not_shown(state: State) -> None:
    world = a_world(owes=(owed_by("another"),))
    receive(state, world, a_batch(an_item(value="10")), a_sender(), NOW)
    with state.read() as tx:
        (tile,) = (one.tile for one in board(tx, world, VIEW, [TOTAL]))
    assert (tile.value, tile.origin.held) == (None, (FINANCE,))
    assert tile.sentence.vi == "Chưa có số liệu; Sở Tài chính; chờ 1 đơn vị xác nhận"


def test_a_correction_moves_the_tile_and_leaves_its_mark(state: State) -> None:
    item = an_item(value="10")
    push(state, item)
    push(state, a_correction(item, value="11"), number=2)
    with state.read() as tx:
        (tile,) = (one.tile for one in board(tx, WORLD, replace(VIEW, level=FINANCE), [TOTAL]))
    assert tile.value == 11
    assert tile.origin.restated is not None
    assert (tile.origin.restated.reason, tile.origin.revision) == ("nhập sai", 1)
