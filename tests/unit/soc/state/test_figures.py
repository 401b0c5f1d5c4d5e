"""Figures of the past: summed by scope, zeros apart from gaps, thinned with age."""

from __future__ import annotations

from datetime import timedelta

from soc.access import SYSTEM, Scope
from soc.state.figures import FigureRow
from soc.state.store import State
from tests.builders import NOON

HOUR = timedelta(hours=1)


def test_a_scope_sums_its_own_units_alone(state: State) -> None:
    with state.write() as tx:
        tx.figures.keep([FigureRow("k", "a", 3, 4), FigureRow("k", "b", 1, 2)], at=NOON)
    with state.read() as tx:
        all_units = tx.figures.trend("k", SYSTEM, since=NOON - HOUR)
        one = tx.figures.trend("k", Scope(frozenset({"b"})), since=NOON - HOUR)
    assert [(point.numerator, point.denominator) for point in all_units] == [(4, 6)]
    assert [(point.numerator, point.denominator) for point in one] == [(1, 2)]


def test_a_run_that_found_nothing_is_zero_and_no_run_is_a_gap(state: State) -> None:
    with state.write() as tx:
        tx.figures.keep([], at=NOON)
        tx.figures.keep([FigureRow("k", "a", 9)], at=NOON)  # the same time again changes nothing
    with state.read() as tx:
        assert [(point.at, point.numerator) for point in tx.figures.trend("k", SYSTEM, since=NOON - HOUR)] == [
            (NOON, 0)
        ]
        assert tx.figures.latest() == NOON


def test_old_runs_are_thinned_to_one_a_day_and_end_after_two_years(state: State) -> None:
    with state.write() as tx:
        for days, hours in ((900, 0), (20, 0), (20, 2), (2, 0), (2, 2), (0, 0)):
            tx.figures.keep([FigureRow("k", "a", 1)], at=NOON - timedelta(days=days, hours=-hours))
    with state.read() as tx:
        ages = [(NOON - at).days for at in tx.figures.runs(NOON - timedelta(days=1000))]
        rows = len(tx.figures.trend("k", SYSTEM, since=NOON - timedelta(days=1000)))
    assert ages == [20, 2, 1, 0]
    assert rows == 4
