from __future__ import annotations

from soc.incident import MOVES, Move, State, legal_moves


def test_every_state_has_its_row_and_every_move_leads_to_a_state() -> None:
    assert set(MOVES) == set(State)
    assert {to for row in MOVES.values() for to in row.values()} == set(State)
    assert {move for row in MOVES.values() for move in row} == set(Move)


def test_what_was_dismissed_can_only_be_taken_up_again() -> None:
    assert legal_moves(State.DISMISSED) == (Move.REOPEN,)


def test_papers_never_move_an_incident() -> None:
    for state, row in MOVES.items():
        for move in (Move.REPORT, Move.RECEIPT, Move.WITHDRAW, Move.CHANGE_T0, Move.WAIVE, Move.DESCRIBE):
            assert row.get(move, state) is state
