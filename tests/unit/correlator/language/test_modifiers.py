from __future__ import annotations

from typing import Any

import pytest

from tests.unit.correlator.rule_texts import matches, refused

ASKED: list[tuple[str, Any, dict[str, Any], bool]] = [
    # places, on every type of value
    ("f|contains", "25", {"f": 1255}, True),
    ("f|startswith", 12, {"f": "12.5"}, True),
    ("f|endswith", True, {"f": "is true"}, True),
    ("f|endswith", "é", {"f": "cafe\u0301"}, True),
    ("f|contains", "n*t u?er", {"f": "xx NET  users"}, False),
    ("f|contains", "n*t u?er", {"f": "xx NET user"}, True),
    ("f|contains", "", {"f": ""}, True),
    ("f|contains", "", {"f": None}, False),
    ("f|startswith", "a\\", {"f": "a\\b"}, True),
    ("f|endswith", "a\\*", {"f": "xa*"}, True),
    ("f|endswith", "a\\*", {"f": "xab"}, False),
    # cased
    ("f|cased|contains", "Đà", {"f": "xĐàx"}, True),
    ("f|contains|cased", "Đà", {"f": "xđàx"}, False),
    ("f|windash|cased|contains", " -A ", {"f": "x /A y"}, True),
    ("f|windash|cased|contains", " -A ", {"f": "x /a y"}, False),
    ("f|cased", 5, {"f": "5"}, True),
    # all
    ("f|all", ["a*", "*b"], {"f": "ab"}, True),
    ("f|contains|all", ["a", "b"], {"f": ["xa", "xb"]}, True),
    ("f|base64offset|contains|all", ["http", "shell"], {"f": "xxaHR0cHNoZWxsxx"}, True),
    ("f|base64offset|contains|all", ["http", "shell"], {"f": "xxaHR0cHM="}, False),
    # neq
    ("f|neq", ["a", "b"], {"f": "c"}, True),
    ("f|neq", "a", {}, True),
    ("f|neq", "a", {"f": ["b", "a"]}, False),
    ("f|contains|neq", "a", {"f": "xax"}, False),
    ("f|neq", None, {"f": None}, False),
    ("f|neq", None, {"f": "x"}, True),
    ("n|gt|neq", 5, {"n": "high"}, True),
    # exists
    ("f|exists", True, {"f": None}, True),
    ("f|exists", True, {"f": ""}, True),
    ("f|exists", True, {}, False),
    ("f|exists", False, {}, True),
    # re
    ("f|re", "b.d", {"f": "abcde"}, True),
    ("f|re", "b.d", {"f": "aBcDe"}, False),
    ("f|re|i", "b.d", {"f": "aBcDe"}, True),
    ("f|re|i|m", "^b$", {"f": "a\nB\nc"}, True),
    ("f|re|dotall", "a.b", {"f": "a\nb"}, True),
    ("f|re", "^ab$", {"f": "ab\n"}, True),
    ("f|re", "^ab$", {"f": "ab\n\n"}, False),
    ("f|re", "a\\sb", {"f": "a\vb"}, True),
    ("f|re", "^[^\\s]+$", {"f": "a\vb"}, False),
    ("f|re", "^\\d+$", {"f": "٣"}, False),
    ("f|re|startswith", "a|b", {"f": "xb"}, False),
    ("f|re|startswith", "a|b", {"f": "bx"}, True),
    ("f|re|endswith", "a|b", {"f": "bx"}, False),
    ("f|re|contains", "a|b", {"f": "xbx"}, True),
    ("f|re", "^é$", {"f": "e\u0301"}, True),
    ("f|re|neq", "^a", {"f": "b"}, True),
    ("f|re", "(?<year>\\d{4})", {"f": "in 2026"}, True),
    # windash
    ("f|windash|contains", " -enc", {"f": "ps ―ENC x"}, True),
    ("f|windash", "/c", {"f": "—c"}, True),
    ("f|windash|contains", "a-b", {"f": "a/b"}, False),
    ("f|windash|contains", "--long", {"f": "-/long"}, True),
    ("f|windash|contains", "--long", {"f": "//long"}, False),
    ("f|windash|contains", "- x", {"f": "/ x"}, False),
    ("f|windash|base64", "-a", {"f": "L2E="}, True),
    # encodings
    ("f|base64", "Đà", {"f": "xJDDoA=="}, True),
    ("f|base64", "a\\*b", {"f": "YSpi"}, True),
    ("f|base64|contains", "ping", {"f": "xxcGluZw==xx"}, True),
    ("f|base64|cased", "ping", {"f": "cgluzw=="}, False),
    ("f|base64", "ping", {"f": "CGLUZW=="}, True),
    ("f|wide|base64offset|contains", "Đà", {"f": "EAHgAA=="}, True),
    ("f|wide", "ab", {"f": "a\x00b\x00"}, True),
    ("f|utf16be", "ab", {"f": "\x00a\x00b"}, True),
    ("f|utf16le|base64", "Đ", {"f": "EAE="}, True),
    ("f|base64offset", "foo", {"f": "Zm9v"}, True),
    # numbers
    ("n|gt", 9007199254740992, {"n": 9007199254740993}, True),
    ("n|lt", 0.5, {"n": "4.9e-1"}, True),
    ("n|gte", 5, {"n": "+5.0"}, True),
    ("n|gte", 5, {"n": "0x10"}, False),
    ("n|gte", 5, {"n": "NaN"}, False),
    ("n|gte", 5, {"n": "1_000"}, False),
    ("n|gte", 0, {"n": True}, False),
    ("n|lt", [1, 10], {"n": 7}, True),
    ("n|gt|all", [1, 10], {"n": 7}, False),
    ("n|gt", 5, {"n": [1, "x", 9]}, True),
    # parts of a time
    ("t|minute", 59, {"t": "2025-03-01T05:59:59.1234567Z"}, True),
    ("t|hour|gte", 20, {"t": "2025-03-01 23:30:00+07:00"}, True),
    ("t|day", 1, {"t": "2025-03-01"}, True),
    ("t|hour", 0, {"t": "2025-03-01"}, False),
    ("t|month", [2, 3], {"t": "2025-03-01T00:00:00"}, True),
    ("t|year|lt", 2025, {"t": "2024-12-30T10:00Z"}, True),
    ("t|week", 1, {"t": "2024-12-30T10:00Z"}, True),
    ("t|year", 2025, {"t": 1740787200}, False),
    ("t|year", 2025, {"t": "1740787200"}, False),
    ("t|day", 31, {"t": "2025-02-31T00:00:00Z"}, False),
    ("t|hour", 5, {"t": "20250301T055959Z"}, True),
    ("t|year", 2025, {"t": "20250301"}, False),
    ("t|minute", 1, {"t": "2025-03-01T05:61:00Z"}, False),
    ("t|hour", 5, {"t": "2025-03-01T0x:11:00Z"}, False),
    ("t|day", 1, {"t": "2025-03-01 at noon"}, False),
    ("t|day", 1, {"t": "2025-0a-01"}, False),
    # cidr
    ("ip|cidr", "192.0.2.7", {"ip": "192.0.2.7"}, True),
    ("ip|cidr", "10.0.0.0/8", {"ip": "::ffff:10.1.2.3"}, True),
    ("ip|cidr", "::ffff:10.0.0.0/104", {"ip": "10.1.2.3"}, True),
    ("ip|cidr", "fe80::/10", {"ip": "FE80::1%eth0"}, True),
    ("ip|cidr", "::/0", {"ip": "10.1.2.3"}, False),
    ("ip|cidr", "0.0.0.0/0", {"ip": "10.1.2.3:80"}, False),
    ("ip|cidr|neq", "10.0.0.0/8", {"ip": "-"}, True),
    # fieldref
    ("a|fieldref|contains", "b", {"a": "xÁy", "b": "á"}, True),
    ("a|fieldref|cased", "b", {"a": "X", "b": "x"}, False),
    ("a|fieldref", ["b", "c"], {"a": "1", "b": 2, "c": 1}, True),
    ("a|fieldref", "b", {"a": "x", "b": None}, False),
    ("a|fieldref|neq", "b", {"a": "x"}, True),
    ("a|startswith|fieldref", "b.c", {"a": "xyz", "b": {"c": "x"}}, True),
    # several in a row
    ("f|contains|windash", " -a", {"f": "x /a"}, True),
]


@pytest.mark.parametrize("key, value, event, verdict", ASKED)
def test_a_modifier_asks_what_its_row_says(key: str, value: Any, event: dict[str, Any], verdict: bool) -> None:
    assert matches({key: value}, event) is verdict


EXPANDED: list[tuple[str, Any, dict[str, Any], dict[str, Any], bool]] = [
    ("f|expand", "%s%", {"s": ["srv*", 5]}, {"f": "SRV-9"}, True),
    ("f|expand", "%s%", {"s": ["srv*", 5]}, {"f": "5"}, True),
    ("f|expand", "x%s%y", {"s": ["a", "b"]}, {"f": "xby"}, True),
    ("f|expand", "%s%-%s%", {"s": ["a", "b"]}, {"f": "a-b"}, True),
    ("f|expand|contains", "%s%", {"s": ["a"]}, {"f": "xax"}, True),
    ("f|contains|expand|all", ["%s%", "c"], {"s": ["a", "b"]}, {"f": "bc"}, False),
    ("f|contains|expand|all", ["%s%", "c"], {"s": ["a", "b"]}, {"f": "abc"}, True),
    ("f|expand", "100%", {}, {"f": "100%"}, True),
    ("f|expand", "\\%s%s%", {"s": ["x"]}, {"f": "%sx"}, True),
    ("f|expand", "\\\\%s%", {"s": ["x"]}, {"f": "\\x"}, True),
    ("f|re|expand", "^%s%$", {"s": ["a.b*"]}, {"f": "a.bc"}, True),
    ("f|re|expand", "^%s%$", {"s": ["a.b*"]}, {"f": "axbc"}, False),
    ("f|cidr|expand", "%s%", {"s": ["10.0.0.0/8"]}, {"f": "10.1.1.1"}, True),
    ("f|gt|expand", "%s%", {"s": [5]}, {"f": 6}, True),
    ("f", "%s%", {"s": ["x"]}, {"f": "%s%"}, True),
]


@pytest.mark.parametrize("key, value, site, event, verdict", EXPANDED)
def test_placeholders_stand_for_the_values_of_the_site(
    key: str, value: Any, site: dict[str, Any], event: dict[str, Any], verdict: bool
) -> None:
    assert matches({key: value}, event, site) is verdict


REFUSED: list[tuple[str, Any, str]] = [
    ("f|startwith", "x", "unknown modifier 'startwith' - did you mean 'startswith'?"),
    ("f|Contains", "x", "did you mean 'contains'?"),
    ("f|contains|startswith", "x", "do not go together"),
    ("f|contains|contains", "x", "stands twice"),
    ("f|all", "x", "`all` needs at least two values"),
    ("f|contains|all", ["x"], "`all` needs at least two values"),
    ("f|re|cased", "x", "case-sensitive already"),
    ("f|exists", "true", "one boolean"),
    ("f|exists", 1, "one boolean"),
    ("f|exists", [True, False], "one boolean"),
    ("f|exists|neq", True, "no other modifier"),
    ("f|exists|contains", True, "no other modifier"),
    ("f|contains|re", "x", "`re` cannot follow 'contains'"),
    ("f|re|x", "x", "unknown modifier 'x'"),
    ("f|re|contains|i", "x", "after `re` come its flags"),
    ("f|re|contains|endswith", "x", "after `re` come its flags"),
    ("f|i", "x", "may only follow `re`"),
    ("f|contains|m", "x", "may only follow `re`"),
    ("f|re", "a[bc", "not a regular expression"),
    ("f|re", "(?=x)", "regex-lookaround"),
    ("f|re", "(a)\\1", "regex-backreference"),
    ("f|windash|base64", "-a -b -c -d", "at most 3 places"),
    ("f|base64", "a*b", "cannot encode a wildcard"),
    ("f|contains|base64", "ab", "cannot encode a wildcard"),
    ("f|base64offset|contains", "ab", "at least 3 bytes"),
    ("f|wide", "Đ", "ASCII text only"),
    ("f|wide|contains", "Đ", "ASCII text only"),
    ("f|utf16|base64", "a?", "cannot encode a wildcard"),
    ("n|gt", "5", "needs a number"),
    ("n|gt", True, "needs a number"),
    ("n|gt|lt", 5, "do not go together"),
    ("n|gt|cased", 5, "do not go together"),
    ("n|gt|contains", 5, "do not go together"),
    ("t|hour", 24, "from 0 to 23"),
    ("t|hour", "5", "whole number"),
    ("t|week", 0, "from 1 to 53"),
    ("t|gt|hour", 5, "a part of a time comes first"),
    ("t|hour|minute", 5, "a part of a time comes first"),
    ("ip|cidr", "10.0.0.1/8", "write 10.0.0.0/8"),
    ("ip|cidr", "10.0.0.*", "is no network"),
    ("ip|cidr|contains", "10.0.0.0/8", "do not go together"),
    ("f|fieldref", "a*", "without wildcards"),
    ("f|fieldref", 5, "name of a field"),
    ("f|fieldref|windash", "a", "`fieldref` takes one of"),
    ("f|contains", None, "null takes no modifier"),
    ("f", [None, "a"], "null cannot stand in a list"),
    ("f", [], "an empty list"),
    ("f", {"a": 1}, "not a map"),
    ("f", [["a"]], "not a list"),
    ("f|expand", "%nope%", "no site value"),
    ("f[any]", "x", "array selectors"),
    ("|cidr", ["10.0.0.0/8", "192.0.2.0/24"], "needs a field name"),
]


@pytest.mark.parametrize("key, value, why", REFUSED)
def test_what_has_no_meaning_is_refused_in_one_line(key: str, value: Any, why: str) -> None:
    told = refused({key: value})
    assert why in told
    assert "SOC-11" in told


def test_too_many_values_of_a_placeholder_are_refused() -> None:
    assert "more than 10,000" in refused({"f|expand": "%s%%s%"}, {"s": list(range(200))})
