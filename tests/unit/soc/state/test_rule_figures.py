from __future__ import annotations

from datetime import timedelta
from functools import partial

from soc.access import SYSTEM, Scope
from soc.alert import Status, Verdict
from soc.state.rule_figures import RuleFigures, rule_figures, total
from soc.state.store import State
from tests.builders import NOON, a_hit, an_alert

DAY = timedelta(days=1)


def some(state: State) -> None:
    """Hits of two days and two units, alerts of this month and before it, three of them judged."""
    with state.write() as tx:
        tx.hits.add(
            [a_hit("a", unit="so_y_te"), a_hit("b", unit="so_y_te", at=NOON - 2 * DAY), a_hit("c", unit="thue")]
        )
        tx.hits.add([a_hit("d", unit="thue", at=NOON - 31 * DAY)])
        tx.alerts.insert([an_alert("a", unit="so_y_te"), an_alert("b", unit="thue")], at=NOON)
        judged = (Verdict.TRUE_POSITIVE, Verdict.BENIGN_TRUE, Verdict.FALSE_POSITIVE)
        closed = partial(an_alert, unit="so_y_te", status=Status.CLOSED, raised_at=NOON - 40 * DAY)
        rows = [closed(f"v{n}", verdict=one) for n, one in enumerate(judged)]
        tx.alerts.insert(rows, at=NOON - 40 * DAY)


def figures(state: State, scope: Scope = SYSTEM) -> dict[str, RuleFigures]:
    with state.read() as tx:
        return rule_figures(tx.connection, scope, NOON).get("rule-1", {})


def test_hits_alerts_and_judgements_are_counted_by_unit(state: State) -> None:
    some(state)
    found = figures(state)
    assert found["so_y_te"] == RuleFigures(1, 2, 1, true=1, benign=1, false=1)
    assert found["thue"] == RuleFigures(1, 1, 1)
    assert total(found.values()) == RuleFigures(2, 3, 2, 1, 1, 1)
    assert total(found.values()).judged == 3


def test_a_scope_counts_its_own_units_alone(state: State) -> None:
    some(state)
    assert set(figures(state, Scope(frozenset({"thue"})))) == {"thue"}
    assert figures(state, Scope(frozenset())) == {}


def test_a_rule_that_did_nothing_is_not_there(state: State) -> None:
    assert figures(state) == {}
    assert total([]) == RuleFigures()
