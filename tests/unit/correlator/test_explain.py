from __future__ import annotations

from typing import Any

import pytest

from correlator.explain import correlation_words, explain, form_words, lines, reader
from correlator.language.documents import read_documents
from correlator.link import Links, link
from correlator.open_table import EVERYTHING, OpenTable

TEXT = """
title: T
id: t
logsource: {category: test}
detection:
  selection: {Image|endswith: '\\cmd.exe', n|gt: 5}
  keywords: ['word', 'w?rd']
  filter_main: {User|cased: SYSTEM}
  filter_opt: {a|fieldref|contains: b}
  condition: selection and 1 of keywords and not 1 of filter_*
---
title: F
logsource: {category: test}
filter: {rules: [t], x: {host: ours}, condition: not x}
---
title: C
correlation: {type: temporal, rules: [t], group-by: [u], timespan: 1m, condition: t}
"""


def links() -> Links:
    return link(read_documents(TEXT.encode(), "t.yml", {}))


def told(event: dict[str, Any], language: str = "en") -> list[str]:
    (rule,), filters = links().rules, links().filters
    found = explain(rule, reader(rule, event, OpenTable(), EVERYTHING), language, filters)
    return list(lines(found, language))


def test_a_match_shows_each_test_with_the_value_it_met() -> None:
    shown = told({"Image": "C:\\CMD.exe", "n": [1, 7], "m": "a word", "b": None})
    assert shown[0] == "selection and keywords and not any of: filter_main, filter_opt"
    assert "    ✓ Image ends with '\\cmd.exe': yes ['C:\\CMD.exe']" in shown
    assert "    ✓ n is greater than 5: yes ['1', '7']" in shown
    assert "    ✗ User is 'SYSTEM' (case counts): no [absent]" in shown
    assert "    ✗ a contains the value of field b: no [absent]" in shown
    assert shown[-1] == "Matched"


def test_what_kept_a_rule_from_matching_is_the_smallest_set() -> None:
    shown = told({"Image": "C:\\cmd.exe", "n": 7, "m": "word", "User": "SYSTEM"})
    assert shown[-2:] == ["Not matched because:", "  not: User is 'SYSTEM' (case counts) ('SYSTEM')"]
    shown = told({"m": "x"})
    assert shown[-3:] == [
        "  Image ends with '\\cmd.exe' (absent)",
        "  n is greater than 5 (absent)",
        "  any field contains 'word'",
    ]


def test_a_filter_that_took_the_match_is_named() -> None:
    assert told({"Image": "cmd.exe", "n": 7, "m": "word", "host": "OURS"})[-1] == "Removed by filter: F"


def test_the_same_is_said_in_vietnamese() -> None:
    shown = told({}, "vi")
    assert shown[0] == "selection và keywords và không bất kỳ nhóm nào trong: filter_main, filter_opt"
    assert "    ✗ n lớn hơn 5: không [vắng mặt]" in shown


def test_a_correlation_says_what_it_waits_for() -> None:
    (linked,) = links().correlations
    assert correlation_words(linked, "en") == "temporal all rules in 60 s (t) of the rules t for each u"
    assert correlation_words(linked, "vi").endswith("của các quy tắc t theo từng u")


@pytest.mark.parametrize(
    "selection, words",
    [
        ("{a: '*'}", "a has any value"),
        ("{a: null}", "a is absent or null"),
        ("{a|exists: true}", "a exists"),
        ("{a|cidr: 10.0.0.0/8}", "a is an address in 10.0.0.0/8"),
        ("{a|re: '^x'}", "a matches the expression '^x'"),
        ("{a|hour|gte: 7}", "a (hour) is at least 7"),
        ("{a|fieldref: b}", "a is the same as field b"),
        ("{a: 'x*y\\*?'}", "a is like 'x*y\\*?'"),
        ("{a|neq: x}", "not:\n    a is 'x'"),
        ("{a: [x, y]}", "or:\n    a is 'x'\n    a is 'y'"),
        ("{a: 'x'}\n  # " + "long", "a is 'x'"),
    ],
)
def test_each_kind_of_test_has_its_words(selection: str, words: str) -> None:
    text = f"title: T\nlogsource: {{category: t}}\ndetection:\n  s: {selection}\n  condition: s\n"
    (rule,) = link(read_documents(text.encode(), "t.yml", {})).rules
    assert "\n".join(form_words(rule.form, "en")).strip() == words


def test_a_long_or_broken_value_stays_on_its_line() -> None:
    shown = told({"Image": "x\ny" + "z" * 300})
    assert "['x\\ny" + "z" * 196 + "…']" in shown[2]
