from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from correlator.board import CanMatch, RuleOrigin, RuleRow
from correlator.language.documents import Kind
from correlator.language.documents import State as DocumentState
from reports.posture.coverage import coverage_of, keep_tests, passed_tests, techniques_of
from reports.posture.method import method
from soc.alert import Level, RuleCard
from soc.attack import attack_table
from soc.state.store import State
from tests.builders import NOON
from tests.unit.reports.posture.a_province import DAY, FINANCE, HEALTH

METHOD = method()


def a_row(name: str, technique: str, **changes: Any) -> RuleRow:
    """Of a loaded rule that can match in both units, but is blind in one."""
    card = RuleCard(name, name, Level.HIGH, "", tags=("attack.credential-access", f"attack.{technique}"))
    row = RuleRow(card, Kind.RULE, RuleOrigin.OWN, DocumentState.LOADED, CanMatch.READY)
    return replace(row, **({"ready_in": frozenset({FINANCE, HEALTH}), "blind_in": frozenset({HEALTH})} | changes))


def test_a_technique_is_covered_by_one_rule_that_is_enabled_heard_and_tested() -> None:
    rows = [
        a_row("a", "t1110.001"),
        a_row("b", "t1190"),
        a_row("c", "t1133", muted=True),
        a_row("d", "t1557", state=DocumentState.FAULT),
    ]
    passed = {"a": NOON - 10 * DAY, "b": NOON - 181 * DAY, "c": NOON, "d": NOON}
    found = coverage_of(rows, passed, NOON, METHOD)
    wanted = ("T1110", "T1190", "T1133", "T1557")
    covered = {unit: [one.id for one in found.of(unit, wanted) if one.covered] for unit in (FINANCE, HEALTH)}
    assert covered == {FINANCE: ["T1110"], HEALTH: []}
    assert [one.id for one in found.of(FINANCE, wanted) if one.enabled] == ["T1110", "T1190"]


def test_two_rules_that_each_lack_something_cover_nothing() -> None:
    rows = [a_row("heard", "t1190"), a_row("tested", "t1190", ready_in=frozenset())]
    found = coverage_of(rows, {"tested": NOON}, NOON, METHOD)
    assert not found.of(FINANCE, ("T1190",))[0].covered


def test_base_rules_and_tags_of_tactics_are_no_techniques() -> None:
    assert techniques_of(("attack.t1021", "attack.ta0001", "cve.2024-1", "attack.t1021.002")) == {"T1021", "T1021.002"}
    silent = RuleCard("x", "x", Level.INFORMATIONAL, "", tags=("attack.t1190",))
    assert coverage_of([a_row("x", "t1190", card=silent)], {"x": NOON}, NOON, METHOD).enabled == frozenset()


def test_a_failed_test_takes_the_earlier_one_back(state: State) -> None:
    later = NOON + timedelta(hours=1)
    with state.write() as tx:
        keep_tests(tx, {"a", "b"}, set(), NOON)
        keep_tests(tx, {"c"}, {"a"}, later)
        assert passed_tests(tx) == {"b": NOON, "c": later}


def test_every_priority_technique_is_one_that_exists() -> None:
    known = attack_table().techniques
    assert [name for name in METHOD.techniques("department") if name not in known] == []
