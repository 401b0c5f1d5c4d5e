"""A board is shared for a moment, and never between eyes that see different units."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from reports.kpi.board import Row, View
from reports.kpi.boards import MOST, Boards
from reports.kpi.definitions import Headline
from soc.access import SYSTEM, Scope
from soc.state.store import State
from tests.unit.reports.kpi.test_board import DONE, HOUR, NOW, a_share, a_world, day, store

WORLD = a_world()
OWN = View(SYSTEM, NOW, level="so-1")
ROWS = (Row("documents_tasks", "documents_tasks", Headline(DONE)),)
SECOND = timedelta(seconds=1)


def test_a_board_is_read_again_when_its_moment_is_over(state: State) -> None:
    shared = Boards(state, WORLD)
    first = shared.tiles(OWN, ROWS)
    store(state, [a_share("so-1", day(19), 9, 10)], NOW - HOUR)
    assert shared.tiles(replace(OWN, at=NOW + SECOND), ROWS) is first
    assert shared.tiles(replace(OWN, at=NOW + 2 * SECOND), ROWS)[0].tile.value == 90
    assert shared.tiles(replace(OWN, at=NOW - HOUR), ROWS) is not first, "a clock that went back is not believed"


def test_other_eyes_and_the_past_read_for_themselves(state: State) -> None:
    store(state, [a_share("so-1", day(19), 9, 10)], NOW - HOUR)
    shared = Boards(state, WORLD)
    assert shared.tiles(OWN, ROWS)[0].tile.value == 90
    blind = replace(OWN, scope=Scope(frozenset({"so-2"})))
    assert shared.tiles(blind, ROWS)[0].tile.value is None
    assert shared.tiles(replace(OWN, at=NOW - 2 * HOUR, past=True), ROWS)[0].tile.value is None
    assert shared.tiles(replace(OWN, level="so-2"), ROWS)[0].tile.value is None


def test_twenty_at_once_read_it_once(state: State) -> None:
    """Each reading makes tuples of its own."""
    shared = Boards(state, WORLD)
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: shared.tiles(OWN, ROWS), range(20)))
    assert len({id(one) for one in found}) == 1
    assert found[0] is not Boards(state, WORLD).tiles(OWN, ROWS)


def test_what_is_kept_has_a_bound(state: State) -> None:
    shared = Boards(state, WORLD)
    for number in range(MOST + 5):
        shared.tiles(replace(OWN, level=f"x-{number}"), ())
    assert len(shared._shelves) == MOST
