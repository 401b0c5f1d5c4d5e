from __future__ import annotations

from typing import Any

import pytest

from tests.unit.correlator.rule_texts import a_rule, a_selection, matches, refusal, refused

VALUES: list[tuple[Any, Any, bool]] = [
    ("Quản Trị", "QUẢN TRỊ", True),
    ("quản trị", "qua\u0309n tri\u0323", True),
    ("Đà", "da", False),
    ("ΣΑΣ", "σας", False),
    ("ΣΑΣ", "σασ", True),
    ("İ", "i", True),
    ("straße", "STRASSE", False),
    (4625, "4625", True),
    ("4625", 4625, True),
    (1, 1.0, True),
    (1, True, False),
    (True, "TRUE", True),
    ("0.1", 0.1, True),
    (9007199254740993, "9007199254740993", True),
    ("*", "", True),
    ("*", None, False),
    ("", "", True),
    ("", None, False),
    (None, None, True),
    (None, [], True),
    (None, "", False),
    ("a*b", "a\nb", True),
    ("a?b", "aĐb", True),
    ("a?b", "ab", False),
    ("a\\?b", "a?b", True),
    ("a\\\\*b", "a\\xb", True),
    ("a\\\\\\*b", "a\\*b", True),
    ("\\\\\\\\srv", "\\\\srv", True),
    ("C:\\x\\", "c:\\x\\", True),
    ("[x]+", "[X]+", True),
    ("b", ["a", "b"], True),
    ("b", [["a"], ["b"]], True),
    ("", [None], False),
    (None, [None], True),
]


@pytest.mark.parametrize("written, value, verdict", VALUES)
def test_a_plain_value_is_compared_whole_by_its_text_form(written: Any, value: Any, verdict: bool) -> None:
    assert matches({"f": written}, {"f": value}) is verdict


def test_absent_null_and_empty_are_three_things() -> None:
    assert matches({"f": None}, {})
    assert not matches({"f": ""}, {})
    assert not matches({"f": "*"}, {})


@pytest.mark.parametrize(
    "name, event, verdict",
    [
        ("a.b", {"a.b": 1}, True),
        ("a.b", {"a": {"b": 1}}, True),
        ("a.b.c", {"a": {"b.c": 1}}, True),
        ("a.b", {"a": [{"b": 2}, {"b": 1}]}, True),
        ("A.b", {"a": {"b": 1}}, False),
        ("a.b", {"a": 1}, False),
    ],
)
def test_a_name_addresses_flat_keys_then_nested_objects(name: str, event: dict[str, Any], verdict: bool) -> None:
    assert matches({name: 1}, event) is verdict


def test_a_name_that_stands_for_an_object_gives_its_compact_text() -> None:
    assert matches({"request|contains": '"role":"admin"'}, {"request": {"role": "admin", "n": 1}})


@pytest.mark.parametrize(
    "selection, event, verdict",
    [
        ([{"a": 1, "b": 2}, {"c": 3}], {"c": 3}, True),
        ([{"a": 1, "b": 2}, {"c": 3}], {"a": 1}, False),
        ([{"a": 1}, "word"], {"z": "a Word here"}, True),
        ("word", {"z": "a WORD"}, True),
        (["w?rd*x", 77], {"z": {"deep": ["no", "word and x"]}}, True),
        (["w?rd*x", 77], {"z": 1773}, True),
        ({"|all": ["a1", "b1"]}, {"x": "a1", "y": "b1"}, True),
        ({"|all": ["a1", "b1"]}, {"x": "a1"}, False),
        ({"": ["a1", "b1"]}, {"x": "b1"}, True),
        ({"|re": "b\\d$"}, {"x": "ab1"}, True),
        ({"|cased": "Ab"}, {"x": "xab"}, False),
        ({"|startswith": "ab"}, {"x": "xab"}, False),
        ({"|windash": " -x"}, {"x": "a /x"}, True),
        (["name"], {"name": "x"}, False),
    ],
)
def test_selections_are_maps_lists_and_keywords(selection: Any, event: dict[str, Any], verdict: bool) -> None:
    assert matches(selection, event) is verdict


@pytest.mark.parametrize(
    "selection, why",
    [
        ({}, "an empty selection"),
        ([], "an empty selection"),
        (None, "an empty selection"),
        ([{}], "an empty selection"),
        ([["a"]], "a list inside a list"),
        (["a", None], "an empty selection"),
        ({5: "x"}, "a field name must be text"),
        ({"": None}, "null takes no modifier"),
    ],
)
def test_a_selection_without_meaning_is_refused(selection: Any, why: str) -> None:
    assert why in refused(selection)


@pytest.mark.parametrize(
    "attributes, why",
    [
        ({"title": None}, "no title"),
        ({"title": "x" * 257}, "more than 256"),
        ({"logsource": {}}, "logsource states nothing"),
        ({"logsource": {"definition": "x"}}, "logsource states nothing"),
        ({"logsource": {"product": 5}}, "logsource product must be text"),
        ({"logsource": None}, "no logsource"),
        ({"logsource": "linux"}, "logsource must be a map"),
        ({"level": "hihg"}, "did you mean 'high'?"),
        ({"status": "tested"}, "did you mean 'test'?"),
        ({"tags": 5}, "tags must be a list"),
        ({"author": {"a": 1}}, "author must be text"),
        ({"name": 5}, "name must be text"),
        ({"id": 5}, "the id must be text"),
        ({"vi": "x"}, "vi must be a map"),
        ({"action": "global"}, "`action` is gone"),
    ],
)
def test_attributes_are_checked(attributes: dict[str, Any], why: str) -> None:
    assert why in refusal(a_rule({"s": {"a": 1}, "condition": "s"}, **attributes))


@pytest.mark.parametrize(
    "detection, why",
    [
        ({"s": {"a": 1}}, "no condition"),
        ({"condition": "s"}, "no selection"),
        ({"s": {"a": 1}, "condition": "s", "timeframe": "5m"}, "`timeframe` is gone"),
        ({5: {"a": 1}, "condition": "s"}, "must be text"),
    ],
)
def test_the_detection_section_is_checked(detection: dict[str, Any], why: str) -> None:
    assert why in refusal(a_rule(detection))


def test_a_detection_that_is_no_map_is_refused() -> None:
    assert "detection must be a map" in refusal(b"title: T\nlogsource: {product: x}\ndetection: [a]\n")


def test_all_faults_of_a_rule_are_told_at_once_with_their_lines() -> None:
    rule = a_selection({"a|contain": 1, "b|re": "(", "c": [None]}, "selection and x")
    told = refusal(rule).splitlines()
    assert [line.split(": ")[0].split(":")[1] for line in told] == ["6", "7", "9", "10"]
    assert all(line.startswith("rules.yml:") for line in told)
