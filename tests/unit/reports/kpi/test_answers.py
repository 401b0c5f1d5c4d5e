"""A held value waits for its unit, and for nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reports.kpi.answers import answer_finding, confirm
from soc.access import SYSTEM, Scope
from soc.alert import Actor
from soc.errors import NotFound, StateError
from soc.state.findings import Answer, WantedFindings
from soc.state.store import State
from soc.state.tables.receipts import FindingAnswer, FindingEventKind
from tests.unit.reports.kpi.test_hub import open_findings, push, quiet_days, stored
from tests.unit.reports.kpi.worlds import FINANCE, HEALTH, NOW, an_item

AN = Actor("an")
LATER = NOW + timedelta(hours=1)


def held(state: State) -> int:
    push(state, *quiet_days())
    push(state, an_item(value="900"), number=2)
    with state.read() as tx:
        return tx.observations.held(SYSTEM)[0].known.seq


def test_a_confirmed_value_counts_from_then_on_and_its_finding_is_explained(state: State) -> None:
    confirm(state, held(state), Scope(frozenset({FINANCE})), AN, "lễ khai trương", LATER)

    assert "900" in [str(known.observation.value) for known in stored(state)]
    assert open_findings(state) == []
    with state.read() as tx:
        found = tx.findings.page(SYSTEM, WantedFindings(open_only=False))[0]
        assert found.answer is FindingAnswer.EXPLAINED
        assert [line.text for line in tx.findings.history(found.id, SYSTEM)] == ["", "lễ khai trương"]
        assert tx.audit.page(SYSTEM, act="kpi.confirm")[0].reason == "lễ khai trương"


def test_nobody_confirms_twice_for_another_unit_or_without_a_reason(state: State) -> None:
    seq = held(state)
    with pytest.raises(NotFound):
        confirm(state, seq, Scope(frozenset({HEALTH})), AN, "lễ khai trương", LATER)
    with pytest.raises(StateError, match="say why"):
        confirm(state, seq, SYSTEM, AN, " ok ", LATER)
    confirm(state, seq, SYSTEM, AN, "lễ khai trương", LATER)
    with pytest.raises(NotFound):
        confirm(state, seq, SYSTEM, AN, "lễ khai trương", LATER)


def test_a_finding_is_answered_once(state: State) -> None:
    held(state)
    answer = Answer(FindingEventKind.RULE_WRONG, "an", "mùa cao điểm mỗi năm")
    with state.read() as tx:
        number = tx.findings.page(SYSTEM, WantedFindings())[0].id

    assert answer_finding(state, number, answer, SYSTEM, AN, LATER).answer is FindingAnswer.RULE_WRONG
    with pytest.raises(NotFound):
        answer_finding(state, number, answer, SYSTEM, AN, LATER)
