from __future__ import annotations

from typing import Any

import pytest

from correlator.language.condition import selects, tokens
from correlator.match_file import match_rules
from tests.unit.correlator.rule_texts import a_rule, refusal

NAMES = ("a", "b", "c", "_d", "sel_x-1", "sel_y-1", "order")


def rule(condition: Any) -> bytes:
    return a_rule({**{name: {name: 1} for name in NAMES}, "condition": condition})


@pytest.mark.parametrize(
    "condition, present, verdict",
    [
        ("a or b and c", {"a"}, True),
        ("a or b and c", {"b"}, False),
        ("(a or b) and c", {"a"}, False),
        ("not a and b", {"b"}, True),
        ("not (a and b)", {"a"}, True),
        ("not not a", {"a"}, True),
        ("not 1 of sel_*", set(), True),
        ("any of sel_*", {"sel_y-1"}, True),
        ("all of sel_*-1", {"sel_y-1"}, False),
        ("1 of *_x-1", {"sel_x-1"}, True),
        ("1 of them", {"_d"}, False),
        ("1 of _*", {"_d"}, True),
        ("1 of order", {"order"}, True),
        ("all of them", set(NAMES) - {"_d"}, True),
        ("_d", {"_d"}, True),
        ("order or a", {"order"}, True),
        ("a and(b or\tc)", {"a", "c"}, True),
        (["a", "b and c"], {"b", "c"}, True),
    ],
)
def test_a_condition_is_read_by_the_order_of_binding(condition: Any, present: set[str], verdict: bool) -> None:
    assert (match_rules(rule(condition), [dict.fromkeys(present, 1)]) == [0]) is verdict


@pytest.mark.parametrize(
    "condition, why",
    [
        ("a and", "ends too early"),
        ("a b", "follows without and, or"),
        ("(a", "never closed"),
        ("a)", "stands where"),
        ("and a", "stands where"),
        ("x", "no selection 'x'"),
        ("ordr", "did you mean 'order'?"),
        ("1 of selx_*", "selects nothing"),
        ("1 of x", "selects nothing"),
        ("2 of them", "write 1 of, any of or all of"),
        ("them", "`them` alone"),
        ("1 of", "needs `them`"),
        ("1 of and a", "needs `them`"),
        ("a AND b", "lower case"),
        ("NOT a", "lower case"),
        ("a | count() > 5", "write a correlation rule"),
        ("", "empty"),
        ([], "empty"),
        (["a", ""], "empty"),
        (5, "empty"),
        ("not " * 70 + "a", "deeper than 64"),
        ("(" * 70 + "a" + ")" * 70, "deeper than 64"),
        ("a or " * 20_000 + "a", "longer than 64 KiB"),
    ],
)
def test_a_wrong_condition_is_refused_with_its_reason(condition: Any, why: str) -> None:
    assert why in refusal(rule(condition))


def test_the_place_of_a_wrong_word_is_told() -> None:
    assert "rules.yml:19:20: SOC-1131" in refusal(rule("a and nope"))


@pytest.mark.parametrize(
    "pattern, name, chosen",
    [
        ("a*c*e", "abcde", True),
        ("a*c*e", "abde", False),
        ("a*a", "a", False),
        ("*", "_x", False),
        ("_*", "_x", True),
        ("them", "_x", False),
        ("x-*", "x-1", True),
    ],
)
def test_a_pattern_takes_its_star_anywhere(pattern: str, name: str, chosen: bool) -> None:
    assert selects(pattern, name) is chosen


def test_words_are_split_on_blanks_and_brackets_only() -> None:
    assert tokens("(not a-b)or c") == [("(", 0), ("not", 1), ("a-b", 5), (")", 8), ("or", 9), ("c", 12)]
