from __future__ import annotations

from datetime import timedelta

from soc.access import SYSTEM, Scope
from soc.state.findings import Answer, Finding, NewFinding, WantedFindings
from soc.state.store import State
from soc.state.tables.receipts import FindingAnswer, FindingEventKind
from tests.builders import NOON
from tests.unit.soc.state.test_observations import an_observation

ELSEWHERE = Scope(frozenset({"so_y_te"}))
KIND = FindingEventKind


def a_finding(figure: str = "o1") -> NewFinding:
    told = {"vi": "tăng đột biến", "en": "a jump"}
    key = an_observation().key
    return NewFinding("KPI-W-JUMP", key, (figure,), told, "so_tai_chinh", "u-1", NOON + timedelta(days=5))


def opened(state: State, *figures: str) -> int:
    with state.write() as tx:
        return tx.findings.open([a_finding(one) for one in figures or ("o1",)], at=NOON)[0]


def the_finding(state: State, number: int) -> Finding:
    with state.read() as tx:
        found = tx.findings.get(number, SYSTEM)
    assert found is not None
    return found


def test_the_same_check_over_the_same_figure_is_one_finding_with_a_count(state: State) -> None:
    number = opened(state, "o1", "o2")

    assert (the_finding(state, number).count, the_finding(state, number).figures) == (2, ("o1", "o2"))
    with state.read() as tx:
        assert len(tx.findings.page(SYSTEM, WantedFindings())) == 1


def test_an_answer_is_kept_as_history_and_a_wrong_rule_may_be_returned(state: State) -> None:
    number = opened(state)
    with state.write() as tx:
        said = tx.findings.answer(number, Answer(KIND.RULE_WRONG, "an", "mùa lễ hội"), SYSTEM, at=NOON)
        assert said is not None
        assert said.answer is FindingAnswer.RULE_WRONG
        assert tx.findings.answer(number, Answer(KIND.EXPLAINED, "an", "x"), SYSTEM, at=NOON) is None
        returned = tx.findings.answer(number, Answer(KIND.RETURNED, "binh", "không phải"), SYSTEM, at=NOON)
        assert returned is not None
        assert returned.answer is None
        history = tx.findings.history(number, SYSTEM)

    assert [line.kind for line in history] == [KIND.OPENED, KIND.RULE_WRONG, KIND.RETURNED]


def test_a_finding_of_another_unit_is_neither_seen_nor_answered(state: State) -> None:
    number = opened(state)
    with state.write() as tx:
        assert tx.findings.get(number, ELSEWHERE) is None
        assert tx.findings.answer(number, Answer(KIND.EXPLAINED, "an", "x"), ELSEWHERE, at=NOON) is None
        assert tx.findings.history(number, ELSEWHERE) == ()
        assert tx.findings.counts(ELSEWHERE) == {}
        assert tx.findings.page(ELSEWHERE, WantedFindings(open_only=False)) == ()


def test_a_corrected_figure_closes_what_was_open_over_it(state: State) -> None:
    number = opened(state)
    with state.write() as tx:
        assert tx.findings.close_corrected([an_observation().key], at=NOON, by="hub") == 1

    assert the_finding(state, number).answer is FindingAnswer.CORRECTED


def test_a_check_that_fails_again_opens_its_finding_again(state: State) -> None:
    number = opened(state)
    with state.write() as tx:
        tx.findings.close_corrected([an_observation().key], at=NOON, by="hub")

    assert opened(state, "o9") == number
    assert the_finding(state, number).answer is None
