from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from lark import Lark

from soc.errors import QueryFault, QuerySyntaxError
from soc.query.ast import And, Equals, Exists, Network, Node, Not, Or, Range, Regex, Text, Wildcard
from soc.query.fields import TEXT_FIELDS
from soc.query.parse import parse
from soc.query.wording import drawn, sentence
from tests.builders import NOON
from tests.unit.soc.query.grammar import GRAMMAR
from tests.unit.soc.query.strategies import NODES

A, B, C = Text("a"), Text("b"), Text("c")
NAME_C = Equals("user.name", "c")


def tree(text: str) -> Node | None:
    return parse(text, now=NOON)


def faults(text: str) -> list[tuple[str, int, int]]:
    with pytest.raises(QuerySyntaxError) as caught:
        tree(text)
    return [(fault.message_id, fault.position, fault.length) for fault in caught.value.faults]


def attempt(text: str) -> tuple[Node | None, tuple[QueryFault, ...]]:
    """The tree or the faults; anything else that is raised is a defect."""
    try:
        return tree(text), ()
    except QuerySyntaxError as error:
        assert drawn(text, error, "en")  # noqa: PT017 - the drawing is looked at, not the error
        return None, error.faults


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("", None),
        ("  \n ", None),
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a or b and c", Or((A, And((B, C))))),
        ("(a Or b) c", And((Or((A, B)), C))),
        ("not a b", And((Not(A), B))),
        ("NOT (a b)", Not(And((A, B)))),
        ("-a", Not(A)),
        ("not not a", Not(Not(A))),
        ("notable oracle android", And((Text("notable"), Text("oracle"), Text("android")))),
        ('"and" "a:b"', And((Text("and"), Text("a:b")))),
        (r'"say \"hi\" C:\\x C:\y"', Text(r'say "hi" C:\x C:\y')),
        ("2001:db8::1", Text("2001:db8::1")),
        ("*", Exists("@timestamp")),
        ("user.name:an", Equals("user.name", "an")),
        ("user.name: an", Equals("user.name", "an")),
        ('user.name:"a*"', Equals("user.name", "a*")),
        ('user.name:""', Equals("user.name", "")),
        (r"user.name:a\*", Equals("user.name", "a*")),
        (r"user.name:a\ b\(c\)", Equals("user.name", "a b(c)")),
        ("user.name:a*b?", Wildcard("user.name", "a*b?")),
        ("user.name:*", Exists("user.name")),
        ("user.name:and", Equals("user.name", "and")),
        ("user.name!=an", Not(Equals("user.name", "an"))),
        ("user.name:(a or b* c)", Or((Equals("user.name", "a"), Wildcard("user.name", "b*"), NAME_C))),
        ("user.name:(a)", Equals("user.name", "a")),
        (r"file.path:C:\Windows\*", Wildcard("file.path", r"C:\\Windows\\*")),
        (r"file.path:C:\Temp\?.exe", Wildcard("file.path", r"C:\\Temp\\?.exe")),
        (r"file.path:C:\Windows", Equals("file.path", "C:\\Windows")),
        ("user.name:/^a.*\\/b$/", Regex("user.name", "^a.*/b$")),
        ("source.port:443", Equals("source.port", 443)),
        ("source.port>=80", Range("source.port", 80, None)),
        ("source.port < 80", Range("source.port", None, 80, high_included=False)),
        ("event.severity:>=73", Range("event.severity", 73, None)),
        ("source.port:[1 to 1024]", Range("source.port", 1, 1024)),
        ("source.port:[* TO 1024]", Range("source.port", None, 1024)),
        ("source.port:[* to *]", Exists("source.port")),
        ("event.risk_score:1.5", Equals("event.risk_score", 1.5)),
        ("source.ip:10.0.0.1", Equals("source.ip", ip_address("10.0.0.1"))),
        ("source.ip:::ffff:10.0.0.1", Equals("source.ip", ip_address("10.0.0.1"))),
        ("source.ip:10.1.2.3/8", Network("source.ip", ip_network("10.0.0.0/8"))),
        ("source.ip:::ffff:10.0.0.0/104", Network("source.ip", ip_network("10.0.0.0/8"))),
        ("source.ip:10.1.*", Network("source.ip", ip_network("10.1.0.0/16"))),
        ("source.ip:[10.0.0.1 to 10.0.0.9]", Range("source.ip", ip_address("10.0.0.1"), ip_address("10.0.0.9"))),
        ("winlog.event_data.LogonType:3", Equals("winlog.event_data.LogonType", "3")),
        ("port:22", Or((Equals("source.port", 22), Equals("destination.port", 22)))),
    ],
)  # fmt: skip
def test_text_becomes_the_tree_it_means(text: str, wanted: Node | None) -> None:
    assert tree(text) == wanted


@pytest.mark.parametrize(
    "text, low, high",
    [
        ("time:2026-11-22", "2026-11-22T00:00:00+07:00", "2026-11-22T23:59:59.999999+07:00"),
        ("time:22/11/2026", "2026-11-22T00:00:00+07:00", "2026-11-22T23:59:59.999999+07:00"),
        ('time:"22/11/2026 10:05"', "2026-11-22T10:05:00+07:00", "2026-11-22T10:05:59.999999+07:00"),
        ("time:2026-11-22T10:05:07Z", "2026-11-22T10:05:07+00:00", "2026-11-22T10:05:07.999999+00:00"),
        ("time:now/d", "2026-11-24T00:00:00+07:00", "2026-11-24T23:59:59.999999+07:00"),
        ("time:now/w", "2026-11-23T00:00:00+07:00", "2026-11-29T23:59:59.999999+07:00"),
        ("time:now-1d/h", "2026-11-23T12:00:00+07:00", "2026-11-23T12:59:59.999999+07:00"),
        ("time:[22/11/2026 to 23/11/2026]", "2026-11-22T00:00:00+07:00", "2026-11-23T23:59:59.999999+07:00"),
    ],
)
def test_a_time_means_its_whole_span_in_the_province(text: str, low: str, high: str) -> None:
    assert tree(text) == Range("@timestamp", day(low), day(high))


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("time:now", Equals("@timestamp", NOON)),
        ("time:now+2m", Equals("@timestamp", NOON + timedelta(minutes=2))),
        ("time:2026-11-24T05:00:00.5Z", Equals("@timestamp", NOON + timedelta(seconds=0.5))),
        ("time>now-15s", Range("@timestamp", NOON - timedelta(seconds=15), None, low_included=False)),
        ("time<=24/11/2026", Range("@timestamp", None, day("2026-11-24T23:59:59.999999+07:00"))),
        ("time<24/11/2026", Range("@timestamp", None, day("2026-11-24T00:00:00+07:00"), high_included=False)),
    ],
)
def test_times_can_be_instants_and_edges(text: str, wanted: Node) -> None:
    assert tree(text) == wanted


def test_free_text_with_a_wildcard_looks_in_every_text_field() -> None:
    assert tree("foo*bar") == Or(tuple(Wildcard(name, "*foo*bar*") for name in TEXT_FIELDS))


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("a and", [("term_missing", 5, 1)]),
        ("or a", [("term_missing", 0, 1)]),
        ("(a", [("unclosed", 0, 1)]),
        ("a)", [("unexpected", 1, 1)]),
        ('"a', [("unclosed", 0, 1)]),
        ("user.name:", [("value_missing", 10, 1)]),
        ("user.name:()", [("value_missing", 11, 1)]),
        ("user.name:(a", [("unclosed", 10, 1)]),
        ("user.name:/a", [("unclosed", 10, 1)]),
        ("source.port:[1 2]", [("to_missing", 15, 1)]),
        ("source.port:[1 to 2", [("unclosed", 12, 1)]),
        ("source.port:[2 to 1]", [("empty_range", 13, 1)]),
        ("usr.name:a", [("unknown_field", 0, 8)]),
        ("winlog:a", [("unknown_field", 0, 6)]),
        ("source.port:abc", [("bad_value", 12, 3)]),
        ("source.port:1.5", [("bad_value", 12, 3)]),
        ("source.port:99999999999999999999", [("bad_value", 12, 20)]),
        ("source.port:4*", [("no_wildcard_here", 12, 2)]),
        ("source.ip:10.0.0.0/33", [("bad_value", 10, 11)]),
        ("source.ip:fe80::1%eth0", [("bad_value", 10, 12)]),
        ("source.ip:999.*", [("no_wildcard_here", 10, 5)]),
        ("time:31/02/2026", [("bad_value", 5, 10)]),
        ("time:now-999999w", [("bad_value", 5, 11)]),
        ("user.name>5", [("no_range_here", 10, 1)]),
        ("zeek.x:[1 to 2]", [("no_range_here", 8, 1), ("no_range_here", 13, 1)]),
        ("zeek.x:/a/", [("no_regex_here", 7, 3)]),
        ("user.name:/(/", [("bad_regex", 10, 3)]),
        ("user.name:/" + "a" * 300 + "/", [("regex_too_long", 10, 302)]),
        ("user.name:a*b*c*d*e*f*g*h*i*", [("too_many_wildcards", 10, 18)]),
        ("a " * 3_000, [("too_long", 4_096, 1_904)]),
        ("a " * 300, [("too_many_nodes", 513, 1)]),
        ("(" * 40 + "a" + ")" * 40, [("too_deep", 33, 1)]),
        ("not " * 40 + "a", [("too_deep", 131, 1)]),
    ],
)
def test_a_fault_names_its_place(text: str, wanted: list[tuple[str, int, int]]) -> None:
    assert faults(text) == wanted


def test_every_unknown_field_and_bad_value_is_told_at_once() -> None:
    found = faults("usr.name:x or source.port:abc or source.ip:10.0.0.0/33 or (")
    assert [message for message, _, _ in found] == ["unknown_field", "bad_value", "bad_value", "term_missing"]


def test_an_unknown_field_proposes_the_nearest_names() -> None:
    with pytest.raises(QuerySyntaxError, match=r"did you mean user\.name or") as caught:
        tree("usr.name:x")
    error = caught.value
    assert (error.code, error.position, error.length, error.message_id) == ("SOC-1401", 0, 8, "unknown_field")
    assert error.expected[0] == "user.name"


@pytest.mark.parametrize("name, near", [("User.Name", ("user.name",)), ("IP", ("ip",)), ("usr", ("user", "user.id"))])
def test_case_and_short_names_are_proposed(name: str, near: tuple[str, ...]) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        tree(f"{name}:x")
    assert caught.value.expected[: len(near)] == near


def test_a_fault_is_drawn_under_its_line_in_both_languages() -> None:
    text = "user.name:an\nand source.port:abc"
    with pytest.raises(QuerySyntaxError) as caught:
        tree(text)
    assert drawn(text, caught.value, "en") == (
        "  and source.port:abc\n                  ^^^ 'abc' does not fit this field - write like 443"
    )
    assert "không hợp với trường này" in drawn(text, caught.value, "vi")
    assert {sentence(fault, "vi") for fault in caught.value.faults}


@settings(max_examples=200, deadline=None)
@given(node=NODES.filter(lambda node: len(str(node)) <= 4_096))
def test_the_text_of_a_tree_parses_to_that_tree(node: Node) -> None:
    assert tree(str(node)) == node


@settings(max_examples=100, deadline=None)
@given(text=from_lark(Lark(GRAMMAR, start="query"), explicit={}))
def test_whatever_the_grammar_makes_is_read_and_read_again(text: str) -> None:
    node, faults = attempt(text)
    assert {fault.message_id for fault in faults} <= {"too_many_nodes", "too_many_wildcards", "too_long", "too_deep"}
    assert faults or tree(str(node)) == node


NASTY = st.lists(
    st.sampled_from(["user.name", "source.port", ":", "(", ")", "[", "]", "/", '"', "\\", "*", "?"])
    | st.sampled_from([">=", "!=", "-", " to ", " and "])
    | st.sampled_from([" or ", "not ", "now", "10.0.0.0/8", "2026-11-22", "ip:", "%", "\x00", "\n", "Đ"])
    | st.text(max_size=3),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=NASTY)
def test_any_text_is_a_tree_or_a_fault(text: str) -> None:
    node, faults = attempt(text)
    assert all(0 <= fault.position <= len(text) and sentence(fault, "vi") for fault in faults)
    assert node is None or len(str(node)) > 4_096 or tree(str(node)) == node


def test_the_longest_query_is_read_quickly() -> None:
    text = ("user.name:" + "a" * 40 + " or ") * 75 + "x" * 40
    tree(text)
    begun = time.perf_counter()
    for _ in range(20):
        tree(text)
    assert (time.perf_counter() - begun) / 20 < 0.02
