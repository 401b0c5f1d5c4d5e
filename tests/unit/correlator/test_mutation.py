"""Every part of a condition is taken out in turn."""

from __future__ import annotations

from typing import Any

import pytest

from correlator.language.attributes import Origin
from correlator.language.problems import Place
from correlator.language.rule import Rule, read_rule
from correlator.mutation import mutants
from correlator.open_table import OpenTable
from correlator.sample_run import plain_verdict


def a_rule(condition: str, **selections: Any) -> Rule:
    """A rule over the plain fields of its selections; `a={"x": 1}`."""
    document = {
        "title": "A rule",
        "id": "5b1e6e2c-7c3b-4f0e-9a53-0f2d3c4b5a69",
        "name": "a_rule",
        "logsource": {"category": "test"},
        "detection": {**selections, "condition": condition},
    }
    rule = read_rule(document, Place(), Origin("test", "rule.yml", 0), {})
    assert rule is not None
    return rule


PARTS = {name: {name: 1} for name in ("a", "b", "filter_x", "filter_y")}


@pytest.mark.parametrize(
    ("condition", "parts"),
    [
        ("a", []),
        ("a and b", ["a", "b"]),
        ("a or b", ["a", "b"]),
        ("a and not b", ["a", "not b"]),
        ("a and not 1 of filter_*", ["a", "not 1 of filter_*", "filter_x", "filter_y"]),
        ("a and not (filter_x or filter_y)", ["a", "not (filter_x or filter_y)", "filter_x", "filter_y"]),
        ("1 of filter_*", ["filter_x", "filter_y"]),
        ("all of filter_*", ["filter_x", "filter_y"]),
        ("(a or b) and filter_x", ["a", "b", "filter_x"]),
    ],
)
def test_the_parts_of_a_condition(condition: str, parts: list[str]) -> None:
    assert [mutant.part for mutant in mutants(a_rule(condition, **PARTS))] == parts


def test_a_mutant_decides_without_its_part() -> None:
    rule = a_rule("a and not filter_x", **PARTS)
    by_part = {mutant.part: mutant.rule for mutant in mutants(rule)}
    both = {"a": 1, "filter_x": 1}
    assert not plain_verdict(rule, both, OpenTable())
    assert plain_verdict(by_part["not filter_x"], both, OpenTable())
    assert plain_verdict(by_part["a"], {}, OpenTable())
