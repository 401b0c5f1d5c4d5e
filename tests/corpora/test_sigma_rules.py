"""The whole SigmaHQ set: nothing is refused, nothing is lost."""

from __future__ import annotations

from collections import Counter

import pytest

from correlator.compile import RuleSet
from correlator.language.documents import State
from correlator.language.form import atoms_of
from correlator.open_table import OpenTable
from correlator.oracle import atom_test
from correlator.pack import Pack
from socctl.rules_report import totals
from tests.corpus import corpus


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack([corpus("sigma-rules-8eaafff1f")])


def test_every_rule_is_read_and_only_placeholders_are_open(pack: Pack) -> None:
    assert totals(pack) == "3,780 read: 3,755 loaded, 25 needs value, 0 unsupported, 0 fault, 0 skipped"
    assert pack.others == 1
    assert not pack.faults or {fault.code for fault in pack.faults} == {"SOC-1140"}


def test_with_site_values_every_rule_is_loaded(pack: Pack) -> None:
    names = {reason for document in pack.documents for reason in document.reasons}
    filled = Pack([corpus("sigma-rules-8eaafff1f")], site={name: ["10.0.0.1", "srv*"] for name in names})
    assert filled.counts() == Counter({State.LOADED: 3_780})


def test_every_atom_of_the_set_can_be_asked(pack: Pack) -> None:
    from correlator.language.values import Values

    empty = Values("")
    for rule in pack.rules:
        for atom in set(atoms_of(rule.form)):
            assert atom_test(atom, lambda _: 0)({0: empty}) in (True, False)


def test_adding_rules_changes_no_other_rules_matches(pack: Pack) -> None:
    event = {"Image": "C:\\Windows\\System32\\cmd.exe", "CommandLine": "cmd /c whoami", "EventID": 1}
    alone = {match.rule.id for match in RuleSet(pack.rules[::7], OpenTable()).evaluate(event)}
    among = {match.rule.id for match in RuleSet(pack.rules, OpenTable()).evaluate(event)}
    assert alone == among & {rule.id for rule in pack.rules[::7]}
