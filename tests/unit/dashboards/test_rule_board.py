"""The board of rules in memory."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from dashboards.shell.board import FRESH, RuleBoard
from soc.access import SYSTEM, Scope
from soc.errors import StateError
from tests.unit.dashboards.life import FINANCE, HEALTH, Life
from tests.unit.dashboards.ruled import MANY, NAME, rule_board, rule_life


def waited() -> None:
    """Until the background is done."""
    for thread in threading.enumerate():
        if thread.name == "rule-board":
            thread.join(60)


def test_the_first_question_is_answered_with_nothing_and_the_next_with_the_board(life: Life, tmp_path: Path) -> None:
    rule_life(life)
    board = rule_board(life, tmp_path / "rules")

    assert board.known() is None
    waited()

    known = board.known()
    assert known is not None
    assert known.at == life.clock.now()
    assert known.silent == {"med": HEALTH}


def test_an_old_board_is_made_again_behind_the_answer(life: Life, tmp_path: Path) -> None:
    rule_life(life)
    board = rule_board(life, tmp_path / "rules")
    first = board.make()
    life.clock.advance(FRESH)

    assert board.known() is first
    waited()

    again = board.known()
    assert again is not None
    assert again.at == life.clock.now()


def test_only_one_looks_at_a_time(life: Life, tmp_path: Path) -> None:
    board = rule_board(life, tmp_path / "rules")
    with board._working:
        assert board.known() is None
        waited()
    assert board._known is None


def test_a_store_that_does_not_answer_leaves_the_last_board(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = rule_board(life, tmp_path / "rules")

    def refuse(self: RuleBoard) -> None:
        raise StateError("the disk is full", code="SOC-1605")

    monkeypatch.setattr(RuleBoard, "make", refuse)

    assert board.known() is None
    waited()
    assert board._known is None


def test_figures_and_blindness_are_those_of_the_scope(life: Life, tmp_path: Path) -> None:
    rule_life(life)
    known = rule_board(life, tmp_path / "rules").make()
    finance = Scope(frozenset({FINANCE}))

    assert {row.card.id for row in known.blind(SYSTEM)} == {NAME, MANY}
    assert known.blind(finance) == ()
    assert known.figures_of(NAME, SYSTEM).hits_day == 2
    assert known.figures_of(NAME, finance).hits_day == 1
    assert known.figures_of("none", SYSTEM).judged == 0
    assert NAME in known.depend_on("fin")
    assert known.depend_on("none") == frozenset()
    assert known.costs.per_event == {NAME: 2_000.0}


def test_attention_is_asked_for_where_something_is_silent_or_blind(life: Life, tmp_path: Path) -> None:
    rule_life(life)
    board = rule_board(life, tmp_path / "rules")
    assert not board.attention(SYSTEM)
    waited()

    assert board.attention(SYSTEM)
    assert board.attention(Scope(frozenset({HEALTH})))
    assert not board.attention(Scope(frozenset({FINANCE})))
