from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from soc.access import ROOT, SYSTEM, Scope
from soc.state.posture import CLOSE, LATE_INPUT, PostureRow
from soc.state.store import State
from tests.builders import NOON

DAY = date(2026, 11, 23)


def a_score(unit: str = "so", shown: int | None = 76) -> PostureRow:
    exact, trust = Decimal("76.250000001"), Decimal("0.8")
    return PostureRow(unit, NOON, "posture-1", exact, exact, shown, "B", trust, {"unit": unit, "share": 0.1})


def a_snapshot(unit: str = "so", revision: int = 1) -> PostureRow:
    return replace(a_score(unit), day=DAY, revision=revision, reason=CLOSE)


def test_the_running_value_is_replaced(state: State) -> None:
    with state.write() as tx:
        tx.posture.stands([a_score(), a_score(ROOT)])
        tx.posture.stands([a_score(shown=None)])
    with state.read() as tx:
        assert tx.posture.now(SYSTEM) == (a_score(ROOT), a_score(shown=None))
        assert tx.posture.now(Scope(frozenset({"so"}))) == (a_score(shown=None),)


def test_a_day_is_restated_by_a_further_revision_and_both_stay(state: State) -> None:
    later = replace(a_snapshot(revision=2), reason=LATE_INPUT, at=NOON + timedelta(hours=1), shown=70)
    with state.write() as tx:
        tx.posture.close([a_snapshot(), a_snapshot("khac")])
        tx.posture.close([later])
    with state.read() as tx:
        assert tx.posture.closed(SYSTEM, DAY, DAY) == (a_snapshot("khac"), later)
        assert tx.posture.closed(SYSTEM, DAY, DAY, as_of=NOON, unit="so") == (a_snapshot(),)
        assert tx.posture.closed(Scope(frozenset()), DAY, DAY) == ()
        assert tx.posture.revisions("so", DAY, SYSTEM) == (a_snapshot(), later)


def test_the_interval_of_a_source_is_agreed_once(state: State) -> None:
    with state.write() as tx:
        tx.posture.agree({"fw": ("so", 4)}, at=NOON)
    with state.read() as tx:
        assert tx.posture.slots(SYSTEM) == {"fw": 4}
        assert tx.posture.slots(Scope(frozenset({"khac"}))) == {}
