from __future__ import annotations

from typing import Any

import pytest
import yaml

from correlator.event_file import read_events
from correlator.match_file import match_rules
from soc.errors import RuleError, SocError
from tests.corpus import reference
from tests.unit.correlator.rule_texts import a_rule, a_selection, refusal


def traps() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(reference("sigma-traps-dev.yml").read_bytes(), Loader=yaml.CSafeLoader)
    return loaded


def test_every_detection_trap_gives_its_verdict() -> None:
    wrong = {}
    for case in traps()["cases"]:
        rule, site = a_rule(case["detection"]), case.get("placeholders") or {}
        if case.get("expect") == "reject":
            verdict = bool(refusal(rule, site)) and "\n" not in refusal(rule, site)
        else:
            wanted = [index for index, each in enumerate(case["events"]) if each["match"]]
            verdict = match_rules(rule, [each["event"] for each in case["events"]], site=site) == wanted
        if not verdict:
            wrong[case["id"]] = case["why"]
    assert wrong == {}


def test_every_correlation_trap_raises_its_alerts() -> None:
    loaded = traps()
    many = {
        "title": "Many",
        "name": "many",
        "correlation": {
            "type": "event_count",
            "rules": ["base"],
            "group-by": ["user"],
            "timespan": "60s",
            "condition": {"gte": 3},
        },
    }
    for case in loaded["correlation_cases"]:
        documents = loaded["correlation_base_rules"]
        if case["id"] == "chained":
            documents += "---\n" + yaml.safe_dump(many)
        documents += "---\n" + yaml.safe_dump({"title": "C", "correlation": case["correlation"]})
        if case["alerts"] == "reject":
            assert "write 90m" in refusal(documents.encode()), case["id"]
        else:
            found = match_rules(documents.encode(), case["timeline"])
            alerts = [{"group": each["group"], "at": each["at"]} for each in found]
            assert alerts == case["alerts"], case["id"]


def test_every_filter_trap_keeps_what_it_should() -> None:
    for case in traps()["filter_cases"]:
        documents = yaml.safe_dump(case["rule"]) + "---\n" + yaml.safe_dump(case["filter"])
        wanted = [index for index, each in enumerate(case["events"]) if each["match"]]
        assert match_rules(documents.encode(), [each["event"] for each in case["events"]]) == wanted, case["id"]


FILTER = """
title: R
name: r
logsource: {product: linux, service: sshd}
detection: {selection: {a: '1'}, condition: selection}
---
title: F
logsource: {product: linux}
filter:
  rules: [r]
  selection: {u: x}
  condition: not selection
"""


def test_a_filter_whose_log_source_contains_the_rules_takes_matches_away() -> None:
    events = [{"a": "1", "u": "x"}, {"a": "1", "u": "y"}, {"a": "1"}]
    assert match_rules(FILTER.encode(), events) == [1, 2]


def test_a_filter_is_anded_as_written() -> None:
    documents = FILTER.replace("not selection", "selection")
    assert match_rules(documents.encode(), [{"a": "1", "u": "x"}, {"a": "1"}]) == [0]


def test_an_expired_filter_no_longer_counts() -> None:
    documents = FILTER + "expires: 2026-01-31\n"
    event = {"a": "1", "u": "x"}
    before, after = ({**event, "@timestamp": f"2026-0{month}-01T00:00:00Z"} for month in (1, 3))
    assert match_rules(documents.encode(), [before, after]) == [1]


def test_a_filter_for_units_reaches_only_these() -> None:
    documents = FILTER + "units: [vinh]\n"
    event = {"a": "1", "u": "x"}
    assert match_rules(documents.encode(), [{**event, "unit.id": "vinh"}, {**event, "unit.id": "cua-lo"}]) == [1]


def test_indices_are_given_once_for_any_rule_of_the_file() -> None:
    documents = a_selection({"a": 1}) + b"---\n" + a_selection({"a": [1, 2]}, "selection")
    assert match_rules(documents, [{"a": 1}, {"a": 2}, {"a": 3}]) == [0, 1]


def test_a_correlation_that_generates_keeps_the_indices_of_its_base_rule() -> None:
    documents = b"""
title: B
name: b
logsource: {category: test}
detection: {s: {k: x}, condition: s}
---
title: C
correlation: {type: event_count, rules: [b], group-by: [u], timespan: 1m, condition: {gte: 2}, generate: true}
"""
    events = [{"k": "x", "u": "An", "@timestamp": f"2026-11-24T05:00:0{second}Z"} for second in range(2)]
    alert = {"index": 1, "at": "2026-11-24T05:00:01Z", "group": {"u": "An"}}
    assert match_rules(documents, events) == [0, 1, alert]


def test_a_late_event_alerts_at_the_instant_at_which_the_condition_holds() -> None:
    documents = b"""
title: B
name: b
logsource: {category: test}
detection: {s: {k: x}, condition: s}
---
title: C
correlation: {type: event_count, rules: [b], timespan: 1m, condition: {gte: 2}}
"""
    events = [{"k": "x", "t": 90}, {"k": "x", "t": 500}, {"k": "x", "t": 60}]
    assert match_rules(documents, events) == [{"index": 2, "at": 90, "group": {}}]


def test_a_file_without_rules_is_refused() -> None:
    with pytest.raises(RuleError, match="no rule in this file"):
        match_rules(b"title: only text\n", [])
    with pytest.raises(RuleError, match="only filters"):
        match_rules(FILTER.split("---")[1].replace("[r]", "any").encode(), [])


def test_events_are_lines_or_one_array() -> None:
    assert read_events(b'{"a": 1}\n\n{"a": 2}\n', "e") == [{"a": 1}, {"a": 2}]
    assert read_events(b' [{"a": 1}]', "e") == [{"a": 1}]


@pytest.mark.parametrize("data", [b'{"a": 1}\n{oops', b"[1, 2]", b"[oops", b"7\n"])
def test_what_is_no_event_is_named_with_its_line(data: bytes) -> None:
    with pytest.raises(SocError, match=r"e(:\d)?: "):
        read_events(data, "e")
